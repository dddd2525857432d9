"""Describe an environment for the commands that deploy to it."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.deploy.description import (
    DeploymentDescription,
    HealthNumbers,
    OneOffTaskDescription,
    RequestHeader,
    ServiceDescription,
)
from navra_stacks.deploy.timing import most_batches
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.compute.task_count import maximum_task_count
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.pending_settings import PendingSettings

__all__ = ["describe_deployment"]


def describe_deployment(
    environment: Environment, pending: PendingSettings | None = None
) -> DeploymentDescription:
    """Return the names and numbers of an environment that a deployment needs.

    Args:
        environment: The environment.
        pending: The settings that an apply does not bring into the running tasks.
    """
    settings = () if pending is None else pending.settings
    return DeploymentDescription(
        stack=environment.names.stack,
        account=environment.account,
        region=environment.region,
        cluster=environment.names.cluster,
        host=environment.domain.host,
        services=tuple(
            _describe(
                service,
                environment,
                preserved=tuple(
                    setting.field
                    for setting in settings
                    if setting.service == service.name and setting.reason == "inventory"
                ),
            )
            for service in environment.services
        ),
        # Without those of `Environment.tags`: existing revisions may not have them until an apply.
        revision_tags=environment.names.tags({}),
    )


def _describe(
    service: Service, environment: Environment, *, preserved: tuple[str, ...]
) -> ServiceDescription:
    names, deployment = environment.names, service.rollout
    check = service.health_check if service.receives_traffic else None
    test = deployment.test_traffic
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
        batches=_batches(service, environment),
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
        test_header=None if test is None else RequestHeader(test.header, test.value),
        one_off_tasks=tuple(
            OneOffTaskDescription(
                name=task.name,
                family=names.one_off_task(service.name, task.name),
                container=service.container_name(service.container),
            )
            for task in service.one_off_tasks
        ),
        preserved=preserved,
    )


def _batches(service: Service, environment: Environment) -> int:
    deployment = service.rollout
    if deployment.shifts_traffic:  # ECS starts all tasks of the new revision at once
        return 1
    return most_batches(
        maximum_task_count(service, environment.autoscaling_of(service)),
        minimum_percent=deployment.minimum_healthy_percent,
        maximum_percent=deployment.maximum_percent,
    )


def _containers(service: Service) -> Iterator[str]:
    """Yield the names of the containers whose tag is not in the settings."""
    for container in service.containers:
        if container.image.tag is None:
            yield service.container_name(container)
