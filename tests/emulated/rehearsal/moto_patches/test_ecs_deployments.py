"""The operations for service deployments and revisions, and what begins a deployment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.ecr_images import push_image
from tests.support.emulator_clients import Client, create_service, describe_service
from tests.support.service_deployments import (
    SERVICE,
    deploy,
    listed,
    poll,
    register,
    revision,
    settled,
)

DAY = timedelta(days=1)


def test_the_deployment_of_a_new_service_is_described(patched: Client, unpatched: Client) -> None:
    service, ecs = create_service(patched), patched("ecs")
    (summary,) = listed(patched)
    assert summary["status"] == "SUCCESSFUL"
    arn, target = summary["serviceDeploymentArn"], summary["targetServiceRevisionArn"]
    # Terraform's provider finds the deployment by this number.
    number = service["deployments"][0]["id"].removeprefix("ecs-svc/")
    assert target.endswith(f":service-revision/shop/web/{number}")
    deployment = poll(patched, arn)
    assert deployment["targetServiceRevision"] == {
        "arn": target,
        "requestedTaskCount": 2,
        "runningTaskCount": 2,
        "pendingTaskCount": 0,
    }
    assert deployment["sourceServiceRevisions"] == []
    assert revision(patched, target)["taskDefinition"] == service["taskDefinition"]

    (missing,) = ecs.describe_service_deployments(serviceDeploymentArns=[f"{arn}0"])["failures"]
    assert missing == {"arn": f"{arn}0", "reason": "MISSING"}
    (missing,) = ecs.describe_service_revisions(serviceRevisionArns=[f"{target}0"])["failures"]
    assert missing == {"arn": f"{target}0", "reason": "MISSING"}
    with pytest.raises(ecs.exceptions.ServiceNotFoundException):
        ecs.list_service_deployments(cluster="shop", service="missing")

    create_service(unpatched)
    with pytest.raises(NotImplementedError):
        unpatched("ecs").list_service_deployments(**SERVICE)


def test_deployments_are_listed_newest_first(patched: Client) -> None:
    create_service(patched)
    (first,) = listed(patched)
    second = deploy(patched)
    settled(patched, second)
    third = deploy(patched)
    found = [one["serviceDeploymentArn"] for one in listed(patched)]
    assert found == [third, second, first["serviceDeploymentArn"]]


def test_deployments_are_filtered_by_status_and_creation_time(patched: Client) -> None:
    time = create_service(patched)["deployments"][0]["createdAt"]

    def found(**filters: Any) -> list[str]:
        return [deployment["status"] for deployment in listed(patched, **filters)]

    assert found(status=["SUCCESSFUL"]) == found(createdAt={"after": time - DAY}) != []
    assert found(status=["IN_PROGRESS"]) == found(createdAt={"after": time + DAY}) == []
    assert found(createdAt={"before": time - DAY}) == []


def test_deployments_are_listed_in_pages(patched: Client) -> None:
    create_service(patched)
    for _ in range(2):
        settled(patched, deploy(patched))
    everything = listed(patched)
    first = patched("ecs").list_service_deployments(**SERVICE, maxResults=2)
    assert first["serviceDeployments"] == everything[:2]
    rest = patched("ecs").list_service_deployments(**SERVICE, nextToken=first["nextToken"])
    assert rest["serviceDeployments"] == everything[2:]
    assert "nextToken" not in rest


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({"forceNewDeployment": True}, True),
        ({"platformVersion": "1.4.0"}, True),
        ({"loadBalancers": [{"containerName": "web", "containerPort": 80}]}, True),
        ({"serviceConnectConfiguration": {"enabled": False}}, True),
        ({"taskDefinition": "web:1"}, False),
        ({"desiredCount": 3}, False),
        ({"deploymentConfiguration": {"maximumPercent": 150}}, False),
        ({"healthCheckGracePeriodSeconds": 30}, False),
    ],
    ids=str,
)
def test_only_what_needs_new_tasks_begins_a_deployment(
    patched: Client, changes: dict[str, Any], begins: bool
) -> None:
    create_service(patched)
    patched("ecs").update_service(**SERVICE, **changes)
    assert len(listed(patched)) == (2 if begins else 1)


def test_another_network_begins_a_deployment(patched: Client) -> None:
    ec2 = patched("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    networks = [
        {"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": [group]}}
        for subnet in (
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{index}.0/24")["Subnet"]["SubnetId"]
            for index in range(2)
        )
    ]
    create_service(patched, networkConfiguration=networks[0])
    settled(patched, deploy(patched, networkConfiguration=networks[1]))
    target, source = (one["targetServiceRevisionArn"] for one in listed(patched))
    for arn, network in ((source, networks[0]), (target, networks[1])):
        found = revision(patched, arn)["networkConfiguration"]["awsvpcConfiguration"]
        assert found["subnets"] == network["awsvpcConfiguration"]["subnets"]


def test_a_changed_desired_count_runs_at_once(patched: Client) -> None:
    create_service(patched)
    updated = patched("ecs").update_service(**SERVICE, desiredCount=5)["service"]
    assert (updated["runningCount"], updated["deployments"][0]["runningCount"]) == (5, 5)
    assert describe_service(patched)["runningCount"] == 5
    patched("ecs").update_service(**SERVICE, desiredCount=0)
    assert describe_service(patched)["runningCount"] == 0


def test_the_revision_contains_the_digest_of_the_image_at_the_begin(patched: Client) -> None:
    account = patched("sts").get_caller_identity()["Account"]
    repository = patched("ecr").create_repository(repositoryName="web")["repository"]
    uri = f"{account}.dkr.ecr.us-east-1.amazonaws.com/web"
    assert repository["repositoryUri"] == uri

    digest = push_image(patched, "web", "2", "one")
    create_service(patched)
    deploy(patched, taskDefinition=register(patched, f"{uri}:2"))
    target = listed(patched)[0]["targetServiceRevisionArn"]
    assert push_image(patched, "web", "2", "two") != digest
    expected = {"containerName": "web", "image": f"{uri}:2", "imageDigest": digest}
    assert revision(patched, target)["containerImages"] == [expected]
    deploy(patched, taskDefinition=register(patched, f"web:2@{digest}"))
    target = listed(patched)[0]["targetServiceRevisionArn"]
    (image,) = revision(patched, target)["containerImages"]
    assert image["imageDigest"] == digest
    (image,) = revision(patched, listed(patched)[-1]["targetServiceRevisionArn"])["containerImages"]
    assert image == {"containerName": "web", "image": "web:1"}


def test_a_deployment_that_has_finished_cannot_be_stopped(patched: Client) -> None:
    create_service(patched)
    arn = deploy(patched)
    settled(patched, arn)
    with pytest.raises(ClientError, match="SUCCESSFUL") as refused:
        patched("ecs").stop_service_deployment(serviceDeploymentArn=arn)
    assert refused.value.response["Error"]["Code"] == "ConflictException"


def test_an_unknown_deployment_cannot_be_stopped(patched: Client) -> None:
    create_service(patched)
    ecs, arn = patched("ecs"), f"{listed(patched)[0]['serviceDeploymentArn']}0"
    with pytest.raises(ecs.exceptions.ServiceDeploymentNotFoundException):
        ecs.stop_service_deployment(serviceDeploymentArn=arn)
    with pytest.raises(ecs.exceptions.ServiceDeploymentNotFoundException):
        ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId="hook")


def test_a_deleted_service_has_no_deployments(patched: Client) -> None:
    create_service(patched)
    (deployment,) = listed(patched)
    ecs, arn = patched("ecs"), deployment["serviceDeploymentArn"]
    ecs.delete_service(**SERVICE, force=True)
    with pytest.raises(ecs.exceptions.ServiceNotFoundException):
        listed(patched)
    assert ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"] == []
