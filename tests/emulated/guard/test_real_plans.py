"""The guard evaluates real Terraform plans of a shop in the emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.plan import Plan
from tests.support.guard_command import Guard
from tests.support.guarded_shop import (
    Shop,
    add_failing_import,
    apply_critical_changes,
    apply_safe_changes,
    swap_priorities,
    take_over_and_expose,
)


@pytest.fixture(scope="module")
def shop(
    installed: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """Return the shop, which is applied once."""
    with Emulator() as emulator:
        yield Shop(emulator, *installed, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def critical_plan(shop: Shop) -> str:
    with shop.tainted("aws_dynamodb_table.carts"):
        replaced = "-replace=aws_cloudwatch_log_group.web"
        return str(shop.plan("critical", apply_critical_changes, replaced))


def lines(out: str, prefix: str) -> dict[str, str]:
    """Return the sentences of the refused or allowed changes, by address."""
    found = [line.split("  ", 2) for line in out.splitlines() if line.startswith(f"{prefix} ")]
    return {address: sentence for _, address, sentence in found}


IMPORTED = """
[[allow]]
address = "aws_lb.shop"
action = "import"
arguments = ["*"]
reason = "the load balancer gets Terraform's defaults"
"""


def test_an_import_with_unlisted_changes_is_refused(shop, guard: Guard):
    first = str(shop.plan("first"))
    result = guard(first)
    assert result.status == 3
    sentence = lines(result.out, "refused")["aws_lb.shop"]
    assert sentence.startswith("import: changes ")
    assert "enable_deletion_protection (false -> true)" in sentence
    assert "idle_timeout (90 -> 120)" in sentence
    assert sentence.endswith("; not listed in an inventory or allow-list")
    inventory = str(shop.inventory("first", shop="enable_deletion_protection"))
    result = guard(first, "--inventory", inventory)
    assert result.status == 3
    sentence = lines(result.out, "refused")["aws_lb.shop"]
    assert "idle_timeout (90 -> 120)" in sentence
    assert "enable_deletion_protection" not in sentence
    # The inventory also lists the old log groups, which this plan does not contain.
    note = "note     listed in an inventory but not in the plan: aws_cloudwatch_log_group.old_a"
    assert note in result.out
    result = guard(first, "--inventory", inventory, "--allow", "all", all=IMPORTED)
    assert result.status == 0
    sentence = lines(result.out, "allowed")["aws_lb.shop"]
    assert f"listed in {inventory}" in sentence
    assert "allowed: the load balancer gets Terraform's defaults" in sentence


def test_a_plan_without_changes_has_no_findings(shop, guard: Guard):
    result = guard(str(shop.plan("nothing")), "--inventory", str(shop.inventory("nothing")))
    assert result.status == 0
    assert ": 22 unchanged; 1 adopted, 0 imported by this plan\n" in result.out
    assert lines(result.out, "refused") == lines(result.out, "allowed") == {}


def test_safe_changes_are_allowed(shop, guard: Guard):
    """Tags, a new rule, a new revision, a moved bucket, an import with a listed change."""
    path = shop.plan("safe", apply_safe_changes)
    inventory = shop.inventory("safe", old_b="retention_in_days")
    result = guard(str(path), "--inventory", str(inventory))
    assert result.status == 0
    assert (
        ": 2 to create, 3 to update in place, 1 to replace, 1 to delete, 1 to remove from the "
        "state, 18 unchanged; 3 adopted, 2 imported by this plan\n"
    ) in result.out
    removed = "it is no longer in the configuration"
    assert lines(result.out, "allowed") == {
        "aws_cloudwatch_log_group.old_b": "import: changes retention_in_days (0 -> 30); "
        f"listed in {inventory}",
        "aws_cloudwatch_metric_alarm.slow": f"delete: {removed}; no data or traffic depends on it",
        "aws_ecs_task_definition.web": "replace: forced by container_definitions; no data or "
        "traffic depends on it",
        "aws_lb.shop": 'update: changes tags.team (null -> "shop"), tags_all.team (null -> '
        '"shop"); tags do not affect running workloads',
        "aws_secretsmanager_secret.api_key": f"forget: {removed}; it continues to exist, "
        "unmanaged by Terraform",
    }
    moved = Plan.read(path).change("aws_s3_bucket.files")
    assert (moved.previous_address, moved.is_no_op) == ("aws_s3_bucket.uploads", True)


def test_an_import_with_a_listed_change_is_refused_without_the_inventory(shop, guard: Guard):
    result = guard(str(shop.plan("safe", apply_safe_changes)))
    assert result.status == 3
    assert list(lines(result.out, "refused")) == ["aws_cloudwatch_log_group.old_b"]


NOT_CONFIGURED = "it is no longer in the configuration"
REFUSED = {
    "aws_cloudwatch_log_group.counted[1]": "delete: its index is not below `count`; it holds logs",
    'aws_cloudwatch_log_group.each["b"]': "delete: its key is no longer in `for_each`; it holds "
    "logs",
    "aws_cloudwatch_log_group.old_a": "import: changes retention_in_days (0 -> 30); older log "
    "events are deleted",
    "aws_cloudwatch_log_group.old_b": 'replace: forced by name ("/old/b" -> "/new/b"); the '
    "imported resource would be deleted immediately; it holds logs",
    "aws_cloudwatch_log_group.triggered": "replace: a resource in its `replace_triggered_by` "
    "changes; it holds logs",
    "aws_cloudwatch_log_group.web": "replace: the option -replace requests the "
    "replacement; it holds logs",
    "aws_dynamodb_table.carts": "replace: it is tainted; it holds a database",
    "aws_dynamodb_table.orders": "update: changes deletion_protection_enabled (true -> false); it "
    "removes the deletion protection",
    "aws_lb.shop": "update: changes enable_deletion_protection (true -> false), idle_timeout (120 "
    "-> 30); it removes the deletion protection; it was adopted (INVENTORY)",
    "aws_lb_listener_rule.api": f"delete: {NOT_CONFIGURED}; it routes requests to a service",
    "aws_lb_target_group.web": "replace: forced by port (8080 -> 9090); requests to the load "
    "balancer pass through it",
    "aws_s3_bucket.uploads": 'replace: forced by bucket ("shop-uploads" -> "shop-files"); it holds '
    "files",
    "aws_secretsmanager_secret.api_key": f"delete: {NOT_CONFIGURED}; it holds a secret",
    "aws_security_group.web": 'replace: forced by description ("The web tasks" -> "Web tasks"); it '
    "controls which connections are allowed",
    "aws_vpc_security_group_ingress_rule.web": "replace: forced by security_group_id (known "
    "after apply); it controls which connections are allowed",
    "module.audit.aws_cloudwatch_log_group.audit": f"delete: {NOT_CONFIGURED}; it holds logs",
}


def test_critical_changes_are_refused_with_the_reason(shop, guard: Guard, critical_plan):
    inventory = shop.inventory("critical")
    result = guard(critical_plan, "--inventory", str(inventory))
    assert result.status == 3
    refused = lines(result.out, "refused")
    assert {a: s.replace(str(inventory), "INVENTORY") for a, s in refused.items()} == REFUSED


def test_an_allow_list_can_allow_all_critical_changes(shop, guard: Guard, critical_plan):
    entries = [(address, sentence.partition(":")[0]) for address, sentence in REFUSED.items()]
    text = "\n".join(
        f"[[allow]]\naddress = {json.dumps(address)}\naction = '{action}'\nreason = 'a test'\n"
        + ("arguments = ['*']\n" if action in ("import", "update") else "")
        for address, action in entries
    )
    inventory = str(shop.inventory("critical"))
    result = guard(critical_plan, "--inventory", inventory, "--allow", "all", all=text)
    assert result.status == 0
    assert set(REFUSED) <= lines(result.out, "allowed").keys()
    assert "note " not in result.out
    (_, *rest) = text.split("\n\n")
    result = guard(
        critical_plan, "--inventory", inventory, "--allow", "some", some="\n\n".join(rest)
    )
    assert result.status == 3
    assert list(lines(result.out, "refused")) == ["aws_cloudwatch_log_group.counted[1]"]


def test_rules_that_swap_their_priorities_are_refused(shop, guard: Guard):
    """Terraform updates them in place, so that AWS rejects each of the two requests."""
    result = guard(str(shop.plan("swapped", swap_priorities)))
    assert result.status == 3
    refused = lines(result.out, "refused")
    assert refused.keys() == {"aws_lb_listener_rule.api", "aws_lb_listener_rule.hooks"}
    for sentence in refused.values():
        assert sentence.startswith("update: changes priority (")
        assert "has it and the two rules swap their priorities" in sentence


def test_takeovers_and_provisioners_are_refused_and_exposures_reported(shop, guard: Guard):
    path = str(shop.plan("exposed", take_over_and_expose))
    inventory = ("--inventory", str(shop.inventory("exposed")))
    result = guard(path, *inventory)
    assert result.status == 3
    assert lines(result.out, "refused") == {
        "aws_s3_bucket_public_access_block.existing": "create: it changes what exists before the "
        "apply (bucket = shop-uploads); an existing public access block of the bucket would be "
        "replaced",
        "aws_ssm_parameter.key": "create: it changes what exists before the apply (name = "
        "/shop/key); the value of an existing parameter would be overwritten",
        "terraform_data.script": "create: the apply may run its provisioners (local-exec); the "
        "plan does not show their effect",
    }
    assert lines(result.out, "warning") == {
        "aws_s3_bucket_policy.created": "create: sets policy; a policy statement allows access to "
        "everybody",
        "aws_vpc_security_group_ingress_rule.web": 'update: changes cidr_ipv4 ("10.0.0.0/8" -> '
        '"0.0.0.0/0"); it opens tcp 8080-8080 0.0.0.0/0 to everybody',
    }
    strict = guard(path, *inventory, "--security")
    assert lines(strict.out, "refused").keys() > lines(result.out, "refused").keys()
    assert lines(strict.out, "warning") == {}


def test_a_plan_that_destroys_everything_is_refused(shop, guard: Guard):
    result = guard(str(shop.plan("destroy", lambda document: None, "-destroy", "-refresh=false")))
    assert result.status == 3
    assert len(lines(result.out, "refused")) == 19
    assert set(lines(result.out, "allowed")) == {
        "aws_cloudwatch_metric_alarm.slow",
        "aws_ecs_task_definition.web",
        "terraform_data.note",
    }


def test_a_targeted_plan_is_refused_without_the_option_incomplete(shop, guard: Guard):
    target = "-target=aws_cloudwatch_log_group.web"
    path = str(shop.plan("target", apply_critical_changes, target, "-refresh=false"))
    assert guard(path).status == 3
    result = guard(path, "--incomplete")
    assert (result.status, lines(result.out, "refused")) == (0, {})


def test_a_plan_that_failed_is_refused(shop, guard: Guard):
    result = guard(str(shop.plan("failed", add_failing_import, fails=True)), "--incomplete")
    assert result.status == 3
    assert "refused  the plan  errored: Terraform failed while planning" in result.out
    assert list(lines(result.out, "refused")) == ["the plan", "aws_s3_bucket.uploads"]


def test_a_binary_plan_file_is_rejected(shop, guard: Guard):
    shop.plan("nothing")
    result = guard(str(shop.directory / "module" / "plan"))
    assert result.status == 2
    assert "is a binary plan file" in result.err
