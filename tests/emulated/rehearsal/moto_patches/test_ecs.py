"""Patches for ECS services, compared with moto without patches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.emulator_clients import Client, create_service, describe_service


def test_the_settings_of_a_new_service_are_stored(patched: Client, unpatched: Client) -> None:
    settings = {
        "availabilityZoneRebalancing": "DISABLED",
        "enableECSManagedTags": True,
        "enableExecuteCommand": True,
        "healthCheckGracePeriodSeconds": 60,
    }
    assert create_service(patched, **settings).items() >= settings.items()
    assert not create_service(unpatched, **settings).keys() & settings.keys()


def test_a_service_has_the_default_settings_of_aws(patched: Client, unpatched: Client) -> None:
    service = create_service(patched, deploymentConfiguration={"maximumPercent": 150})
    assert service["availabilityZoneRebalancing"] == "ENABLED"
    assert service["healthCheckGracePeriodSeconds"] == 0
    assert service["deploymentConfiguration"] == {
        "strategy": "ROLLING",
        "deploymentCircuitBreaker": {"enable": False, "rollback": False},
        "maximumPercent": 150,
        "minimumHealthyPercent": 100,
    }
    assert "deploymentConfiguration" not in create_service(unpatched)


def test_an_update_keeps_the_parts_of_the_deployment_configuration_that_it_does_not_contain(
    patched: Client, unpatched: Client
) -> None:
    alarms = {"alarmNames": ["errors"], "enable": True, "rollback": True}
    for client in (patched, unpatched):
        create_service(client, deploymentConfiguration={"alarms": alarms})
        changed = client("ecs").update_service(
            cluster="shop", service="web", deploymentConfiguration={"maximumPercent": 150}
        )["service"]
        assert changed["deploymentConfiguration"]["maximumPercent"] == 150
        kept = changed["deploymentConfiguration"].get("alarms")
        assert kept == (alarms if client is patched else None)


def test_a_service_with_a_capacity_provider_strategy_has_no_launch_type(
    patched: Client, unpatched: Client
) -> None:
    strategy = [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}]
    service = create_service(patched, capacityProviderStrategy=strategy)
    assert service["capacityProviderStrategy"] == strategy
    assert "launchType" not in service
    assert create_service(unpatched, capacityProviderStrategy=strategy)["launchType"] == "EC2"


def test_the_settings_of_a_service_can_be_changed(patched: Client) -> None:
    create_service(patched, healthCheckGracePeriodSeconds=60)
    patched("ecs").update_service(
        cluster="shop", service="web", healthCheckGracePeriodSeconds=30, enableECSManagedTags=True
    )
    service = describe_service(patched)
    assert service["healthCheckGracePeriodSeconds"] == 30
    assert service["enableECSManagedTags"] is True


def test_a_new_service_is_stable_immediately(patched: Client, unpatched: Client) -> None:
    assert is_stable(create_service(patched))
    assert not is_stable(create_service(unpatched))


def test_a_new_revision_is_stable_immediately(patched: Client) -> None:
    before = create_service(patched)
    other = patched("ecs").register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web:2", "memory": 128}]
    )["taskDefinition"]["taskDefinitionArn"]
    patched("ecs").update_service(cluster="shop", service="web", taskDefinition=other)
    service = describe_service(patched)
    assert service["deployments"][0]["id"] != before["deployments"][0]["id"]
    assert is_stable(service)
    assert service["deployments"][0]["taskDefinition"] == other


def test_the_deployment_of_a_service_is_described(patched: Client, unpatched: Client) -> None:
    service, ecs = create_service(patched), patched("ecs")
    of = {"cluster": "shop", "service": "web"}
    (summary,) = ecs.list_service_deployments(**of)["serviceDeployments"]
    assert summary["status"] == "SUCCESSFUL"
    arn, revision = summary["serviceDeploymentArn"], summary["targetServiceRevisionArn"]
    number = service["deployments"][0]["id"].removeprefix("ecs-svc/")
    assert revision.endswith(f":service-revision/shop/web/{number}")
    (deployment,) = ecs.describe_service_deployments(serviceDeploymentArns=[arn])[
        "serviceDeployments"
    ]
    assert deployment["targetServiceRevision"]["runningTaskCount"] == 2
    (target,) = ecs.describe_service_revisions(serviceRevisionArns=[revision])["serviceRevisions"]
    assert target["taskDefinition"] == service["taskDefinition"]

    (missing,) = ecs.describe_service_deployments(serviceDeploymentArns=[f"{arn}0"])["failures"]
    assert missing == {"arn": f"{arn}0", "reason": "MISSING"}
    with pytest.raises(ecs.exceptions.ServiceNotFoundException):
        ecs.list_service_deployments(cluster="shop", service="missing")

    create_service(unpatched)
    with pytest.raises(NotImplementedError):
        unpatched("ecs").list_service_deployments(**of)


def test_deployments_are_filtered_by_status_and_creation_time(patched: Client) -> None:
    time = create_service(patched)["deployments"][0]["createdAt"]

    def statuses(**filters: Any) -> list[str]:
        found = patched("ecs").list_service_deployments(cluster="shop", service="web", **filters)
        return [deployment["status"] for deployment in found["serviceDeployments"]]

    assert statuses(status=["SUCCESSFUL"]) == statuses(createdAt={"after": time - DAY}) != []
    assert statuses(status=["IN_PROGRESS"]) == statuses(createdAt={"after": time + DAY}) == []
    assert statuses(createdAt={"before": time - DAY}) == []


DAY = timedelta(days=1)


def is_stable(service: dict[str, Any]) -> bool:
    """Return True if the provider and `aws ecs wait services-stable` would not wait for it."""
    (deployment,) = service["deployments"]
    return service["runningCount"] == 2 and deployment["rolloutState"] == "COMPLETED"
