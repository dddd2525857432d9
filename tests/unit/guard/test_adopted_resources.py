"""What was made by hand changes only as somebody said."""

import json

import pytest

from navra_stacks.errors import SettingsError
from navra_stacks.guard.adopted_resources import of_inventories
from tests.support.plan_fragments import (
    CREATE,
    FORGET,
    NOTHING,
    REPLACE,
    UPDATE,
    change,
    judged,
    listed,
    permits,
    refusals,
)

LB = "aws_lb.web"
BEFORE = {"idle_timeout": 60, "name": "web", "tags": {"a": "b"}, "access_logs": [{"prefix": "x"}]}


def imported(actions, **after):
    return change(LB, actions, BEFORE, BEFORE | after, importing="arn:web")


def in_state(actions, **after):
    return change(LB, actions, BEFORE, BEFORE | after)


def test_an_import_that_changes_nothing_passes_and_is_counted():
    judgement = judged(imported(NOTHING))
    assert judgement.verdicts == ()
    assert judgement.adopted == judgement.counts["import"] == judgement.counts["no-op"] == 1


@pytest.mark.parametrize("arguments", [{"idle_timeout": 30}, {"access_logs": []}])
def test_an_import_that_would_change_what_nobody_listed_is_refused(arguments):
    (name,) = arguments
    told = refusals(judged(imported(UPDATE, **arguments), adopted={LB: listed("arn:web", "name")}))
    assert told[LB].startswith(f"import: changes {name}")
    assert told[LB].endswith("; no inventory and no allow-list names it")


@pytest.mark.parametrize("place", ["access_logs", "access_logs[0]", "access_logs.prefix"])
def test_an_import_may_change_what_the_inventory_lists(place):
    changed = imported(UPDATE, access_logs=[{"prefix": "y"}])
    judgement = judged(changed, adopted={LB: listed("arn:web", place)})
    assert not judgement.refused
    assert permits(judgement) == {
        LB: 'import: changes access_logs[0].prefix ("x" -> "y"); shop.inventory.json lists it'
    }


def test_an_import_that_changes_more_than_is_listed_tells_what_is_not():
    changed = imported(UPDATE, access_logs=[{"prefix": "y"}], idle_timeout=30)
    judgement = judged(changed, adopted={LB: listed("arn:web", "access_logs", "idle")})
    assert refusals(judgement) == {
        LB: "import: changes idle_timeout (60 -> 30); no inventory and no allow-list names it"
    }


@pytest.mark.parametrize("changed", [imported, in_state])
def test_tags_of_what_was_adopted_may_change(changed):
    tagged = changed(UPDATE, tags={"a": "c", "d": "e"}, tags_all={"a": "c"})
    judgement = judged(tagged, adopted={LB: listed("arn:web")})
    assert not judgement.refused
    assert permits(judgement)[LB].endswith("; tags alone change nothing that runs")


def test_an_import_that_would_replace_is_refused_even_of_what_holds_nothing():
    alarm = "aws_cloudwatch_metric_alarm.slow"
    replaced = change(
        alarm, REPLACE, {"name": "a"}, {"name": "b"}, forced_by=[["name"]], importing="a"
    )
    assert refusals(judged(replaced, adopted={alarm: listed("a", "name")})) == {
        alarm: 'replace: forced by name ("a" -> "b"); what it imports would be deleted at once'
    }


def test_what_was_imported_before_changes_no_more_and_its_listing_is_spent():
    adopted = {LB: listed("arn:web", "idle_timeout")}
    assert refusals(judged(in_state(UPDATE, idle_timeout=30), adopted=adopted)) == {
        LB: "update: changes idle_timeout (60 -> 30); it was adopted (shop.inventory.json), which "
        "listed this for its import alone"
    }
    assert refusals(judged(in_state(UPDATE, name="new"), adopted=adopted)) == {
        LB: 'update: changes name ("web" -> "new"); it was adopted (shop.inventory.json)'
    }
    assert judged(in_state(UPDATE, name="new")).verdicts == ()


def test_what_was_adopted_stays_so_where_it_is_moved():
    moved = change(
        "module.shop.aws_lb.edge", UPDATE, BEFORE, BEFORE | {"name": "b"}, previous_address=LB
    )
    judgement = judged(moved, adopted={LB: listed("arn:web")})
    assert [one.address for one in judgement.refused] == ["module.shop.aws_lb.edge"]
    assert judgement.notes == ()


def test_what_was_adopted_is_not_forgotten():
    forgotten = in_state(FORGET)
    assert (
        "nothing would describe it"
        in refusals(judged(forgotten, adopted={LB: listed("arn:web")}))[LB]
    )
    assert not judged(forgotten).refused


def test_what_was_adopted_is_not_made_a_second_time():
    assert refusals(judged(change(LB, CREATE), adopted={LB: listed("arn:web")})) == {
        LB: "create: the plan does not import it; it exists as arn:web (shop.inventory.json), and "
        "would be made a second time"
    }


def test_another_thing_is_not_imported_in_its_place():
    other = change(LB, NOTHING, BEFORE, BEFORE, importing="arn:other")
    assert refusals(judged(other, adopted={LB: listed("arn:web")})) == {
        LB: "import: the id is arn:other; shop.inventory.json says arn:web"
    }
    later = change(LB, NOTHING, BEFORE, BEFORE)
    later["change"]["importing"] = {"unknown": True}
    assert "known after the apply" in refusals(judged(later, adopted={LB: listed("arn:web")}))[LB]


def test_a_protection_is_not_taken_away_although_the_inventory_lists_it():
    unprotected = change(
        LB,
        UPDATE,
        {"enable_deletion_protection": True},
        {"enable_deletion_protection": False},
        importing="arn:web",
    )
    for listing in ("enable_deletion_protection", "name"):
        assert refusals(judged(unprotected, adopted={LB: listed("arn:web", listing)})) == {
            LB: "import: changes enable_deletion_protection (true -> false); it takes the "
            "protection against deletion away"
        }


def test_a_change_that_the_plan_does_not_show_is_refused():
    assert refusals(judged(imported(UPDATE))) == {
        LB: "import: the plan does not show what; it was adopted (an import of this plan)"
    }


def test_what_an_inventory_lists_and_the_plan_does_not_have_is_told():
    adopted = {f"aws_lb.{name}": listed(name) for name in "abcde"}
    assert judged(adopted=adopted).notes == (
        "the plan says nothing of aws_lb.a, aws_lb.b, aws_lb.c and 2 more, which an inventory "
        "lists",
    )


# Inventories


def inventory(**resources):
    head = {"stack": "shop-qa", "account": "111122223333", "region": "eu-west-1"}
    return json.dumps(head | {"resources": resources})


def test_inventories_are_read_together(tmp_path):
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text(inventory(**{LB: {"id": "arn:web", "changes": {"idle_timeout": "60 -> 30"}}}))
    two.write_text(inventory(**{"aws_ecs_cluster.shop": {"id": "shop"}}))
    adopted = of_inventories([one, two])
    assert {address: known.id for address, known in adopted.items()} == {
        LB: "arn:web",
        "aws_ecs_cluster.shop": "shop",
    }
    assert not judged(imported(UPDATE, idle_timeout=30), adopted=adopted).refused


def test_a_faulty_inventory_is_told(tmp_path):
    path = tmp_path / "qa.json"
    path.write_text(inventory(**{LB: {"name": "web"}}))
    with pytest.raises(SettingsError, match=r"qa\.json: .*\n.*aws_lb\.web\.id"):
        of_inventories([path])


def test_two_inventories_that_disagree_are_told(tmp_path):
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path in paths:
        path.write_text(inventory(**{LB: {"id": f"arn:{path.stem}"}}))
    with pytest.raises(SettingsError, match=r"aws_lb\.web\.id: is arn:two, and arn:one in .*one"):
        of_inventories(paths)
