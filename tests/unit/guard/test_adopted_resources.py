"""Adopted resources change only as an inventory or a waiver allows."""

import json

import pytest

from navra_stacks.errors import SettingsError
from navra_stacks.guard.adopted_resources import read_inventories
from tests.support.plan_fragments import (
    CREATE,
    FORGET,
    NO_OP,
    REPLACE,
    UPDATE,
    adopted_resource,
    allowances,
    change,
    evaluated,
    refusals,
)

LB = "aws_lb.web"
BEFORE = {"idle_timeout": 60, "name": "web", "tags": {"a": "b"}, "access_logs": [{"prefix": "x"}]}


def imported(actions, **after):
    return change(LB, actions, BEFORE, BEFORE | after, importing="arn:web")


def in_state(actions, **after):
    return change(LB, actions, BEFORE, BEFORE | after)


def test_an_import_without_changes_is_allowed_and_counted():
    evaluation = evaluated(imported(NO_OP))
    assert evaluation.findings == ()
    assert evaluation.adopted == evaluation.counts["import"] == evaluation.counts["no-op"] == 1


@pytest.mark.parametrize("arguments", [{"idle_timeout": 30}, {"access_logs": []}])
def test_an_import_with_an_unlisted_change_is_refused(arguments):
    (name,) = arguments
    inventory = {LB: adopted_resource("arn:web", "name")}
    message = refusals(evaluated(imported(UPDATE, **arguments), adopted=inventory))[LB]
    assert message.startswith(f"import: changes {name}")
    assert message.endswith("; not listed in an inventory or allow-list")


@pytest.mark.parametrize("path", ["access_logs", "access_logs[0]", "access_logs.prefix"])
def test_an_import_may_change_arguments_that_the_inventory_lists(path):
    changed = imported(UPDATE, access_logs=[{"prefix": "y"}])
    evaluation = evaluated(changed, adopted={LB: adopted_resource("arn:web", path)})
    assert not evaluation.refused
    assert allowances(evaluation) == {
        LB: 'import: changes access_logs[0].prefix ("x" -> "y"); listed in shop.inventory.json'
    }


def test_only_the_unlisted_changes_of_an_import_are_reported():
    changed = imported(UPDATE, access_logs=[{"prefix": "y"}], idle_timeout=30)
    evaluation = evaluated(
        changed, adopted={LB: adopted_resource("arn:web", "access_logs", "idle")}
    )
    assert refusals(evaluation) == {
        LB: "import: changes idle_timeout (60 -> 30); not listed in an inventory or allow-list"
    }


@pytest.mark.parametrize("changed", [imported, in_state])
def test_tags_of_adopted_resources_may_change(changed):
    tagged = changed(UPDATE, tags={"a": "c", "d": "e"}, tags_all={"a": "c"})
    evaluation = evaluated(tagged, adopted={LB: adopted_resource("arn:web")})
    assert not evaluation.refused
    assert allowances(evaluation)[LB].endswith("; tags do not affect running workloads")


def test_an_import_that_replaces_a_noncritical_resource_is_refused():
    alarm = "aws_cloudwatch_metric_alarm.slow"
    replaced = change(
        alarm, REPLACE, {"name": "a"}, {"name": "b"}, forced_by=[["name"]], importing="a"
    )
    assert refusals(evaluated(replaced, adopted={alarm: adopted_resource("a", "name")})) == {
        alarm: 'replace: forced by name ("a" -> "b"); the imported resource would be deleted '
        "immediately"
    }


def test_after_the_import_an_adopted_resource_needs_a_waiver_to_change():
    adopted = {LB: adopted_resource("arn:web", "idle_timeout")}
    assert refusals(evaluated(in_state(UPDATE, idle_timeout=30), adopted=adopted)) == {
        LB: "update: changes idle_timeout (60 -> 30); it was adopted (shop.inventory.json), and "
        "the inventory allows this change only during the import"
    }
    assert refusals(evaluated(in_state(UPDATE, name="new"), adopted=adopted)) == {
        LB: 'update: changes name ("web" -> "new"); it was adopted (shop.inventory.json)'
    }
    assert evaluated(in_state(UPDATE, name="new")).findings == ()


def test_a_moved_resource_remains_adopted():
    moved = change(
        "module.shop.aws_lb.edge", UPDATE, BEFORE, BEFORE | {"name": "b"}, previous_address=LB
    )
    evaluation = evaluated(moved, adopted={LB: adopted_resource("arn:web")})
    assert [finding.address for finding in evaluation.refused] == ["module.shop.aws_lb.edge"]
    assert evaluation.notes == ()


def test_the_removal_of_an_adopted_resource_from_the_state_is_refused():
    forgotten = in_state(FORGET)
    assert (
        "Terraform would stop managing it"
        in refusals(evaluated(forgotten, adopted={LB: adopted_resource("arn:web")}))[LB]
    )
    assert not evaluated(forgotten).refused


def test_a_second_creation_of_an_adopted_resource_is_refused():
    assert refusals(evaluated(change(LB, CREATE), adopted={LB: adopted_resource("arn:web")})) == {
        LB: "create: the plan does not import it; it exists as arn:web (shop.inventory.json) and "
        "would be created a second time"
    }


def test_an_import_with_another_id_is_refused():
    other = change(LB, NO_OP, BEFORE, BEFORE, importing="arn:other")
    assert refusals(evaluated(other, adopted={LB: adopted_resource("arn:web")})) == {
        LB: "import: the import ID is arn:other; shop.inventory.json lists arn:web"
    }
    later = change(LB, NO_OP, BEFORE, BEFORE)
    later["change"]["importing"] = {"unknown": True}
    assert (
        "(known after apply)"
        in refusals(evaluated(later, adopted={LB: adopted_resource("arn:web")}))[LB]
    )


def test_an_inventory_cannot_allow_the_removal_of_a_protection():
    unprotected = change(
        LB,
        UPDATE,
        {"enable_deletion_protection": True},
        {"enable_deletion_protection": False},
        importing="arn:web",
    )
    for listed_change in ("enable_deletion_protection", "name"):
        assert refusals(
            evaluated(unprotected, adopted={LB: adopted_resource("arn:web", listed_change)})
        ) == {
            LB: "import: changes enable_deletion_protection (true -> false); it removes "
            "the deletion protection"
        }


def test_an_update_without_visible_changes_is_refused():
    assert refusals(evaluated(imported(UPDATE))) == {
        LB: "import: the plan does not show which argument changes; it was adopted (imported by "
        "this plan)"
    }


def test_resources_of_an_inventory_that_the_plan_does_not_contain_are_noted():
    adopted = {f"aws_lb.{name}": adopted_resource(name) for name in "abcde"}
    assert evaluated(adopted=adopted).notes == (
        "listed in an inventory but not in the plan: aws_lb.a, aws_lb.b, aws_lb.c and 2 more",
    )


# Inventories


def inventory(**resources):
    head = {"stack": "shop-qa", "account": "111122223333", "region": "eu-west-1"}
    return json.dumps(head | {"resources": resources})


def test_several_inventories_are_merged(tmp_path):
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text(inventory(**{LB: {"id": "arn:web", "changes": {"idle_timeout": "60 -> 30"}}}))
    two.write_text(inventory(**{"aws_ecs_cluster.shop": {"id": "shop"}}))
    adopted = read_inventories([one, two])
    assert {address: resource.id for address, resource in adopted.items()} == {
        LB: "arn:web",
        "aws_ecs_cluster.shop": "shop",
    }
    assert not evaluated(imported(UPDATE, idle_timeout=30), adopted=adopted).refused


def test_an_invalid_inventory_is_reported(tmp_path):
    path = tmp_path / "qa.json"
    path.write_text(inventory(**{LB: {"name": "web"}}))
    with pytest.raises(SettingsError, match=r"qa\.json: .*\n.*aws_lb\.web\.id"):
        read_inventories([path])


def test_two_inventories_with_different_ids_are_reported(tmp_path):
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path in paths:
        path.write_text(inventory(**{LB: {"id": f"arn:{path.stem}"}}))
    with pytest.raises(
        SettingsError, match=r"aws_lb\.web\.id: 'arn:two' does not match 'arn:one' in .*one"
    ):
        read_inventories(paths)


TASK = "aws_ecs_task_definition.web"


def revision(**before: object) -> dict[str, object]:
    paths: list[list[str | int]] = [["container_definitions"]]
    return change(TASK, REPLACE, {"family": "web"} | before, forced_by=paths)


def test_another_revision_of_an_adopted_task_definition_is_allowed_if_the_old_one_stays() -> None:
    adopted = {TASK: adopted_resource("arn:web:1")}
    retained = evaluated(revision(skip_destroy=True), adopted=adopted)
    assert not retained.refused
    assert allowances(retained) == {
        TASK: "replace: forced by container_definitions; a revision is registered, and the old one "
        "is retained"
    }
    assert TASK in refusals(evaluated(revision(skip_destroy=False), adopted=adopted))
    # The import of a revision does not set `skip_destroy`, so the replacement deregisters it.
    assert TASK in refusals(evaluated(revision(), adopted=adopted))
