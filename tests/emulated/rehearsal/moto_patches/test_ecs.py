"""Patches for ECS services, compared with moto without patches."""

from __future__ import annotations

from typing import Any

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


def test_a_changed_platform_version_is_another_deployment(
    patched: Client, unpatched: Client
) -> None:
    for client in (patched, unpatched):
        before = create_service(client, platformVersion="1.4.0")
        after = client("ecs").update_service(
            cluster="shop", service="web", platformVersion="LATEST"
        )["service"]
        deployments = [service["deployments"][0]["id"] for service in (before, after)]
        assert (deployments[0] == deployments[1]) == (client is unpatched)


def test_the_service_connect_configuration_is_stored_in_the_deployment(
    patched: Client, unpatched: Client
) -> None:
    connected = {"enabled": True, "namespace": "shop", "services": []}
    for client in (patched, unpatched):
        (deployment,) = create_service(client, serviceConnectConfiguration=connected)["deployments"]
        found = deployment.get("serviceConnectConfiguration")
        assert found == (connected if client is patched else None)
    ecs = patched("ecs")
    same = ecs.update_service(cluster="shop", service="web", desiredCount=1)["service"]
    assert same["deployments"][0]["id"] == deployment_id(patched)
    ecs.update_service(
        cluster="shop", service="web", serviceConnectConfiguration={"enabled": False}
    )
    assert same["deployments"][0]["id"] != deployment_id(patched)


def deployment_id(client: Client) -> str:
    return str(describe_service(client)["deployments"][0]["id"])


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


def is_stable(service: dict[str, Any]) -> bool:
    """Return True if the provider and `aws ecs wait services-stable` would not wait for it."""
    (deployment,) = service["deployments"]
    return service["runningCount"] == 2 and deployment["rolloutState"] == "COMPLETED"
