"""The lookup finds the recorded environment that was created manually."""

from __future__ import annotations

from collections import Counter
from copy import copy, deepcopy
from dataclasses import dataclass

import pytest

from navra_stacks.account.aws_reader import AccountError, AwsAccount
from navra_stacks.account.lookup import FoundResources, find_resources
from navra_stacks.terraform.document import TerraformDocument
from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.synthesized import Built

NOT_HANDMADE = {
    # The console does not create the inline policies of this library.
    "aws_iam_role_policy.backend_execution_policy",
    "aws_iam_role_policy.frontend_execution_policy",
}


def with_recorded_ids(document: TerraformDocument, recorded: dict[str, str]) -> TerraformDocument:
    """Return a copy of the document with other ids in ``local.recorded``."""
    content = deepcopy(dict(document.content))
    content["locals"]["recorded"] |= recorded
    return TerraformDocument(content)


@dataclass(frozen=True)
class RepeatedLookup:
    """The result and the API calls of a first lookup, and the API calls of a second one."""

    found: FoundResources
    calls: Counter[str]
    second_calls: Counter[str]


@pytest.fixture(scope="module")
def lookup(
    staging: Built, handmade: HandmadeEnvironment, session_account: AwsAccount
) -> RepeatedLookup:
    """Find the recorded environment twice, starting with an empty cache."""
    session_account.clear_cache()
    session_account.calls.clear()
    account = copy(session_account)
    found = find_resources(staging, account)
    calls = Counter(session_account.calls)
    find_resources(staging, account)
    return RepeatedLookup(found, calls, session_account.calls - calls)


def test_all_handmade_resources_are_found(staging: Built, lookup: RepeatedLookup) -> None:
    found = lookup.found
    assert found.problems == {}
    assert set(found.missing) == NOT_HANDMADE
    assert set(found.not_searchable) == {
        "aws_acm_certificate_validation.certificate_validation",
        "terraform_data.backend_image_tag",
        "terraform_data.frontend_image_tag",
    }
    assert len(found.ids) == len(staging.resources) - 5 == 31


def test_resources_are_found_with_their_terraform_import_ids(
    handmade: HandmadeEnvironment, lookup: RepeatedLookup
) -> None:
    ids = lookup.found.ids
    arns = handmade.arns
    rules = {address: ids[address] for address in ids if "security_group_" in address}
    assert len(rules) == 7
    assert all(id_.startswith("sgr-") for id_ in rules.values())
    record = ids["aws_route53_record.certificate_validation_record"]
    assert record.startswith(f"{arns['zone']}__")
    assert record.endswith(".staging.navralabs.com_CNAME")
    assert {a: i for a, i in ids.items() if a not in rules and i != record} == {
        "aws_acm_certificate.certificate": arns["certificate"],
        "aws_cloudwatch_log_group.backend_log_group": "/ecs/aep-backend-staging",
        "aws_cloudwatch_log_group.frontend_log_group": "/ecs/aep-frontend-staging",
        "aws_ecs_cluster.cluster": "aep-staging",
        "aws_ecs_service.backend_service": "aep-staging/aep-backend-staging-svc",
        "aws_ecs_service.frontend_service": "aep-staging/aep-frontend-staging-svc",
        "aws_ecs_task_definition.backend_task_definition": arns["task backend"],
        "aws_ecs_task_definition.frontend_task_definition": arns["task frontend"],
        "aws_iam_role.backend_execution_role": "aep-backend-staging-execution",
        "aws_iam_role.backend_task_role": "aep-backend-staging-task",
        "aws_iam_role.frontend_execution_role": "aep-frontend-staging-execution",
        "aws_iam_role.frontend_task_role": "aep-frontend-staging-task",
        "aws_lb.load_balancer": arns["alb"],
        "aws_lb_listener.http_listener": arns["http"],
        "aws_lb_listener.https_listener": arns["https"],
        "aws_lb_listener_rule.api_rule": arns["rule /api/*"],
        "aws_lb_listener_rule.health_rule": arns["rule /health/*"],
        "aws_lb_target_group.backend_target_group": arns["tg backend"],
        "aws_lb_target_group.frontend_target_group": arns["tg frontend"],
        "aws_route53_record.alias_record": f"{arns['zone']}_staging.navralabs.com_A",
        "aws_security_group.alb_security_group": "sg-08200836125a8f3af",
        "aws_security_group.backend_security_group": "sg-024e491e60830af98",
        "aws_security_group.frontend_security_group": "sg-052b6de52177c40be",
    }


def test_related_unmanaged_resources_are_listed(lookup: RepeatedLookup) -> None:
    unmanaged = {(resource.type, resource.id) for resource in lookup.found.unmanaged}
    managed_policy = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    assert unmanaged == {
        ("aws_iam_role_policy", "aep-backend-staging-execution:read-staging-secrets"),
        ("aws_iam_role_policy_attachment", f"aep-backend-staging-execution/{managed_policy}"),
        ("aws_iam_role_policy_attachment", f"aep-frontend-staging-execution/{managed_policy}"),
    }


def test_the_lookup_reads_no_secret_values(lookup: RepeatedLookup) -> None:
    verbs = {call.partition(":")[2][:4] for call in lookup.calls}
    assert verbs <= {"Desc", "List", "GetC", "GetR"}
    assert "secretsmanager:DescribeSecret" in lookup.calls
    assert not [call for call in lookup.calls if "SecretValue" in call]


def test_each_request_is_sent_once_per_lookup(lookup: RepeatedLookup) -> None:
    assert lookup.calls.total() < 80
    # A second lookup sends all requests again, except for the account id.
    assert lookup.second_calls == lookup.calls - Counter(["sts:GetCallerIdentity"])


def test_an_existing_id_that_does_not_exist_is_reported_with_its_setting(
    staging: Built, handmade: HandmadeEnvironment, account: AwsAccount
) -> None:
    recorded = {
        "aws_security_group.alb_security_group": "sg-0123456789abcdef0",
        "aws_ecs_task_definition.backend_task_definition": "aep-backend-staging:11",
    }
    found = find_resources(with_recorded_ids(staging, recorded), account)
    assert set(found.unusable) == set(recorded)
    for address, id_ in recorded.items():
        assert found.unusable[address].startswith(f"{id_}, from `existing_ids")
        assert "does not exist in account 625847798833" in found.unusable[address]
    # Rules of that group are neither found nor missing.
    assert "aws_vpc_security_group_egress_rule.alb_to_anywhere" in found.not_searchable


def test_a_document_for_another_account_is_refused(
    staging: Built, handmade: HandmadeEnvironment, account: AwsAccount
) -> None:
    content = deepcopy(dict(staging.content))
    content["provider"]["aws"][0]["allowed_account_ids"] = ["111122223333"]
    with pytest.raises(AccountError, match=r"belong to account 625847798833.* for 111122223333"):
        find_resources(TerraformDocument(content), account)


def test_credentials_of_another_account_are_refused(
    handmade: HandmadeEnvironment, account: AwsAccount
) -> None:
    account.expected_id = "111122223333"
    with pytest.raises(AccountError, match=r"belong to account 625847798833"):
        find_resources(TerraformDocument({"resource": {}}), account)


def test_a_document_for_another_region_is_refused(
    staging: Built, handmade: HandmadeEnvironment, account: AwsAccount
) -> None:
    content = deepcopy(dict(staging.content))
    content["provider"]["aws"][0]["region"] = "eu-west-1"
    with pytest.raises(AccountError, match="for Region eu-west-1, but the lookup uses us-east-1"):
        find_resources(TerraformDocument(content), account)
