"""Describe an environment for the commands that deploy to it."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.deploy.description import (
    DeploymentDescription,
    HealthNumbers,
    OneOffTaskDescription,
    ServiceDescription,
)
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment import Environment

__all__ = ["describe_deployment"]


def describe_deployment(environment: Environment) -> DeploymentDescription:
    """Return the names and numbers of an environment that a deployment needs."""
    return DeploymentDescription(
        stack=environment.names.stack,
        account=environment.account,
        region=environment.region,
        cluster=environment.names.cluster,
        host=environment.domain.host,
        services=tuple(_describe(service, environment) for service in environment.services),
    )


def _describe(service: Service, environment: Environment) -> ServiceDescription:
    names, deployment = environment.names, service.rollout
    check = service.health_check if service.receives_traffic else None
    return ServiceDescription(
        name=service.name,
        service=names.service(service.name),
        family=names.family(service.name),
        containers=tuple(_containers(service)),
        repository=service.container.image.repository,
        architecture=service.architecture,
        deployed_by=service.deployed_by,
        strategy=deployment.strategy,
        log_group=names.log_group(environment.logs.group_prefix, service.name),
        grace_seconds=service.health_check_grace_seconds,
        deregistration_seconds=service.deregistration_delay_seconds if check is not None else 0,
        stop_seconds=service.container.stop_timeout_seconds,
        shift_minutes=deployment.shift_minutes if deployment.shifts_traffic else 0,
        health=(
            None
            if check is None
            else HealthNumbers(check.interval_seconds, check.healthy_threshold, check.matcher)
        ),
        health_path=(
            check.path
            if check is not None and environment.routing.resolve(check.path).service == service.name
            else None
        ),
        one_off_tasks=tuple(
            OneOffTaskDescription(
                name=task.name,
                family=names.one_off_task(service.name, task.name),
                container=service.container_name(service.container),
            )
            for task in service.one_off_tasks
        ),
    )


def _containers(service: Service) -> Iterator[str]:
    """Yield the names of the containers whose tag is not in the settings."""
    for container in service.containers:
        if container.image.tag is None:
            yield service.container_name(container)
