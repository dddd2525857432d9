"""Plans that Terraform made, of a shop that runs in the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.plan import Plan
from tests.support.guard_command import Guard
from tests.support.guarded_shop import Shop, failing, harmful, harmless


@pytest.fixture(scope="module")
def shop(
    at_hand: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """The shop, applied once."""
    with Emulator() as emulator:
        yield Shop(emulator, *at_hand, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def harmful_plan(shop: Shop) -> str:
    with shop.tainted("aws_dynamodb_table.carts"):
        replaced = "-replace=aws_cloudwatch_log_group.web"
        return str(shop.planned("harmful", harmful, replaced))


def lines(out: str, word: str) -> dict[str, str]:
    """What is refused, or allowed: the sentence by address and action."""
    told = [line.split("  ", 2) for line in out.splitlines() if line.startswith(f"{word} ")]
    return {address: sentence for _, address, sentence in told}


IMPORTED = """
[[allow]]
address = "aws_lb.shop"
action = "import"
arguments = ["*"]
reason = "the load balancer gets Terraform's defaults"
"""


def test_an_import_that_changes_what_nobody_listed_is_refused(shop, guard: Guard):
    first = str(shop.planned("first"))
    ended = guard(first)
    assert ended.status == 3
    told = lines(ended.out, "refused")["aws_lb.shop"]
    assert told.startswith("import: changes ")
    assert "enable_deletion_protection (false -> true)" in told
    assert "idle_timeout (90 -> 120)" in told
    assert told.endswith("; no inventory and no allow-list names it")
    inventory = str(shop.inventory("first", shop="enable_deletion_protection"))
    ended = guard(first, "--inventory", inventory)
    assert ended.status == 3
    told = lines(ended.out, "refused")["aws_lb.shop"]
    assert "idle_timeout (90 -> 120)" in told
    assert "enable_deletion_protection" not in told
    # It lists the old log groups too, of which this plan knows nothing.
    assert "note     the plan says nothing of aws_cloudwatch_log_group.old_a" in ended.out
    ended = guard(first, "--inventory", inventory, "--allow", "all", all=IMPORTED)
    assert ended.status == 0
    told = lines(ended.out, "allowed")["aws_lb.shop"]
    assert f"{inventory} lists it" in told
    assert "allowed: the load balancer gets Terraform's defaults" in told


def test_a_plan_that_would_change_nothing_is_harmless(shop, guard: Guard):
    ended = guard(str(shop.planned("nothing")), "--inventory", str(shop.inventory("nothing")))
    assert ended.status == 0
    assert ": 21 as they are; 1 adopted, 0 imported by this plan\n" in ended.out
    assert lines(ended.out, "refused") == lines(ended.out, "allowed") == {}


def test_what_may_happen_to_a_shop_that_is_open_is_harmless(shop, guard: Guard):
    """Tags, a new rule, a new revision, a moved bucket, an import as it was listed."""
    path = shop.planned("harmless", harmless)
    inventory = shop.inventory("harmless", old_b="retention_in_days")
    ended = guard(str(path), "--inventory", str(inventory))
    assert ended.status == 0
    assert (
        ": 2 to create, 3 to change in place, 1 to replace, 1 to delete, 1 to forget, 17 as they "
        "are; 3 adopted, 2 imported by this plan\n"
    ) in ended.out
    gone = "it is no longer in the configuration"
    assert lines(ended.out, "allowed") == {
        "aws_cloudwatch_log_group.old_b": "import: changes retention_in_days (0 -> 30); "
        f"{inventory} lists it",
        "aws_cloudwatch_metric_alarm.slow": f"delete: {gone}; nothing is lost with it",
        "aws_ecs_task_definition.web": "replace: forced by container_definitions; nothing is lost "
        "with it",
        "aws_lb.shop": 'update: changes tags.team (null -> "shop"), tags_all.team (null -> '
        '"shop"); tags alone change nothing that runs',
        "aws_secretsmanager_secret.api_key": f"forget: {gone}; it goes on as it is, without "
        "Terraform",
    }
    moved = Plan.read(path).change("aws_s3_bucket.files")
    assert (moved.previous_address, moved.is_nothing) == ("aws_s3_bucket.uploads", True)


def test_the_same_import_is_refused_where_nobody_listed_its_change(shop, guard: Guard):
    ended = guard(str(shop.planned("harmless", harmless)))
    assert ended.status == 3
    assert list(lines(ended.out, "refused")) == ["aws_cloudwatch_log_group.old_b"]


GONE = "it is no longer in the configuration"
REFUSED = {
    "aws_cloudwatch_log_group.counted[1]": "delete: its index is beyond `count`; it holds logs",
    'aws_cloudwatch_log_group.each["b"]': "delete: its key is no longer in `for_each`; it holds "
    "logs",
    "aws_cloudwatch_log_group.old_a": "import: changes retention_in_days (0 -> 30); the events "
    "that are older than that are deleted",
    "aws_cloudwatch_log_group.old_b": 'replace: forced by name ("/old/b" -> "/new/b"); what it '
    "imports would be deleted at once; it holds logs",
    "aws_cloudwatch_log_group.triggered": "replace: its `replace_triggered_by` fired; it holds "
    "logs",
    "aws_cloudwatch_log_group.web": "replace: -replace asks for it; it holds logs",
    "aws_dynamodb_table.carts": "replace: it is tainted; it holds a database",
    "aws_dynamodb_table.orders": "update: changes deletion_protection_enabled (true -> false); it "
    "takes the protection against deletion away",
    "aws_lb.shop": "update: changes enable_deletion_protection (true -> false), idle_timeout (120 "
    "-> 30); it takes the protection against deletion away; it was adopted (INVENTORY)",
    "aws_lb_listener_rule.api": f"delete: {GONE}; it says which service answers a request",
    "aws_lb_target_group.web": "replace: forced by port (8080 -> 9090); it takes the load "
    "balancer's requests",
    "aws_s3_bucket.uploads": 'replace: forced by bucket ("shop-uploads" -> "shop-files"); it holds '
    "files",
    "aws_secretsmanager_secret.api_key": f"delete: {GONE}; it holds a secret",
    "aws_security_group.web": 'replace: forced by description ("The web tasks" -> "Web tasks"); it '
    "lets connections through",
    "aws_vpc_security_group_ingress_rule.web": "replace: forced by security_group_id (only the "
    "apply tells its value); it lets connections through",
    "module.audit.aws_cloudwatch_log_group.audit": f"delete: {GONE}; it holds logs",
}


def test_every_way_to_do_harm_is_refused_with_what_forces_it(shop, guard: Guard, harmful_plan):
    inventory = shop.inventory("harmful")
    ended = guard(harmful_plan, "--inventory", str(inventory))
    assert ended.status == 3
    told = lines(ended.out, "refused")
    assert {a: s.replace(str(inventory), "INVENTORY") for a, s in told.items()} == REFUSED


def test_an_allow_list_lets_all_of_it_pass(shop, guard: Guard, harmful_plan):
    entries = [(address, told.partition(":")[0]) for address, told in REFUSED.items()]
    text = "\n".join(
        f"[[allow]]\naddress = {json.dumps(address)}\naction = '{action}'\nreason = 'a test'\n"
        + ("arguments = ['*']\n" if action in ("import", "update") else "")
        for address, action in entries
    )
    inventory = str(shop.inventory("harmful"))
    ended = guard(harmful_plan, "--inventory", inventory, "--allow", "all", all=text)
    assert ended.status == 0
    assert set(REFUSED) <= lines(ended.out, "allowed").keys()
    assert "note " not in ended.out
    (_, *rest) = text.split("\n\n")
    ended = guard(harmful_plan, "--inventory", inventory, "--allow", "some", some="\n\n".join(rest))
    assert ended.status == 3
    assert list(lines(ended.out, "refused")) == ["aws_cloudwatch_log_group.counted[1]"]


def test_a_plan_that_destroys_everything_is_refused(shop, guard: Guard):
    ended = guard(str(shop.planned("destroy", lambda document: None, "-destroy", "-refresh=false")))
    assert ended.status == 3
    assert len(lines(ended.out, "refused")) == 18
    assert set(lines(ended.out, "allowed")) == {
        "aws_cloudwatch_metric_alarm.slow",
        "aws_ecs_task_definition.web",
        "terraform_data.note",
    }


def test_a_plan_of_one_target_is_refused_unless_it_is_asked_for(shop, guard: Guard):
    target = "-target=aws_cloudwatch_log_group.web"
    path = str(shop.planned("target", harmful, target, "-refresh=false"))
    assert guard(path).status == 3
    ended = guard(path, "--incomplete")
    assert (ended.status, lines(ended.out, "refused")) == (0, {})


def test_a_plan_that_failed_is_refused(shop, guard: Guard):
    ended = guard(str(shop.planned("failed", failing, fails=True)), "--incomplete")
    assert ended.status == 3
    assert "refused  the plan  errored: Terraform failed while it planned" in ended.out
    assert list(lines(ended.out, "refused")) == ["the plan", "aws_s3_bucket.uploads"]


def test_the_plan_itself_is_no_json_of_a_plan(shop, guard: Guard):
    shop.planned("nothing")
    ended = guard(str(shop.directory / "module" / "plan"))
    assert ended.status == 2
    assert "is a plan as Terraform saves it" in ended.err
