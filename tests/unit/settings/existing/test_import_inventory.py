"""The inventory of what exists: read, checked, and written in one way only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import ImportedResource, ImportInventory, NavraError, SettingsError
from navra_stacks.settings.model.credentials import credentials_in
from tests.support.credentials import CREDENTIALS
from tests.support.settings_errors import complaints
from tests.support.shop import shop

LB = "aws_lb.load_balancer"
HEAD = {"stack": "shop-qa", "account": "111122223333", "region": "eu-west-1"}


def inventory(head: dict[str, Any] | None = None, **resources: Any) -> ImportInventory:
    return ImportInventory(**(HEAD | (head or {})), resources=resources)


def file_of(directory: Path, content: object) -> Path:
    path = directory / "qa.inventory.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


# Reading and writing


def test_an_inventory_lies_beside_the_module_of_its_environment(tmp_path: Path) -> None:
    file_of(tmp_path, HEAD | {"resources": {LB: {"id": "arn:lb"}}})
    found = ImportInventory.beside(str(tmp_path / "qa.py"))
    assert found.path == tmp_path / "qa.inventory.json"
    assert found.stack == "shop-qa"
    assert found.resources[LB].id == "arn:lb"


def test_an_inventory_that_was_never_written_is_empty_and_knows_where_it_will_be(
    tmp_path: Path,
) -> None:
    found = ImportInventory.beside(tmp_path / "qa.py")
    assert found == ImportInventory(path=tmp_path / "qa.inventory.json")
    assert complaints(lambda: shop(inventory=found)) == []


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    definitions = ({"name": "web", "command": ("echo", "${PORT}", 'a "b"')},)
    written = inventory(
        **{
            LB: ImportedResource(
                id="arn:lb", keeps={"name": "lb", "ports": [1, 2]}, changes={"tags": "x"}
            ),
            "aws_ecs_task_definition.web_task_definition": ImportedResource(
                id="web:1", keeps={"container_definitions": definitions, "volume": None}
            ),
        }
    )
    path = tmp_path / "qa.inventory.json"
    written.write(path)
    assert ImportInventory.read(path) == ImportInventory(**dict(written) | {"path": path})
    assert [one.name for one in tmp_path.iterdir()] == ["qa.inventory.json"]


def test_the_file_is_sorted_and_leaves_out_what_is_empty() -> None:
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


def test_an_inventory_that_cannot_be_written_leaves_the_one_before_it(tmp_path: Path) -> None:
    nowhere = tmp_path / "missing" / "qa.inventory.json"
    with pytest.raises(NavraError, match=r"qa\.inventory\.json cannot be written: No such file"):
        inventory().write(nowhere)
    path = file_of(tmp_path, "before")
    faulty = inventory(**{LB: {"id": ""}})
    with pytest.raises(SettingsError, match="is not an id to import by"):
        faulty.write(path)
    assert path.read_text(encoding="utf-8") == "before"


def test_container_definitions_are_spelled_out_in_the_file_and_text_for_terraform() -> None:
    one = ImportedResource(
        id="web:1", keeps={"container_definitions": [{"name": "w", "cpu": 0}], "cpu": 1}
    )
    assert one.kept_arguments == {
        "container_definitions": '[{"cpu": 0, "name": "w"}]',
        "cpu": 1,
    }
    as_text = ImportedResource(id="web:1", keeps={"container_definitions": '[{"name": "w"}]'})
    assert as_text.kept_arguments == {"container_definitions": '[{"name": "w"}]'}


def test_nobody_can_change_what_an_inventory_keeps() -> None:
    one = ImportedResource(id="web:1", keeps={"volume": [{"name": "data"}]})
    with pytest.raises(TypeError, match="settings are frozen"):
        one.keeps["volume"][0]["name"] = "other"
    assert hash(one) == hash(ImportedResource(id="web:1", keeps={"volume": ({"name": "data"},)}))


# Mistakes

REPAIR = "mend it, or delete it and write it anew by `navra discover`"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes: line 1 column 2"),
        ("[]", "a list is not an inventory; "),
        ('"text"', "'text' is not an inventory; "),
        (
            f'{{"resources": {{"{LB}": {{"id": "1"}}, "{LB}": {{"id": "2"}}}}}}',
            f"{LB}: is named twice; keep the one that is right",
        ),
    ],
)
def test_a_file_that_is_no_inventory_is_refused_by_its_name(
    tmp_path: Path, content: str, told: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        ImportInventory.read(file_of(tmp_path, content))
    assert str(refused.value).startswith("qa.inventory.json: 1 problem in the settings\n")
    assert told in str(refused.value)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"cannot be read: No such file.*; {REPAIR}"):
        ImportInventory.read(tmp_path / "qa.inventory.json")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"stack": "shop-other"},
            "inventory.stack: 'shop-other' is another than this environment's, 'shop-qa'",
        ),
        (
            {"account": "999999999999"},
            "inventory.account: '999999999999' is another than this environment's, '111122223333'",
        ),
        (
            {"region": "eu-west-2"},
            "inventory.region: 'eu-west-2' is another than this environment's, 'eu-west-1'",
        ),
    ],
)
def test_an_inventory_of_something_else_is_refused(change: dict[str, str], told: str) -> None:
    found = inventory(change, **{LB: {"id": "1"}})
    repair = "delete the file, and write this environment's by `navra discover`"
    assert complaints(lambda: shop(inventory=found)) == [f"{told}; {repair}"]


def test_an_inventory_fits_an_environment_whose_account_is_not_known_yet() -> None:
    found = inventory({"account": "999999999999"}, **{LB: {"id": "1"}})
    assert complaints(lambda: shop(account=None, inventory=found)) == []


@pytest.mark.parametrize(
    "address", ["data.aws_vpc.vpc", "aws_lb", "module.a.aws_lb.b", "aws_lb.a[b]", "aws_lb.1"]
)
def test_what_is_no_address_of_a_resource_is_refused(address: str) -> None:
    found = inventory(**{address: {"id": "1"}})
    (told,) = complaints(lambda: shop(inventory=found))
    assert told.startswith(f"inventory.resources.{address}: ")
    assert f"{address!r} is not the address of a resource; write its type and its name" in told


def test_every_mistake_of_an_inventory_is_told_at_once(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        HEAD | {"account": 12, "resources": {LB: {"idd": "1"}, "aws_lb.b": {"id": " "}}},
    )
    told = complaints(lambda: shop(inventory=ImportInventory.read(path)))
    assert told == [
        "inventory.account: 12 is not text; put it in quotes: '12'",
        f"inventory.resources.{LB}.id: is missing; give it: what Terraform imports it by: an ARN, "
        "a name, or several joined, as its type wants",
        f"inventory.resources.{LB}.idd: is not a setting of ImportedResource; did you mean 'id'?",
        "inventory.resources.aws_lb.b.id: ' ' is not an id to import by; give what "
        "`terraform import` takes",
    ]


def test_resources_need_the_place_in_which_they_were_found() -> None:
    found = ImportInventory(resources={LB: {"id": "1"}})
    assert complaints(lambda: shop(inventory=found)) == [
        f"inventory.{name}: is missing; write the inventory by `navra discover`"
        for name in ("stack", "account", "region")
    ]


def test_one_thing_cannot_be_imported_twice_but_its_parts_may_have_its_name() -> None:
    found = inventory(
        **{"aws_lb.a": {"id": "1"}, "aws_lb.b": {"id": "1"}, "aws_lb_listener.c": {"id": "1"}}
    )
    assert complaints(lambda: shop(inventory=found)) == [
        "inventory.resources.aws_lb.a.id: '1' is that of aws_lb.b too; one thing is imported once",
        "inventory.resources.aws_lb.b.id: '1' is that of aws_lb.a too; one thing is imported once",
    ]


def test_of_several_that_one_block_describes_each_is_imported_and_none_keeps_a_value() -> None:
    each = {f'aws_sns_topic_subscription.email["{name}@x.y"]': {"id": name} for name in "ab"}
    numbered = {"aws_eip.nat[0]": {"id": "e", "keeps": {"domain": "vpc"}}}
    assert complaints(lambda: shop(inventory=inventory(**each))) == []
    assert complaints(lambda: shop(inventory=inventory(**each, **numbered))) == [
        "inventory.resources.aws_eip.nat[0].keeps: cannot be kept, since one block describes "
        "several resources; leave it out, and describe the value in the settings"
    ]


# Credentials


@pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_value_that_looks_like_a_credential_is_never_kept(value: str, tmp_path: Path) -> None:
    environment = [{"name": "SETTING", "value": value}]
    one = ImportedResource(
        id="web:1", keeps={"container_definitions": [{"environment": environment}]}
    )
    faulty = inventory(**{"aws_ecs_task_definition.web": one})
    (told,) = complaints(lambda: shop(inventory=faulty))
    place = "inventory.resources.aws_ecs_task_definition.web.keeps.container_definitions.0"
    assert told.startswith(f"{place}.environment.0.SETTING: looks like a credential")
    assert value not in told
    with pytest.raises(SettingsError):
        faulty.write(tmp_path / "qa.inventory.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_change_that_shows_a_credential_is_refused(value: str) -> None:
    found = inventory(**{LB: ImportedResource(id="1", changes={"tags.url": f'"{value}" -> ""'})})
    (told,) = complaints(lambda: shop(inventory=found))
    assert "keeps" not in told
    assert value not in told


def test_a_credential_is_found_by_the_name_that_it_has_wherever_it_lies() -> None:
    value = {
        "environment": [{"name": "API_KEY", "value": "x1"}, {"name": "APP_ENV", "value": "qa"}],
        "secrets": [{"name": "API_KEY", "valueFrom": "arn:aws:secretsmanager:x"}],
        "options": {"password": "x2", "group": "g"},
        "text": json.dumps([{"name": "TOKEN", "value": "x3"}]),
        "odd": "{no json",
    }
    assert list(credentials_in(value)) == [
        "environment.0.API_KEY",
        "options.password",
        "text.0.TOKEN",
    ]
