"""Import inventories: reading, validation, and a reproducible file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import ExistingIds, ImportedResource, ImportInventory, NavraError, SettingsError
from navra_stacks.settings.existing.import_inventory import merge_live_values
from navra_stacks.settings.model.credentials import find_credentials
from tests.support.credentials import CREDENTIALS
from tests.support.settings_errors import reported_problems
from tests.support.shop import shop

LB = "aws_lb.load_balancer"
HEAD = {"stack": "shop-qa", "account": "111122223333", "region": "eu-west-1"}


def inventory(head: dict[str, Any] | None = None, **resources: Any) -> ImportInventory:
    return ImportInventory(**(HEAD | (head or {})), resources=resources)


def write_file(directory: Path, content: object) -> Path:
    path = directory / "qa.inventory.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


# Reading and writing


def test_reads_the_inventory_next_to_the_module(tmp_path: Path) -> None:
    write_file(tmp_path, HEAD | {"resources": {LB: {"id": "arn:lb"}}})
    found = ImportInventory.next_to(str(tmp_path / "qa.py"))
    assert found.path == tmp_path / "qa.inventory.json"
    assert found.stack == "shop-qa"
    assert found.resources[LB].id == "arn:lb"


def test_an_inventory_without_a_file_is_empty_and_has_a_path(
    tmp_path: Path,
) -> None:
    found = ImportInventory.next_to(tmp_path / "qa.py")
    assert found == ImportInventory(path=tmp_path / "qa.inventory.json")
    assert reported_problems(lambda: shop(inventory=found)) == []


def test_reading_a_written_inventory_gives_an_equal_one(tmp_path: Path) -> None:
    definitions = ({"name": "web", "command": ("echo", "${PORT}", 'a "b"')},)
    written = inventory(
        **{
            LB: ImportedResource(
                id="arn:lb",
                keeps={"name": "lb", "ports": [1, 2]},
                live_defaults={"http2": False},
                changes={"tags": "x"},
            ),
            "aws_ecs_task_definition.web_task_definition": ImportedResource(
                id="web:1", keeps={"container_definitions": definitions, "volume": None}
            ),
        }
    )
    path = tmp_path / "qa.inventory.json"
    written.write(path)
    assert ImportInventory.read(path) == ImportInventory(**dict(written) | {"path": path})
    assert [file.name for file in tmp_path.iterdir()] == ["qa.inventory.json"]


def test_the_file_is_sorted_and_omits_empty_values() -> None:
    found = inventory(
        **{
            "aws_lb_listener.b": {"id": "2", "changes": {"port": "80 -> 81"}},
            "aws_lb.a": {"id": "1", "keeps": {"z": {"y": 1, "x": "ü"}, "name": "a"}},
        }
    )
    assert found.to_json() == (
        """{
  "stack": "shop-qa",
  "account": "111122223333",
  "region": "eu-west-1",
  "resources": {
    "aws_lb.a": {
      "id": "1",
      "keeps": {
        "name": "a",
        "z": {
          "x": "ü",
          "y": 1
        }
      }
    },
    "aws_lb_listener.b": {
      "id": "2",
      "changes": {
        "port": "80 -> 81"
      }
    }
  }
}
"""
    )


def test_a_failed_write_keeps_the_previous_file(tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "qa.inventory.json"
    with pytest.raises(NavraError, match=r"qa\.inventory\.json cannot be written: No such file"):
        inventory().write(missing)
    path = write_file(tmp_path, "before")
    invalid = inventory(**{LB: {"id": ""}})
    with pytest.raises(SettingsError, match="is not a valid import ID"):
        invalid.write(path)
    assert path.read_text(encoding="utf-8") == "before"


def test_container_definitions_are_json_in_the_file_and_a_string_for_terraform() -> None:
    resource = ImportedResource(
        id="web:1", keeps={"container_definitions": [{"name": "w", "cpu": 0}], "cpu": 1}
    )
    assert resource.live_arguments == {
        "container_definitions": '[{"cpu": 0, "name": "w"}]',
        "cpu": 1,
    }
    as_text = ImportedResource(id="web:1", keeps={"container_definitions": '[{"name": "w"}]'})
    assert as_text.live_arguments == {"container_definitions": '[{"name": "w"}]'}


def test_live_values_replace_and_complete_the_arguments_of_a_resource() -> None:
    described = {"name": "shop", "subnets": ["a"], "idle_timeout": 60, "tags": {"Project": "shop"}}
    merged = merge_live_values(
        described,
        {"subnets": ["b"], "name_prefix": None, "client_keep_alive": 5},
        {
            "idle_timeout": 30,
            "enable_http2": False,
            "client_keep_alive": 9,
            "tags": {"Project": "other", "aws:ecs": "${x}"},
        },
    )
    assert merged == {
        "subnets": ["b"],
        "name_prefix": None,
        "client_keep_alive": 5,
        "enable_http2": False,
        "tags": {"Project": "shop", "aws:ecs": "$${x}"},
    }


def test_live_values_in_an_inventory_are_frozen() -> None:
    resource = ImportedResource(id="web:1", keeps={"volume": [{"name": "data"}]})
    with pytest.raises(TypeError, match="settings are frozen"):
        resource.keeps["volume"][0]["name"] = "other"
    equal = ImportedResource(id="web:1", keeps={"volume": ({"name": "data"},)})
    assert hash(resource) == hash(equal)


# Validation

REPAIR = "correct the file or its permissions, or delete it and run `navra discover`"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes: line 1 column 2"),
        ("[]", "contains a list instead of a JSON object; "),
        ('"text"', "contains 'text' instead of a JSON object; "),
        (
            f'{{"resources": {{"{LB}": {{"id": "1"}}, "{LB}": {{"id": "2"}}}}}}',
            f"{LB}: appears more than once in an object; keep only the correct entry",
        ),
    ],
)
def test_rejects_a_file_that_is_not_an_inventory(
    tmp_path: Path, content: str, message: str
) -> None:
    with pytest.raises(SettingsError) as error:
        ImportInventory.read(write_file(tmp_path, content))
    path = tmp_path / "qa.inventory.json"
    assert str(error.value).startswith(f"{path}: 1 problem in the inventory\n")
    assert message in str(error.value)


def test_reports_a_file_that_does_not_exist(tmp_path: Path) -> None:
    path = tmp_path / "qa.inventory.json"
    with pytest.raises(NavraError) as error:
        ImportInventory.read(path)
    assert str(error.value) == f"{path} does not exist; create it with `navra discover qa`"


def test_reports_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"cannot be read: Is a directory; {REPAIR}"):
        ImportInventory.read(tmp_path)


def test_does_not_suggest_the_path_as_a_key(tmp_path: Path) -> None:
    found = ImportInventory.read(write_file(tmp_path, HEAD | {"pth": 1, "xyz": 1}))
    repair = "the settings of ImportInventory are account, blockers, region, resources, stack"
    assert {problem.repair for problem in found.problems()} == {repair}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"stack": "shop-other"},
            "inventory.stack: 'shop-other' is not the stack of this environment, 'shop-qa'",
        ),
        (
            {"account": "999999999999"},
            "inventory.account: '999999999999' is not the account of this environment, "
            "'111122223333'",
        ),
        (
            {"region": "eu-west-2"},
            "inventory.region: 'eu-west-2' is not the region of this environment, 'eu-west-1'",
        ),
    ],
)
def test_rejects_the_inventory_of_another_environment(change: dict[str, str], message: str) -> None:
    found = inventory(change, **{LB: {"id": "1"}})
    repair = "delete the inventory file, and create it again with `navra discover`"
    assert reported_problems(lambda: shop(inventory=found)) == [f"{message}; {repair}"]


def test_accepts_an_inventory_if_the_account_is_not_known_yet() -> None:
    found = inventory({"account": "999999999999"}, **{LB: {"id": "1"}})
    assert reported_problems(lambda: shop(account=None, inventory=found)) == []


GROUP = "aws_security_group.web_security_group"
TASK = "aws_ecs_task_definition.web_task_definition"
IDS = ExistingIds(
    service_security_groups={"web": "sg-0000000b"}, task_definition_revisions={"web": 12}
)
TASK_ARN = "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop-web-qa"
AGAIN = "create the inventory again with `navra discover`, or correct `existing_ids`"


@pytest.mark.parametrize(
    ("address", "given", "recorded"),
    [
        (GROUP, "sg-0000000f", "sg-0000000b"),
        (TASK, f"{TASK_ARN}:1", "shop-web-qa:12"),
        (TASK, f"{TASK_ARN}2:12", "shop-web-qa:12"),
    ],
)
def test_rejects_an_inventory_that_contradicts_existing_ids(
    address: str, given: str, recorded: str
) -> None:
    found = inventory(**{address: {"id": given}})
    assert reported_problems(lambda: shop(inventory=found, existing_ids=IDS)) == [
        f"inventory.resources.{address}.id: {given!r} is not {recorded!r}, the id in "
        f"`existing_ids`; {AGAIN}"
    ]


def test_accepts_an_inventory_with_the_existing_ids() -> None:
    found = inventory(**{GROUP: {"id": "sg-0000000b"}, TASK: {"id": f"{TASK_ARN}:12"}})
    assert reported_problems(lambda: shop(inventory=found, existing_ids=IDS)) == []


def test_rejects_an_id_in_another_account() -> None:
    arn = "arn:aws:elasticloadbalancing:eu-west-1:000000000000:loadbalancer/app/x/1"
    found = inventory(**{LB: {"id": arn}})
    (problem,) = reported_problems(lambda: shop(inventory=found))
    assert "is in the account '000000000000', not in the account of this environment" in problem
    assert reported_problems(lambda: shop(account=None, inventory=found)) == []


@pytest.mark.parametrize(
    "address", ["data.aws_vpc.vpc", "aws_lb", "module.a.aws_lb.b", "aws_lb.a[b]", "aws_lb.1"]
)
def test_rejects_invalid_resource_addresses(address: str) -> None:
    found = inventory(**{address: {"id": "1"}})
    (problem,) = reported_problems(lambda: shop(inventory=found))
    assert problem.startswith(f"inventory.resources.{address}: ")
    assert f"{address!r} is not a valid address of a resource; write the type" in problem


def test_reports_all_problems_of_an_inventory_at_once(tmp_path: Path) -> None:
    path = write_file(
        tmp_path,
        HEAD | {"account": 12, "resources": {LB: {"idd": "1"}, "aws_lb.b": {"id": " "}}},
    )
    problems = reported_problems(lambda: shop(inventory=ImportInventory.read(path)))
    assert problems == [
        "inventory.account: 12 is not text; write the value in quotes, as '12'",
        f"inventory.resources.{LB}.id: is missing; set it: the Terraform import ID, which is an "
        "ARN, a name or several of them joined, depending on the type",
        f"inventory.resources.{LB}.idd: is not a setting of ImportedResource; did you mean 'id'?",
        "inventory.resources.aws_lb.b.id: ' ' is not a valid import ID; use the ID that "
        "`terraform import` expects",
    ]


def test_resources_require_stack_account_and_region() -> None:
    found = ImportInventory(resources={LB: {"id": "1"}})
    assert reported_problems(lambda: shop(inventory=found)) == [
        f"inventory.{name}: is missing; create the inventory with `navra discover`"
        for name in ("stack", "account", "region")
    ]


def test_rejects_the_same_import_id_twice_for_one_type() -> None:
    found = inventory(
        **{"aws_lb.a": {"id": "1"}, "aws_lb.b": {"id": "1"}, "aws_lb_listener.c": {"id": "1"}}
    )
    assert reported_problems(lambda: shop(inventory=found)) == [
        "inventory.resources.aws_lb.a.id: '1' is also the import ID of aws_lb.b; keep the entry "
        "with the correct address, and remove the others",
        "inventory.resources.aws_lb.b.id: '1' is also the import ID of aws_lb.a; keep the entry "
        "with the correct address, and remove the others",
    ]


def test_instances_of_one_block_can_be_imported_but_not_have_live_values() -> None:
    each = {f'aws_sns_topic_subscription.email["{name}@x.y"]': {"id": name} for name in "ab"}
    numbered = {"aws_eip.nat[0]": {"id": "e", "keeps": {"domain": "vpc"}}}
    assert reported_problems(lambda: shop(inventory=inventory(**each))) == []
    assert reported_problems(lambda: shop(inventory=inventory(**each, **numbered))) == [
        "inventory.resources.aws_eip.nat[0].keeps: is not allowed, because the resource "
        "block of this instance describes several resources; remove `keeps`, and set the values "
        "in the settings of the environment"
    ]
    defaults = {"aws_eip.nat[0]": {"id": "e", "live_defaults": {"domain": "vpc"}}}
    (problem,) = reported_problems(lambda: shop(inventory=inventory(**defaults)))
    assert problem.startswith("inventory.resources.aws_eip.nat[0].live_defaults: is not allowed")


def test_blockers_are_in_the_file_only_if_there_are_any(tmp_path: Path) -> None:
    blocked = inventory({"blockers": ("aws_lb.load_balancer: it is being deleted",)})
    path = write_file(tmp_path, blocked.to_json())
    assert ImportInventory.read(path).blockers == blocked.blockers
    assert "blockers" not in inventory().to_json()


# Credentials


@pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)
def test_rejects_a_live_value_that_looks_like_a_credential(value: str, tmp_path: Path) -> None:
    environment = [{"name": "SETTING", "value": value}]
    resource = ImportedResource(
        id="web:1", keeps={"container_definitions": [{"environment": environment}]}
    )
    invalid = inventory(**{"aws_ecs_task_definition.web": resource})
    (problem,) = reported_problems(lambda: shop(inventory=invalid))
    place = "inventory.resources.aws_ecs_task_definition.web.keeps.container_definitions.0"
    assert problem.startswith(f"{place}.environment.0.SETTING")
    assert "looks like a credential" in problem
    assert value not in problem
    with pytest.raises(SettingsError):
        invalid.write(tmp_path / "qa.inventory.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)
def test_rejects_a_change_that_contains_a_credential(value: str) -> None:
    found = inventory(**{LB: ImportedResource(id="1", changes={"tags.url": f'"{value}" -> ""'})})
    (problem,) = reported_problems(lambda: shop(inventory=found))
    assert "keeps" not in problem
    assert value not in problem


def test_finds_credentials_by_name_at_every_depth() -> None:
    value = {
        "environment": [{"name": "API_KEY", "value": "x1"}, {"name": "APP_ENV", "value": "qa"}],
        "secrets": [{"name": "API_KEY", "valueFrom": "arn:aws:secretsmanager:x"}],
        "options": {"password": "x2", "group": "g"},
        "text": json.dumps([{"name": "TOKEN", "value": "x3"}]),
        "odd": "{no json",
    }
    assert list(find_credentials(value)) == [
        "environment.0.API_KEY",
        "options.password",
        "text.0.TOKEN",
    ]
