"""Terraform adopts environments that people created, and the running workloads do not change.

`make test` adopts accounts with many variations each; `make test-adoption` adopts the accounts with
one or two variations each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from environments.staging import STAGING
from navra_stacks.guard.adopted_resources import read_inventories
from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.plan import covers, format_path
from tests.support.adoption_cases import COMBINED, MATRIX, REFUSED, REFUSED_IN_MATRIX, Case
from tests.support.adoption_run import Adoption, adopt, run_discover
from tests.support.handmade_account.accounts import Account
from tests.support.handmade_account.console import Console
from tests.support.handmade_account.variations.containers import PASSWORD
from tests.support.live_state import Difference, differences, evaluation_order
from tests.support.shared_emulator import SharedEmulator
from tests.support.synthesized import Built


def params(combined: Iterable[Case], matrix: Iterable[Case]) -> list[object]:
    """Return the parameters of a test; those of the matrix have its marker and a group each."""
    return [
        *(pytest.param(case, id=case.id) for case in combined),
        *(
            pytest.param(
                case,
                id=f"matrix: {case.id}",
                marks=(pytest.mark.adoption_matrix, pytest.mark.xdist_group(case.id)),
            )
            for case in matrix
        ),
    ]


@pytest.fixture(scope="module", params=params(COMBINED, MATRIX))
def case(request: pytest.FixtureRequest) -> Case:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def adoption(
    case: Case,
    installed: tuple[Terraform, Provider],
    emulator: SharedEmulator,
    session_console: Console,
    staging: Built,
    tmp_path_factory: pytest.TempPathFactory,
) -> Adoption:
    emulator.reset()
    handmade = case.build(session_console)
    return adopt(handmade, installed, tmp_path_factory.mktemp("adoption"), staging)


def test_all_existing_resources_are_imported_and_none_is_created_again(
    adoption: Adoption, case: Case
) -> None:
    created = {change.address for change in adoption.first.changes if change.actions == ("create",)}
    imported = {change.address for change in adoption.first.changes if change.importing is not None}
    everything = {block.address for block in adoption.document.resources}
    assert created == case.created(adoption.handmade)
    assert imported == everything - created
    assert imported == set(adoption.inventory.resources)
    assert set(adoption.discovery.report["not_imported"]) == case.not_imported


def test_recorded_ids_are_used_for_the_import(adoption: Adoption, case: Case) -> None:
    recorded = adoption.document.content["locals"]["recorded"]
    assert len(recorded) == 5
    for address in recorded.keys() - case.not_imported:
        assert adoption.inventory.resources[address].id.endswith(recorded[address])


OWNERS = {
    Account.CONSOLE: {"CloudFormation stack"},
    Account.OTHER_TOOL: {"CodeDeploy deployment group"},
}


def test_the_other_owners_of_the_resources_are_reported(adoption: Adoption, case: Case) -> None:
    owners = adoption.discovery.report["owners"]
    assert {owner["kind"] for owner in owners} == OWNERS.get(case.account, set())
    # Each has the cluster or a service.
    assert all(owner["addresses"] for owner in owners)


def test_no_file_or_output_contains_the_password(adoption: Adoption) -> None:
    texts = [
        adoption.inventory.to_json(),
        adoption.discovery.out,
        adoption.discovery.err,
        json.dumps(adoption.document.content),
    ]
    assert [text for text in texts if PASSWORD in text] == []


def test_nothing_is_replaced_or_destroyed(adoption: Adoption) -> None:
    assert [change.address for change in adoption.first.changes if change.deletes] == []


def test_all_changes_in_place_were_reported_by_the_discovery(adoption: Adoption) -> None:
    reported = adoption.discovery.report["in_place"]
    changed = [change for change in adoption.first.changes if change.actions == ("update",)]
    assert {change.address for change in changed} == set(reported)
    for change in changed:
        listed = adoption.inventory.resources[change.address].changes
        assert set(reported[change.address]) <= set(listed)
        for path, _, _ in change.differences:
            assert any(covers(argument, path) for argument in listed), (
                f"{change.address}: {format_path(path)}"
            )


def test_the_guard_allows_the_first_plan_only_with_the_inventory(
    adoption: Adoption,
) -> None:
    assert adoption.inventory.path is not None
    listed = read_inventories([adoption.inventory.path])
    assert [finding.sentence for finding in evaluate(adoption.first, adopted=listed).refused] == []
    assert evaluate(adoption.first).refused


def test_the_plan_after_the_apply_is_empty(adoption: Adoption) -> None:
    remaining = {
        change.address: [(format_path(path), old, new) for path, old, new in change.differences]
        for change in adoption.second.changes
        if not change.is_no_op or change.importing is not None
    }
    assert remaining == {}
    assert adoption.second.is_empty


DECIDED: Mapping[str, Mapping[str, str]] = {
    "aws_cloudwatch_log_group": {"retentionInDays": "retention_in_days"},
    "aws_ecs_cluster": {"settings": "setting"},
    "aws_ecs_service": {
        "availabilityZoneRebalancing": "availability_zone_rebalancing",
        "deploymentConfiguration.deploymentCircuitBreaker": "deployment_circuit_breaker",
        "deploymentConfiguration.maximumPercent": "deployment_maximum_percent",
        "deploymentConfiguration.minimumHealthyPercent": "deployment_minimum_healthy_percent",
        "desiredCount": "desired_count",
        "enableECSManagedTags": "enable_ecs_managed_tags",
        "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
        "propagateTags": "propagate_tags",
        "runningCount": "desired_count",
    },
    "aws_iam_role": {"AssumeRolePolicyDocument": "assume_role_policy"},
    "aws_lb": {
        "Attributes.client_keep_alive.seconds": "client_keep_alive",
        "Attributes.idle_timeout.timeout_seconds": "idle_timeout",
        "Attributes.routing.http.drop_invalid_header_fields.enabled": "drop_invalid_header_fields",
    },
    "aws_lb_listener": {
        # With one target group, its weight and the stickiness between groups have no effect.
        "DefaultActions.0.ForwardConfig.TargetGroupStickinessConfig": "default_action",
        "DefaultActions.0.ForwardConfig.TargetGroups.0.Weight": "default_action",
    },
    "aws_lb_listener_rule": {
        "Actions.0.ForwardConfig.TargetGroupStickinessConfig": "action",
        "Actions.0.ForwardConfig.TargetGroups.0.Weight": "action",
        "Priority": "priority",
    },
    "aws_lb_target_group": {
        "Attributes.deregistration_delay.timeout_seconds": "deregistration_delay",
        "HealthCheckIntervalSeconds": "health_check",
        "HealthyThresholdCount": "health_check",
        "UnhealthyThresholdCount": "health_check",
    },
    "aws_route53_record": {
        "AliasTarget.EvaluateTargetHealth": "alias",
        "TTL": "ttl",
    },
    "aws_vpc_security_group_rule": {"Description": "description"},
}
"""The values in AWS that the settings determine, by type, with their arguments in the report."""


def reported(adoption: Adoption, difference: Difference) -> bool:
    """Return True if the settings determine a value, and the report lists its change."""
    type_, id_, path = difference
    text = ".".join(path)
    if path[0].lower() == "tags" and not path[-1].startswith("ecs:"):
        argument = "tags_all"
    else:
        known = DECIDED.get(type_, {})
        argument = next((known[name] for name in known if f"{text}.".startswith(f"{name}.")), "")
    address = next((a for a, i in adoption.discovery.report["found"].items() if i == id_), "")
    listed = adoption.discovery.report["in_place"].get(address, {})
    return any(re.split(r"[.\[]", name)[0] == argument for name in listed)


def test_running_workloads_change_only_where_the_settings_determine_it(
    adoption: Adoption,
) -> None:
    unexpected = [
        (difference, old, new)
        for difference, old, new in differences(adoption.before, adoption.after)
        if not reported(adoption, difference)
    ]
    assert unexpected == []


def test_the_listener_rules_are_evaluated_in_the_same_order(adoption: Adoption) -> None:
    before = evaluation_order(adoption.before)
    assert before
    assert [arn for arn in evaluation_order(adoption.after) if arn in before] == before


def test_running_revisions_are_not_registered_again(adoption: Adoption, case: Case) -> None:
    before, after = (
        {arn.rpartition("/")[2] for arn in state["aws_ecs_task_definition"]}
        for state in (adoption.before, adoption.after)
    )
    assert len(before) == 11
    assert after == before | case.registered


def test_the_committed_settings_are_used(adoption: Adoption) -> None:
    """The adoption needs no other settings than the inventory."""
    assert adoption.inventory.stack == STAGING.names.stack
    assert adoption.inventory.account == STAGING.account


@pytest.mark.parametrize("refused", params(REFUSED, REFUSED_IN_MATRIX))
def test_an_account_that_cannot_be_adopted_is_refused_with_the_reasons(
    refused: Case,
    installed: tuple[Terraform, Provider],
    emulator: SharedEmulator,
    session_console: Console,
    staging: Built,
    tmp_path: Path,
) -> None:
    emulator.reset()
    refused.build(session_console)
    path = tmp_path / "staging.inventory.json"
    result = run_discover(emulator.endpoint, path, installed[1], document=staging)
    assert result.status == 3
    reasons = [variation.refused for variation in refused.variations if variation.refused]
    assert reasons
    assert [reason for reason in reasons if not re.search(reason, result.out + result.err)] == []
