"""Return a service to the revision of its last successful deployment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from navra_stacks.account.aws_reader import AccountError
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.description import ServiceDescription
from navra_stacks.deploy.images import resolve_image
from navra_stacks.deploy.mover import ServiceMover
from navra_stacks.deploy.outcome import Outcome, RefusedError, Status
from navra_stacks.deploy.revisions import Revision, read_revision, revision_number
from navra_stacks.deploy.services import (
    ROLLED_BACK,
    deployed_revision,
    service_deployments,
    stop_deployment,
)
from navra_stacks.errors import NavraError

__all__ = ["Target", "roll_back", "rollback_target"]


@dataclass(frozen=True)
class Target:
    """What a rollback does with a service: it stops a deployment, or deploys a revision."""

    service: ServiceDescription

    deployment: str = ""
    """The ARN of the deployment in progress, which is stopped; empty if there is none."""

    revision: Revision | None = None
    """The revision that is deployed; None if the service has it already, or if a deployment is
    stopped.
    """


def rollback_target(mover: ServiceMover, service: ServiceDescription, to: str) -> Target:
    """Return what a rollback does with a service; nothing is changed.

    Without `to`, the revision is the one that the service ran before its present one. Its number
    does not show what ran: Terraform registers revisions too. If the present revision is itself the
    result of a return, the one before is a revision that was rejected, so `to` is required.

    Args:
        mover: Reads the service.
        service: The service.
        to: The number of a revision; empty for that of the last successful deployment.

    Raises:
        RefusedError: Terraform deploys the service; there is no such revision; it is deregistered;
            or its image does not exist.
        AccountError: the account cannot be read.
    """
    if service.deployed_by != "pipeline":
        raise RefusedError(
            f"Terraform deploys the service {service.name}: apply the previous settings"
        )
    live = mover.read(service)
    if busy := mover.unfinished(service):
        if to:
            raise RefusedError(
                f"a deployment of {service.name} is in progress; roll it back without --to first"
            )
        return Target(service, deployment=busy[0])
    if to:
        revision = _usable(mover.account, service, f"{service.family}:{to}")
        return Target(service, revision=None if revision.arn == live.revision else revision)
    for candidate in _successful(mover.account, mover.cluster, service.service):
        if candidate == live.revision:
            continue
        if revision_number(candidate) > revision_number(live.revision):
            raise RefusedError(
                f"{service.name} has returned from {candidate.rpartition('/')[2]}; pass a revision "
                "with --to"
            )
        return Target(service, revision=_usable(mover.account, service, candidate))
    raise RefusedError(
        f"ECS has no other successful deployment of {service.name} (of the last 90 days); pass a "
        "revision with --to"
    )


def roll_back(mover: ServiceMover, target: Target) -> Outcome:
    """Carry out a rollback.

    Raises:
        AccountError: the account cannot be read, or AWS rejected the deployment.
    """
    service = target.service
    if target.deployment:
        mover.say(service, f"stops the deployment {target.deployment.rpartition('/')[2]}")
        stop_deployment(mover.account, target.deployment)
        followed = mover.follow(service, target.deployment)
        if followed.status != ROLLED_BACK:
            return _unknown(service, followed.status)
        return mover.confirm(service, read_revision(mover.account, mover.read(service).revision))
    if target.revision is None:
        mover.say(service, "runs this revision already")
        return Outcome(Status.DONE)
    if service.one_off_tasks:
        mover.say(service, "migrations since that revision are not rolled back")
    followed = mover.deploy_revision(service, target.revision)
    if followed.status != "SUCCESSFUL" or followed.timed_out:
        return _unknown(service, followed.status)
    return mover.confirm(service, target.revision)


def _unknown(service: ServiceDescription, status: str) -> Outcome:
    return Outcome(
        Status.UNKNOWN,
        f"the deployment of {service.name} ended as {status}; `navra status` shows what runs",
    )


def _successful(account: DeploymentAccount, cluster: str, name: str) -> Iterator[str]:
    """Yield the revisions of the successful deployments of a service, the newest one first."""
    for one in service_deployments(account, cluster, name, "SUCCESSFUL"):
        if revision := deployed_revision(account, one):
            yield revision


def _usable(account: DeploymentAccount, service: ServiceDescription, name: str) -> Revision:
    try:
        revision = read_revision(account, name)
    except AccountError as error:
        raise RefusedError(f"{name.rpartition('/')[2]} cannot be read: {error}") from error
    if not revision.is_active:
        raise RefusedError(
            f"{revision.name} is deregistered, so it cannot be deployed; pass another revision "
            "with --to, or deploy its image with `navra deploy`"
        )
    for container in service.containers:
        if container not in revision.images:
            continue
        repository = revision.repository(container)
        try:
            resolve_image(account, repository, revision.version(container), service.architecture)
        except NavraError as error:
            raise RefusedError(
                f"the image of {revision.name} cannot be started: {error}"
            ) from error
    return revision
