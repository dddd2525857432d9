"""Patches for ECS services."""

from __future__ import annotations

from typing import Any

from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["store_service_settings"]

SETTINGS: dict[str, tuple[str, Any]] = {
    # Key: the attribute of moto's response. Value: the argument of CreateService, AWS's default.
    "availability_zone_rebalancing": ("availabilityZoneRebalancing", "ENABLED"),
    "capacity_provider_strategy": ("capacityProviderStrategy", []),
    "enable_ecs_managed_tags": ("enableECSManagedTags", False),
    "enable_execute_command": ("enableExecuteCommand", False),
    "health_check_grace_period_seconds": ("healthCheckGracePeriodSeconds", 0),
    "placement_constraints": ("placementConstraints", []),
    "placement_strategy": ("placementStrategy", []),
    # AWS returns it in the deployments only.
    "service_connect_configuration": ("serviceConnectConfiguration", None),
}

DEPLOYMENT = {
    # AWS's defaults of a deployment configuration.
    "strategy": "ROLLING",
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
}


def store_service_settings() -> None:
    """Make CreateService store more settings, for example the health check grace period.

    UpdateService changes the parts of the deployment configuration that the request contains.

    Remove this patch when moto's `Service` has `deployment_configuration` and all attributes in
    `SETTINGS`.
    """

    @around(EC2ContainerServiceResponse)
    def create_service(create: Any, response: Any) -> Any:
        result = create(response)
        service = result.result["service"]
        for attribute, (argument, default) in SETTINGS.items():
            if not hasattr(service, attribute):
                setattr(service, attribute, response._get_param(argument, default))
        if not hasattr(service, "deployment_configuration"):
            configuration = response._get_param("deploymentConfiguration", {})
            service.deployment_configuration = DEPLOYMENT | configuration
        if service.capacity_provider_strategy:
            service.launch_type = None  # a service has one or the other
        return result

    @around(EC2ContainerServiceBackend)
    def update_service(update: Any, backend: Any, properties: dict[str, Any]) -> Any:
        # AWS merges: what a request does not contain, for example the alarms, stays as it is.
        before = backend._get_service(properties.get("cluster", "default"), properties["service"])
        kept = dict(getattr(before, "deployment_configuration", DEPLOYMENT))
        changed = properties.get("deployment_configuration") or {}
        service: Any = update(backend, properties)
        service.deployment_configuration = kept | changed
        return service
