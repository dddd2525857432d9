"""What the emulator knows of containers, and moto does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.emulator_clients import Client, created, described


def test_a_service_keeps_what_it_was_created_with(taught: Client, untaught: Client) -> None:
    asked = {
        "availabilityZoneRebalancing": "DISABLED",
        "enableECSManagedTags": True,
        "enableExecuteCommand": True,
        "healthCheckGracePeriodSeconds": 60,
    }
    assert created(taught, **asked).items() >= asked.items()
    assert not created(untaught, **asked).keys() & asked.keys()


def test_a_service_has_the_defaults_of_aws(taught: Client, untaught: Client) -> None:
    service = created(taught, deploymentConfiguration={"maximumPercent": 150})
    assert service["availabilityZoneRebalancing"] == "ENABLED"
    assert service["healthCheckGracePeriodSeconds"] == 0
    assert service["deploymentConfiguration"] == {
        "strategy": "ROLLING",
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 150,
        "minimumHealthyPercent": 100,
    }
    assert "deploymentConfiguration" not in created(untaught)


def test_a_service_with_a_strategy_has_no_launch_type(taught: Client, untaught: Client) -> None:
    strategy = [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}]
    service = created(taught, capacityProviderStrategy=strategy)
    assert service["capacityProviderStrategy"] == strategy
    assert "launchType" not in service
    assert created(untaught, capacityProviderStrategy=strategy)["launchType"] == "EC2"


def test_a_service_is_changed_later(taught: Client) -> None:
    created(taught, healthCheckGracePeriodSeconds=60)
    taught("ecs").update_service(
        cluster="shop", service="web", healthCheckGracePeriodSeconds=30, enableECSManagedTags=True
    )
    service = described(taught)
    assert service["healthCheckGracePeriodSeconds"] == 30
    assert service["enableECSManagedTags"] is True


def test_a_service_runs_at_once(taught: Client, untaught: Client) -> None:
    assert steady(created(taught))
    assert not steady(created(untaught))


def test_another_revision_runs_at_once(taught: Client) -> None:
    before = created(taught)
    other = taught("ecs").register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web:2", "memory": 128}]
    )["taskDefinition"]["taskDefinitionArn"]
    taught("ecs").update_service(cluster="shop", service="web", taskDefinition=other)
    service = described(taught)
    assert service["deployments"][0]["id"] != before["deployments"][0]["id"]
    assert steady(service)
    assert service["deployments"][0]["taskDefinition"] == other


def test_a_service_tells_its_deployment(taught: Client, untaught: Client) -> None:
    service, ecs = created(taught), taught("ecs")
    of = {"cluster": "shop", "service": "web"}
    (brief,) = ecs.list_service_deployments(**of)["serviceDeployments"]
    assert brief["status"] == "SUCCESSFUL"
    arn, revision = brief["serviceDeploymentArn"], brief["targetServiceRevisionArn"]
    number = service["deployments"][0]["id"].removeprefix("ecs-svc/")
    assert revision.endswith(f":service-revision/shop/web/{number}")
    (told,) = ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"]
    assert told["targetServiceRevision"]["runningTaskCount"] == 2
    (runs,) = ecs.describe_service_revisions(serviceRevisionArns=[revision])["serviceRevisions"]
    assert runs["taskDefinition"] == service["taskDefinition"]

    (missing,) = ecs.describe_service_deployments(serviceDeploymentArns=[f"{arn}0"])["failures"]
    assert missing == {"arn": f"{arn}0", "reason": "MISSING"}
    with pytest.raises(ecs.exceptions.ServiceNotFoundException):
        ecs.list_service_deployments(cluster="shop", service="nobody")

    created(untaught)
    with pytest.raises(NotImplementedError):
        untaught("ecs").list_service_deployments(**of)


def test_deployments_are_told_by_status_and_time(taught: Client) -> None:
    made = created(taught)["deployments"][0]["createdAt"]

    def listed(**filters: Any) -> list[str]:
        found = taught("ecs").list_service_deployments(cluster="shop", service="web", **filters)
        return [one["status"] for one in found["serviceDeployments"]]

    assert listed(status=["SUCCESSFUL"]) == listed(createdAt={"after": made - DAY}) != []
    assert listed(status=["IN_PROGRESS"]) == listed(createdAt={"after": made + DAY}) == []
    assert listed(createdAt={"before": made - DAY}) == []


DAY = timedelta(days=1)


def steady(service: dict[str, Any]) -> bool:
    """Whether the provider and `aws ecs wait services-stable` wait no longer for it."""
    (deployment,) = service["deployments"]
    return service["runningCount"] == 2 and deployment["rolloutState"] == "COMPLETED"
