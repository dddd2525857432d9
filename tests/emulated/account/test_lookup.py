"""The recorded environment, made by hand, is found."""

from __future__ import annotations

from collections import Counter
from copy import copy, deepcopy
from dataclasses import dataclass

import pytest

from navra_stacks.account.aws_reader import Account, AccountError
from navra_stacks.account.lookup import Found, search
from navra_stacks.terraform.document import TerraformDocument
from tests.support.handmade_account.environment import ByHand
from tests.support.synthesized import Built

NOT_BY_HAND = {
    # What nobody has at the console: the inline policies of our own.
    "aws_iam_role_policy.backend_execution_policy",
    "aws_iam_role_policy.frontend_execution_policy",
}


def changed(document: TerraformDocument, **locals_: object) -> TerraformDocument:
    """A copy whose ``local.recorded`` holds other ids, too."""
    copy = deepcopy(dict(document.content))
    copy["locals"]["recorded"] |= locals_.pop("recorded", {})
    return TerraformDocument(copy)


@dataclass(frozen=True)
class Searched:
    """What one search found, what it asked, and what a second one asked."""

    found: Found
    calls: Counter[str]
    again: Counter[str]


@pytest.fixture(scope="module")
def searched(staging: Built, made: ByHand, reader: Account) -> Searched:
    """The recorded environment, searched twice by one who had asked nothing before."""
    reader.forget()
    reader.calls.clear()
    account = copy(reader)
    found = search(staging, account)
    calls = Counter(reader.calls)
    search(staging, account)
    return Searched(found, calls, reader.calls - calls)


def test_everything_that_was_made_by_hand_is_found(staging: Built, searched: Searched) -> None:
    found = searched.found
    found.check()
    assert set(found.missing) == NOT_BY_HAND
    assert list(found.unsearched) == ["aws_acm_certificate_validation.certificate_validation"]
    assert len(found.ids) == len(staging.resources) - 3 == 31


def test_each_is_found_under_the_id_by_which_terraform_imports_it(
    made: ByHand, searched: Searched
) -> None:
    ids = searched.found.ids
    arns = made.arns
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


def test_what_hangs_on_it_and_is_not_described_is_named(searched: Searched) -> None:
    named = {(one.type, one.id) for one in searched.found.undescribed}
    start = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    assert named == {
        ("aws_iam_role_policy", "aep-backend-staging-execution:read-staging-secrets"),
        ("aws_iam_role_policy_attachment", f"aep-backend-staging-execution/{start}"),
        ("aws_iam_role_policy_attachment", f"aep-frontend-staging-execution/{start}"),
    }


def test_a_search_only_reads_and_reads_no_secret(searched: Searched) -> None:
    verbs = {call.partition(":")[2][:4] for call in searched.calls}
    assert verbs <= {"Desc", "List", "GetC", "GetR"}
    assert "secretsmanager:DescribeSecret" in searched.calls
    assert not [call for call in searched.calls if "SecretValue" in call]


def test_each_question_is_asked_once(searched: Searched) -> None:
    assert searched.calls.total() < 80
    # A second search asks AWS anew, but for whose account it is.
    assert searched.again == searched.calls - Counter(["sts:GetCallerIdentity"])


def test_a_recorded_id_that_is_not_there_is_told(
    staging: Built, made: ByHand, reading: Account
) -> None:
    record = {
        "aws_security_group.alb_security_group": "sg-0123456789abcdef0",
        "aws_ecs_task_definition.backend_task_definition": "aep-backend-staging:11",
    }
    found = search(changed(staging, recorded=record), reading)
    assert set(found.faults) == set(record)
    for address, id_ in record.items():
        assert f"the recorded {id_} is not in account 625847798833" in found.faults[address]
    # What lies in that group can neither be found nor called missing.
    assert "aws_vpc_security_group_egress_rule.alb_to_anywhere" in found.unsearched


def test_another_account_is_refused(staging: Built, made: ByHand, reading: Account) -> None:
    copy = deepcopy(dict(staging.content))
    copy["provider"]["aws"][0]["allowed_account_ids"] = ["111122223333"]
    with pytest.raises(AccountError, match=r"belong to account 625847798833.* for 111122223333"):
        search(TerraformDocument(copy), reading)


def test_another_account_than_its_reader_expects_is_refused(made: ByHand, reading: Account) -> None:
    reading.expected = "111122223333"
    with pytest.raises(AccountError, match=r"belong to account 625847798833"):
        search(TerraformDocument({"resource": {}}), reading)


def test_another_region_is_refused(staging: Built, made: ByHand, reading: Account) -> None:
    copy = deepcopy(dict(staging.content))
    copy["provider"]["aws"][0]["region"] = "eu-west-1"
    with pytest.raises(AccountError, match="for region eu-west-1, and the account is read in"):
        search(TerraformDocument(copy), reading)
