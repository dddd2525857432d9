"""What the emulator knows of containers, and moto does not."""

from __future__ import annotations

from typing import Any

from tests.rehearsal.gaps.conftest import Client


def created(client: Client, **arguments: Any) -> dict[str, Any]:
    """A service of two tasks."""
    ecs = client("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web:1", "memory": 128}]
    )
    ecs.create_service(
        cluster="shop", serviceName="web", taskDefinition="web:1", desiredCount=2, **arguments
    )
    return described(client)


def described(client: Client) -> dict[str, Any]:
    (service,) = client("ecs").describe_services(cluster="shop", services=["web"])["services"]
    return dict(service)


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
    created(taught)
    other = taught("ecs").register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web:2", "memory": 128}]
    )["taskDefinition"]["taskDefinitionArn"]
    taught("ecs").update_service(cluster="shop", service="web", taskDefinition=other)
    service = described(taught)
    assert steady(service)
    assert service["deployments"][0]["taskDefinition"] == other


def steady(service: dict[str, Any]) -> bool:
    """Whether the provider and `aws ecs wait services-stable` wait no longer for it."""
    (deployment,) = service["deployments"]
    return service["runningCount"] == 2 and deployment["rolloutState"] == "COMPLETED"
