"""Import blocks and preserved live values of existing resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from environments.staging import STAGING
from navra_stacks import ExistingIds, ImportedResource, ImportInventory, SettingsError
from navra_stacks.cli.inventory_summary import summarize_inventory
from navra_stacks.terraform.hcl_fixes import fix_hcl
from tests.support.shop import MIGRATE, shop, web
from tests.support.shop_inventory import DEFINITIONS, FOUND, HEAD, TASK, VOLUMES
from tests.support.synthesized import Build, Built


@pytest.fixture(scope="module")
def imported(build: Build) -> Built:
    return build(shop(inventory=FOUND))


def test_every_resource_of_the_inventory_is_imported_by_its_id(imported: Built) -> None:
    assert imported.content["import"] == [
        {"to": TASK, "id": "shop-web-qa:3"},
        {"to": "aws_lb.load_balancer", "id": "arn:lb"},
        # Escaped, since Terraform would read a template.
        {"to": "aws_security_group.alb_security_group", "id": "sg-$${1}"},
    ]


def test_a_live_value_replaces_an_argument_that_would_force_a_replacement(imported: Built) -> None:
    assert imported.one("aws_lb")["name"] == "old-lb"
    task = imported.one("aws_ecs_task_definition")
    assert task["volume"][:2] == VOLUMES[:2]
    (labelled,) = task["volume"][2]["docker_volume_configuration"]
    assert labelled == {"labels": {"a.b": '$${c} "d"'}}
    assert task.get("runtime_platform") is None
    # Escaped once more, since Terraform reads a template.
    text = task["container_definitions"].replace("$${", "${").replace("%%{", "%{")
    assert json.loads(text) == DEFINITIONS
    assert "$${PORT}" in task["container_definitions"]


def test_a_live_list_or_map_replaces_the_whole_argument(build: Build) -> None:
    """An override in CDKTF would append a list to the existing list, and merge a map."""
    keeps = {"subnets": ["subnet-live"], "tags": {"made": "by hand ${x}"}}
    task = {"requires_compatibilities": ["EC2", "FARGATE"], "runtime_platform": [{"a": "B"}]}
    one = {
        "aws_lb.load_balancer": ImportedResource(id="arn:lb", keeps=keeps),
        TASK: ImportedResource(id="shop-web-qa:3", keeps=task),
    }
    built = build(shop(inventory=ImportInventory(**HEAD, resources=one)))
    balancer, definition = built.one("aws_lb"), built.one("aws_ecs_task_definition")
    assert balancer["subnets"] == ["subnet-live"]
    assert balancer["tags"] == {"made": "by hand $${x}"}
    assert definition["requires_compatibilities"] == ["EC2", "FARGATE"]
    assert definition["runtime_platform"] == [{"a": "B"}]


def test_a_live_default_is_set_only_where_the_document_has_no_value(build: Build) -> None:
    defaults = {"enable_http2": False, "idle_timeout": 4000, "tags": {"ecs:a": "${x}", "b": "c"}}
    resource = ImportedResource(id="arn:lb", live_defaults=defaults)
    found = ImportInventory(**HEAD, resources={"aws_lb.load_balancer": resource})
    balancer = build(shop(inventory=found)).one("aws_lb")
    assert balancer["enable_http2"] is False
    # The settings determine the idle timeout.
    assert balancer["idle_timeout"] == build().one("aws_lb")["idle_timeout"] != 4000
    assert balancer["tags"] == {"ecs:a": "$${x}", "b": "c"}


def migration(build: Build, inventory: ImportInventory | None) -> dict[str, Any]:
    """Return the task definition of the migration of a shop."""
    environment = shop(web(one_off_tasks=(MIGRATE,)), inventory=inventory)
    definitions = build(environment).content["resource"]["aws_ecs_task_definition"]
    return dict(definitions["web_migrate_task_definition"])


def test_a_one_off_task_has_the_live_container_definition_of_its_service(build: Build) -> None:
    migrate = migration(build, FOUND)
    (container,) = json.loads(migrate["container_definitions"])
    assert container == {
        "name": "web",
        "command": ["alembic", "upgrade", "head"],
        "essential": True,
    }
    assert migrate["family"] == "shop-web-qa-migrate"
    assert [volume["name"] for volume in migrate["volume"]] == ["data", "files", "odd"]


def test_a_one_off_task_has_its_settings_if_the_live_revision_has_no_such_container(
    build: Build,
) -> None:
    keeps = {"container_definitions": [{"name": "other", "image": "shop/other:1"}]}
    found = ImportInventory(
        **HEAD, resources={TASK: ImportedResource(id="shop-web-qa:3", keeps=keeps)}
    )
    assert migration(build, found) == migration(build, None)


def test_an_inventory_with_blockers_is_refused_with_their_reasons(build: Build) -> None:
    found = FOUND.replace(blockers=("aws_lb.load_balancer: it would be replaced",))
    with pytest.raises(SettingsError) as refused:
        build(shop(inventory=found))
    assert [str(problem) for problem in refused.value.problems] == [
        "inventory.blockers[0]: aws_lb.load_balancer: it would be replaced; repair it in the "
        "account and run `navra discover` again, or remove the entry if the effect is intended"
    ]


def test_the_summary_names_the_arguments_with_live_defaults() -> None:
    resource = ImportedResource(id="arn:lb", live_defaults={"enable_http2": False})
    found = ImportInventory(**HEAD, resources={"aws_lb.load_balancer": resource})
    assert list(summarize_inventory(shop(inventory=found)))[1:] == [
        "shop-qa: aws_lb.load_balancer preserves live values that no setting determines: "
        "enable_http2"
    ]


def test_nothing_else_changes_with_an_inventory(imported: Built, build: Build) -> None:
    plain = build()
    assert imported.bodies.keys() == plain.bodies.keys()
    changed = {name for name in plain.bodies if plain.bodies[name] != imported.bodies[name]}
    assert changed == {"aws_lb.load_balancer", TASK}
    for name in changed:
        old, new = plain.bodies[name], imported.bodies[name]
        differing = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
        keeps = FOUND.resources[name].keeps
        assert differing == set(keeps)


def test_an_empty_inventory_changes_no_byte(build: Build, tmp_path: Path) -> None:
    plain, empty = build(), build(shop(inventory=ImportInventory.next_to(tmp_path / "qa.py")))
    assert empty.text == plain.text
    assert "import" not in plain.content


def test_recorded_ids_and_imports_can_be_combined(build: Build) -> None:
    recorded = ExistingIds(task_definition_revisions={"web": 3})
    built = build(shop(existing_ids=recorded, inventory=FOUND))
    assert set(built.content["locals"]["recorded"]) == {
        "aws_ecs_task_definition.web_task_definition"
    }
    assert len(built.content["import"]) == 3


def test_an_unknown_address_is_refused_with_a_suggestion(build: Build) -> None:
    found = ImportInventory(
        **HEAD,
        resources={
            "aws_lb.load_balncer": {"id": "1"},
            "aws_vpc.nothing_like_it": {"id": "2"},
            "aws_lb.load_balancer": {"id": "3"},
        },
    )
    with pytest.raises(SettingsError) as refused:
        build(shop(inventory=found))
    assert [str(problem) for problem in refused.value.problems] == [
        "inventory.resources.aws_lb.load_balncer: is not a resource of shop-qa; "
        "did you mean 'aws_lb.load_balancer'?",
        "inventory.resources.aws_vpc.nothing_like_it: is not a resource of shop-qa; "
        "remove it from the inventory",
    ]


def test_the_summary_lists_imports_and_preserved_live_values() -> None:
    lines = list(summarize_inventory(shop(inventory=FOUND)))
    assert lines == [
        "shop-qa: 3 resources imported",
        f"shop-qa: {TASK} preserves the live value of container_definitions: "
        '[{"command": ["echo", "${PORT} \\"%{x}\\""], "essential": t...',
        f"shop-qa: {TASK} preserves the live value of runtime_platform: absent",
        f'shop-qa: {TASK} preserves the live value of volume: [{{"name": "data"}}, '
        '{"efs_volume_configuration": [{"author...',
        "shop-qa: aws_lb.load_balancer preserves the live value of name: old-lb",
    ]
    assert list(summarize_inventory(shop())) == []


def test_imports_are_written_in_hcl_with_a_bare_address() -> None:
    document = {
        "resource": {"aws_lb": {"one": {}}},
        "import": [{"to": "aws_lb.one", "id": 'a "b" $${c}'}],
    }
    assert fix_hcl("", document) == ('\nimport {\n  to = aws_lb.one\n  id = "a \\"b\\" $${c}"\n}\n')


def test_the_committed_environment_reads_the_inventory_in_its_own_directory() -> None:
    assert STAGING.inventory is not None
    assert STAGING.inventory.path is not None
    assert STAGING.inventory.path.name == "staging.inventory.json"
    assert STAGING.inventory.path.parent.name == "environments"
