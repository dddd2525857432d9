"""The ARNs and tags of found resources."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.account.aws_reader import AccountError, OperationError
from navra_stacks.account.lookup import FoundResources
from navra_stacks.adoption.owners import find_owners
from tests.support.fake_account import FakeAccount, denied
from tests.support.found_owners import (
    BALANCER,
    BALANCER_ARN,
    EMPTY,
    GROUP,
    GROUP_ARN,
    IDS,
    LIVE,
    LOGS,
    ROLE,
    SERVICE,
    SERVICE_ARN,
    TARGETS,
    TARGETS_ARN,
    found,
    owners,
)


def test_the_arns_are_requested_in_batches_of_100() -> None:
    batches = []

    def get_resources(ResourceARNList: list[str]) -> dict[str, Any]:
        batches.append(ResourceARNList)
        return {"ResourceTagMappingList": []}

    ids = {f"aws_lb.b{number}": f"{BALANCER_ARN}{number:03}" for number in range(250)}
    assert owners(FoundResources(ids=ids), {"get_resources": get_resources}) == ()
    assert [len(batch) for batch in batches] == [100, 100, 50]
    assert sorted(arn for batch in batches for arn in batch) == sorted(ids.values())


def test_only_the_own_arns_of_resources_are_requested() -> None:
    requested: list[str] = []

    def get_resources(ResourceARNList: list[str]) -> dict[str, Any]:
        requested.extend(ResourceARNList)
        return {"ResourceTagMappingList": []}

    resources = FoundResources(
        ids={
            SERVICE: "shop/web",
            GROUP: IDS[GROUP],
            LOGS: "/ecs/web",
            ROLE: "web",
            TARGETS: TARGETS_ARN.replace("arn:aws:", "arn:aws-cn:"),
            "aws_wafv2_web_acl_association.web": f"{BALANCER_ARN},{TARGETS_ARN}",
            "aws_iam_role_policy_attachment.web": f"web/{BALANCER_ARN}",
            "aws_s3_bucket.logs": "logs",
            "aws_vpc_security_group_ingress_rule.web": "sgr-1234567890abcdef0",
        },
        live={SERVICE: LIVE[SERVICE], LOGS: LIVE[LOGS]},
    )
    owners(resources, {"get_resources": get_resources})
    assert requested == sorted(
        [
            SERVICE_ARN,
            "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/web",
            TARGETS_ARN.replace("arn:aws:", "arn:aws-cn:"),
            GROUP_ARN.replace("arn:aws:", "arn:aws-cn:"),
            "arn:aws-cn:s3:::logs",
            "arn:aws-cn:ec2:eu-west-1:111122223333:security-group-rule/sgr-1234567890abcdef0",
        ]
    )


def test_a_missing_permission_is_a_reason() -> None:
    account = FakeAccount({"get_resources": denied("tag:GetResources")})
    result, reasons = find_owners(EMPTY, found(BALANCER), account)
    assert result == ()
    assert reasons == ("owners that only tags show: needs the permission tag:GetResources",)


def test_another_error_is_a_reason() -> None:
    account = FakeAccount({"get_resources": OperationError("the service is not available")})
    _, reasons = find_owners(EMPTY, found(BALANCER), account)
    assert reasons == ("owners that only tags show: the service is not available",)


def test_rejected_credentials_are_an_error() -> None:
    account = FakeAccount({"get_resources": AccountError("the AWS credentials have expired")})
    with pytest.raises(AccountError, match="have expired"):
        find_owners(EMPTY, found(BALANCER), account)
