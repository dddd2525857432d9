"""The environment that was made by hand is the record's."""

from __future__ import annotations

from tests.support.handmade_account.environment import ACCOUNT, ByHand
from tests.support.handmade_account.recorded_ids import GROUPS, VPC


def test_it_lies_in_the_recorded_account(made: ByHand) -> None:
    assert made.console("sts").get_caller_identity()["Account"] == ACCOUNT


def test_it_lies_in_the_recorded_default_vpc_with_three_public_subnets(made: ByHand) -> None:
    ec2 = made.console("ec2")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    assert (vpc["VpcId"], vpc["IsDefault"]) == (VPC, True)
    subnets = ec2.describe_subnets()["Subnets"]
    assert sorted(one["AvailabilityZone"][-1] for one in subnets) == ["a", "b", "c"]
    assert all(one["DefaultForAz"] and one["MapPublicIpOnLaunch"] for one in subnets)


def test_its_security_groups_have_the_recorded_ids(made: ByHand) -> None:
    groups = made.console("ec2").describe_security_groups(GroupIds=list(GROUPS.values()))
    assert {one["GroupName"]: one["GroupId"] for one in groups["SecurityGroups"]} == GROUPS


def test_its_services_run_the_recorded_revisions(made: ByHand) -> None:
    names = ["aep-backend-staging-svc", "aep-frontend-staging-svc"]
    services = made.console("ecs").describe_services(cluster="aep-staging", services=names)
    running = [one["taskDefinition"].rpartition("/")[2] for one in services["services"]]
    assert sorted(running) == ["aep-backend-staging:10", "aep-frontend-staging:1"]


def test_its_certificate_is_issued(made: ByHand) -> None:
    certificate = made.console("acm").describe_certificate(CertificateArn=made.arns["certificate"])
    assert certificate["Certificate"]["Status"] == "ISSUED"
    assert certificate["Certificate"]["DomainName"] == "staging.navralabs.com"
