"""Quotas against what the environment adds to the account."""

from __future__ import annotations

from typing import Any

import pytest

from environments.prod import PROD
from navra_stacks import CapacityProviderStrategy, Environment
from navra_stacks.preflight.dns_resolver import DnsResolver
from navra_stacks.preflight.finding import Finding, Outcome
from navra_stacks.preflight.quotas import check_quotas
from navra_stacks.preflight.target import Target
from tests.support.fake_account import FakeAccount, denied
from tests.support.shop import shop, web

OWN_TAGS = [
    {"Key": "Project", "Value": "aep"},
    {"Key": "Environment", "Value": "prod"},
    {"Key": "ManagedBy", "Value": "terraform"},
]


def quota(values: dict[str, float]) -> Any:
    """Return the response of GetServiceQuota: 100 unless `values` has another value."""

    def respond(*, ServiceCode: str, QuotaCode: str) -> dict[str, Any]:
        return {"Quota": {"Value": values.get(QuotaCode, 100.0)}}

    return respond


def findings(
    values: dict[str, float] | None = None, environment: Environment = PROD, **live: Any
) -> dict[str, Finding]:
    account = FakeAccount({"get_service_quota": quota(values or {}), **live})
    found = check_quotas(Target(environment, account, {}, DnsResolver()))
    return {finding.subject: finding for finding in found}


def test_quotas_that_suffice_are_right() -> None:
    found = findings()
    assert {finding.outcome for finding in found.values()} == {Outcome.PASSED}
    assert sorted(found) == [
        "Application Load Balancers per Region",
        "Elastic IP addresses",
        "Fargate On-Demand vCPUs",
        "NAT gateways per Availability Zone",
        "RDS DB instances",
        "VPCs per Region",
    ]


def test_only_the_quotas_of_what_the_settings_need_are_read() -> None:
    mixed = web(capacity=CapacityProviderStrategy(), desired_count=2)
    assert sorted(findings(environment=shop(mixed))) == [
        "Application Load Balancers per Region",
        "Fargate On-Demand vCPUs",
        "Fargate Spot vCPUs",
    ]


def test_a_fargate_quota_below_the_need_during_a_shift_is_a_problem() -> None:
    finding = findings({"L-3032A538": 9.0})["Fargate On-Demand vCPUs"]
    assert finding.outcome is Outcome.PROBLEM
    assert "needs 9.5 at its maximum during a deployment, and the quota is 9" in finding.message
    assert "--quota-code L-3032A538 --desired-value 10`" in finding.repair
    assert findings({"L-3032A538": 9.5})["Fargate On-Demand vCPUs"].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("name", "code", "operation", "live"),
    [
        ("VPCs per Region", "L-F678F1CE", "describe_vpcs", {"VpcId": "vpc-1"}),
        ("Elastic IP addresses", "L-0263D0A3", "describe_addresses", {"AllocationId": "e-1"}),
        (
            "NAT gateways per Availability Zone",
            "L-FE5A380F",
            "describe_nat_gateways",
            {"SubnetId": "subnet-1"},
        ),
    ],
)
def test_resources_of_others_count_and_those_of_the_environment_do_not(
    name: str, code: str, operation: str, live: dict[str, Any]
) -> None:
    zones = [{"SubnetId": "subnet-1", "AvailabilityZone": "us-east-1a"}]
    needed = 3 if name == "Elastic IP addresses" else 1
    arguments = {operation: [live], "describe_subnets": zones}
    assert findings({code: needed}, **arguments)[name].outcome is Outcome.PROBLEM
    assert findings({code: needed + 1}, **arguments)[name].outcome is Outcome.PASSED
    arguments[operation] = [{**live, "Tags": OWN_TAGS}]
    assert findings({code: needed}, **arguments)[name].outcome is Outcome.PASSED


def test_a_nat_gateway_in_another_zone_does_not_count() -> None:
    zones = [{"SubnetId": "subnet-1", "AvailabilityZone": "us-east-1f"}]
    found = findings(
        {"L-FE5A380F": 1}, describe_nat_gateways=[{"SubnetId": "subnet-1"}], describe_subnets=zones
    )
    assert found["NAT gateways per Availability Zone"].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("name", "code", "operation", "own", "other"),
    [
        (
            "Application Load Balancers per Region",
            "L-53DA6B97",
            "describe_load_balancers",
            {"LoadBalancerName": "aep-prod-alb", "Type": "application"},
            {"LoadBalancerName": "other", "Type": "application"},
        ),
        (
            "RDS DB instances",
            "L-7B6409FD",
            "describe_db_instances",
            {"DBInstanceIdentifier": "aep-prod-db"},
            {"DBInstanceIdentifier": "other"},
        ),
    ],
)
def test_a_named_resource_of_the_environment_does_not_count(
    name: str, code: str, operation: str, own: dict[str, str], other: dict[str, str]
) -> None:
    assert findings({code: 1}, **{operation: [own]})[name].outcome is Outcome.PASSED
    assert findings({code: 1}, **{operation: [other]})[name].outcome is Outcome.PROBLEM


def test_without_a_value_of_the_account_the_default_applies() -> None:
    found = findings(
        get_service_quota=None, get_aws_default_service_quota={"Quota": {"Value": 6.0}}
    )
    assert found["Fargate On-Demand vCPUs"].outcome is Outcome.PROBLEM


def test_a_quota_without_any_value_is_a_note() -> None:
    finding = findings(get_service_quota=None)["Fargate On-Demand vCPUs"]
    assert finding.outcome is Outcome.NOTE
    assert "the environment needs 9.5; Service Quotas has no value" in finding.message


def test_a_missing_permission_ends_only_the_quotas_that_need_it() -> None:
    found = findings(describe_addresses=denied("ec2:DescribeAddresses"))
    finding = found.pop("Elastic IP addresses")
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "needs the permission ec2:DescribeAddresses"
    assert {finding.outcome for finding in found.values()} == {Outcome.PASSED}
