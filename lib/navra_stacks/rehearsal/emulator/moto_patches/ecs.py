"""Containers."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.moto_api._internal import mock_random

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["a_service_keeps_what_it_was_created_with", "a_service_runs_at_once"]

REMEMBERED: dict[str, tuple[str, Any]] = {
    # The attribute by which moto answers it: CreateService's argument, and AWS's default.
    "availability_zone_rebalancing": ("availabilityZoneRebalancing", "ENABLED"),
    "capacity_provider_strategy": ("capacityProviderStrategy", []),
    "enable_ecs_managed_tags": ("enableECSManagedTags", False),
    "enable_execute_command": ("enableExecuteCommand", False),
    "health_check_grace_period_seconds": ("healthCheckGracePeriodSeconds", 0),
    "placement_constraints": ("placementConstraints", []),
    "placement_strategy": ("placementStrategy", []),
}

DEPLOYMENT = {
    # AWS's defaults for what a deployment configuration leaves out.
    "strategy": "ROLLING",
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
}


def a_service_keeps_what_it_was_created_with() -> None:
    """Its grace period, managed tags, rebalancing ... Goes when moto's `Service` has them all."""

    @around(EC2ContainerServiceResponse)
    def create_service(create: Any, response: Any) -> Any:
        answer = create(response)
        service = answer.result["service"]
        for attribute, (argument, default) in REMEMBERED.items():
            if not hasattr(service, attribute):
                setattr(service, attribute, response._get_param(argument, default))
        if not hasattr(service, "deployment_configuration"):
            asked = response._get_param("deploymentConfiguration", {})
            service.deployment_configuration = DEPLOYMENT | asked
        if service.capacity_provider_strategy:
            service.launch_type = None  # one or the other
        return answer


def a_service_runs_at_once() -> None:
    """Its tasks and its deployment, so that who waits for them waits for nothing.

    A choice of ours: moto leaves them pending for ever. Goes when moto can be told to run as many
    tasks as each service desires.
    """

    def run(service: Service) -> None:
        service.running_count, service.pending_count = service.desired_count, 0
        for deployment in service.deployments:
            runs = (deployment["taskDefinition"], deployment["networkConfiguration"])
            if runs != (service.task_definition, service.network_configuration):
                number = mock_random.randint(0, 32**12)
                deployment |= {"id": f"ecs-svc/{number}", "createdAt": utcnow()}
            deployment |= {
                "desiredCount": service.desired_count,
                "networkConfiguration": service.network_configuration,
                "pendingCount": 0,
                "rolloutState": "COMPLETED",
                "rolloutStateReason": f"ECS deployment {deployment['id']} completed.",
                "runningCount": service.desired_count,
                "taskDefinition": service.task_definition,
                "updatedAt": utcnow(),
            }

    @around(EC2ContainerServiceBackend)
    def create_service(create: Any, backend: Any, *arguments: Any, **named: Any) -> Service:
        service: Service = create(backend, *arguments, **named)
        run(service)
        return service

    @around(EC2ContainerServiceBackend)
    def update_service(update: Any, backend: Any, *arguments: Any, **named: Any) -> Service:
        service: Service = update(backend, *arguments, **named)
        run(service)
        return service
