"""The handmade environment matches the architecture record."""

from __future__ import annotations

from tests.support.handmade_account.environment import ACCOUNT, HandmadeEnvironment
from tests.support.handmade_account.recorded_ids import GROUPS, VPC


def test_the_account_id_is_the_recorded_one(handmade: HandmadeEnvironment) -> None:
    assert handmade.console("sts").get_caller_identity()["Account"] == ACCOUNT


def test_the_default_vpc_has_the_recorded_id_and_three_public_subnets(
    handmade: HandmadeEnvironment,
) -> None:
    ec2 = handmade.console("ec2")
    (vpc,) = ec2.describe_vpcs()["Vpcs"]
    assert (vpc["VpcId"], vpc["IsDefault"]) == (VPC, True)
    subnets = ec2.describe_subnets()["Subnets"]
    assert sorted(subnet["AvailabilityZone"][-1] for subnet in subnets) == ["a", "b", "c"]
    assert all(subnet["DefaultForAz"] and subnet["MapPublicIpOnLaunch"] for subnet in subnets)


def test_the_security_groups_have_the_recorded_ids(handmade: HandmadeEnvironment) -> None:
    groups = handmade.console("ec2").describe_security_groups(GroupIds=list(GROUPS.values()))
    assert {group["GroupName"]: group["GroupId"] for group in groups["SecurityGroups"]} == GROUPS


def test_the_services_run_the_recorded_revisions(handmade: HandmadeEnvironment) -> None:
    names = ["aep-backend-staging-svc", "aep-frontend-staging-svc"]
    services = handmade.console("ecs").describe_services(cluster="aep-staging", services=names)
    running = [service["taskDefinition"].rpartition("/")[2] for service in services["services"]]
    assert sorted(running) == ["aep-backend-staging:10", "aep-frontend-staging:1"]


def test_the_certificate_is_issued(handmade: HandmadeEnvironment) -> None:
    certificate = handmade.console("acm").describe_certificate(
        CertificateArn=handmade.arns["certificate"]
    )
    assert certificate["Certificate"]["Status"] == "ISSUED"
    assert certificate["Certificate"]["DomainName"] == "staging.navralabs.com"
