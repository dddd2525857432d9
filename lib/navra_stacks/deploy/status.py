"""What the services of an environment run, and which settings are not deployed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from navra_stacks.account.aws_reader import OperationError
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.description import DeploymentDescription, ServiceDescription
from navra_stacks.deploy.differences import describe_differences
from navra_stacks.deploy.outcome import RefusedError
from navra_stacks.deploy.revisions import (
    BASE_TAG,
    TAG_TAG,
    newest_of_terraform,
    read_revision,
)
from navra_stacks.deploy.services import (
    EcsService,
    deployed_revision,
    service_deployments,
    unfinished_deployments,
)

__all__ = ["ServiceStatus", "read_status", "status_lines"]

MAX_DEPLOYMENTS = 5


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """What a service runs."""

    name: str

    revision: str
    """The revision of the service, for example ``shop-web-qa:7``."""

    images: tuple[str, ...]
    """The images of its containers."""

    tag: str
    """The tag that the last deployment resolved; empty if it is not known."""

    tasks: str
    """The number of running and desired tasks."""

    is_steady: bool

    deployment: str
    """The service deployment in progress; empty if there is none."""

    newest: str
    """The newest revision that Terraform registered."""

    pending: tuple[str, ...]
    """The settings of `newest` that the running revision does not have."""

    history: tuple[str, ...]
    """The last deployments, the newest one first."""

    alarms: tuple[str, ...]
    """The alarms of the service's deployments that are in the state ALARM."""

    preserved: tuple[str, ...]
    """The settings that have no effect while the inventory preserves the live values."""

    notes: tuple[str, ...]
    """Sentences about revisions that a deployment would not use."""

    @property
    def lags(self) -> bool:
        """True if the service does not run the newest settings with all tasks."""
        return bool(self.pending) or not self.is_steady or bool(self.deployment)


def read_status(
    description: DeploymentDescription, account: DeploymentAccount
) -> tuple[ServiceStatus, ...]:
    """Read what the services of an environment run.

    Raises:
        AccountError: the account cannot be read, or is another one.
        RefusedError: a service or its task definition does not exist.
    """
    _ = account.id
    return tuple(_read(description, account, service) for service in description.services)


def _read(
    description: DeploymentDescription, account: DeploymentAccount, service: ServiceDescription
) -> ServiceStatus:
    cluster, notes = description.cluster, list[str]()
    live = EcsService.read(account, cluster, service.service)
    if not live.revision:
        raise RefusedError(f"{service.service} has no task definition, so it cannot be deployed")
    running = read_revision(account, live.revision)
    newest = newest_of_terraform(account, service.family, description.revision_tags, notes.append)
    images = {name: running.images.get(name, "") for name in service.containers}
    busy = unfinished_deployments(account, cluster, service.service)
    return ServiceStatus(
        name=service.name,
        revision=running.name,
        images=tuple(running.images.values()),
        tag=running.tags.get(TAG_TAG, ""),
        tasks=live.describe_tasks(),
        is_steady=live.is_steady,
        deployment=busy[0].rpartition("/")[2] if busy else "",
        newest=newest.name,
        pending=(
            ()
            if newest.name in (running.name, running.tags.get(BASE_TAG))
            else tuple(describe_differences(running, newest, images))
        ),
        history=tuple(_history(account, cluster, service.service)),
        alarms=tuple(_alarms(account, live)),
        preserved=service.preserved,
        notes=tuple(notes),
    )


def _history(account: DeploymentAccount, cluster: str, name: str) -> Iterator[str]:
    for one in service_deployments(account, cluster, name)[:MAX_DEPLOYMENTS]:
        revision = deployed_revision(account, one).rpartition("/")[2] or "unknown"
        yield f"{_time(one.get('createdAt'))}  {one['status'].lower()}  {revision}"


def _time(value: Any) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else "unknown time"


def _alarms(account: DeploymentAccount, live: EcsService) -> Iterator[str]:
    configured = (live.live.get("deploymentConfiguration") or {}).get("alarms") or {}
    if not (names := configured.get("alarmNames")):
        return
    try:
        found = account.request("cloudwatch", "describe_alarms", AlarmNames=names)
    except OperationError as error:
        yield f"not known: {error.reason}"
        return
    for alarm in found["MetricAlarms"]:
        if alarm["StateValue"] == "ALARM":
            yield alarm["AlarmName"]


def status_lines(services: tuple[ServiceStatus, ...]) -> Iterator[str]:
    """Yield the lines of the report."""
    for one in services:
        tag = f", tag {one.tag}" if one.tag else ""
        moving = "is moving to " if one.deployment else ""
        yield f"{one.name}: {moving}{one.revision}{tag}, {one.tasks}"
        yield from (f"  image {image}" for image in one.images)
        if one.deployment:
            yield f"  a deployment is in progress: {one.deployment}"
        if one.pending:
            yield f"  the settings of {one.newest} are not deployed:"
            yield from (f"    {line}" for line in one.pending)
        if one.preserved:
            yield "  settings without effect while the inventory preserves the live values:"
            yield from (f"    {setting}" for setting in one.preserved)
        yield from (f"  a deployment {note}" for note in one.notes)
        if one.alarms:
            yield f"  in ALARM: {', '.join(one.alarms)}"
        yield from (f"  {line}" for line in one.history)
