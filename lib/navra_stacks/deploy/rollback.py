"""Return a service to the revision of its last successful deployment."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.aws_reader import AccountError
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.description import ServiceDescription
from navra_stacks.deploy.images import resolve_image
from navra_stacks.deploy.mover import ServiceMover
from navra_stacks.deploy.outcome import Outcome, RefusedError, Status
from navra_stacks.deploy.revisions import Revision, read_revision
from navra_stacks.deploy.services import ROLLED_BACK, stop_deployment
from navra_stacks.errors import NavraError

__all__ = ["roll_back"]


def roll_back(mover: ServiceMover, service: ServiceDescription, to: str) -> Outcome:
    """Return a service to an earlier revision, or stop its deployment in progress.

    Args:
        mover: Moves the service.
        service: The service.
        to: The number or name of a revision; empty for that of the last successful deployment.

    Raises:
        RefusedError: nothing was changed, for the reason in the message.
        AccountError: the account cannot be read, or AWS rejected the deployment.
    """
    if service.deployed_by != "pipeline":
        raise RefusedError(
            f"Terraform deploys the service {service.name}: apply the previous settings"
        )
    if busy := mover.unfinished(service):
        if to:
            raise RefusedError(
                f"a deployment of {service.name} is in progress; roll it back without --to first"
            )
        return _stop(mover, service, busy[0])
    target = _target(mover.account, mover.cluster, service, mover.read(service).revision, to)
    if service.one_off_tasks:
        mover.say(service, "migrations since that revision are not rolled back")
    followed = mover.deploy_revision(service, target)
    if followed.status != "SUCCESSFUL" or followed.timed_out:
        return Outcome(
            Status.UNKNOWN, f"the deployment of {service.name} ended as {followed.status}"
        )
    return mover.confirm(service, target)


def _stop(mover: ServiceMover, service: ServiceDescription, deployment: str) -> Outcome:
    mover.say(service, f"stops the deployment {deployment.rpartition('/')[2]}")
    stop_deployment(mover.account, deployment)
    followed, live = mover.follow(service, deployment), mover.read(service)
    if followed.status == ROLLED_BACK and live.is_steady:
        mover.say(service, f"runs {live.revision.rpartition('/')[2]}")
        return Outcome(Status.DONE)
    return Outcome(Status.UNKNOWN, f"the deployment of {service.name} ended as {followed.status}")


def _target(
    account: DeploymentAccount, cluster: str, service: ServiceDescription, running: str, to: str
) -> Revision:
    """Return the revision to which a rollback moves a service.

    Without `to`, it is the revision of the last successful deployment that the service does not run
    now. The number of a revision does not show what ran: Terraform registers revisions too.

    Args:
        account: The account.
        cluster: The name of the cluster.
        service: The service.
        running: The ARN of the revision that the service has now.
        to: The number of a revision, or its name; empty for the last successful one.

    Raises:
        RefusedError: there is no such revision, it is deregistered, or its image does not exist.
        AccountError: the account cannot be read.
    """
    if to:
        name = to if ":" in to else f"{service.family}:{to}"
        if name.rpartition("/")[2].rpartition(":")[0] != service.family:
            raise RefusedError(f"{to} is not a revision of {service.family}")
        candidates: Iterator[str] = iter([name])
    else:
        candidates = _successful(account, cluster, service.service)
    for candidate in candidates:
        if candidate != running:
            return _usable(account, service, candidate)
    raise RefusedError(
        f"ECS knows no other successful deployment of {service.name} (it keeps them for 90 days); "
        "pass a revision with --to"
    )


def _successful(account: DeploymentAccount, cluster: str, name: str) -> Iterator[str]:
    """Yield the revisions of the successful deployments of a service, the newest one first."""
    found = account.request(
        "ecs", "list_service_deployments", cluster=cluster, service=name, status=["SUCCESSFUL"]
    )
    for one in found["serviceDeployments"]:
        described = account.request(
            "ecs",
            "describe_service_revisions",
            serviceRevisionArns=[one["targetServiceRevisionArn"]],
        )
        yield from (revision["taskDefinition"] for revision in described["serviceRevisions"])


def _usable(account: DeploymentAccount, service: ServiceDescription, name: str) -> Revision:
    try:
        revision = read_revision(account, name)
    except AccountError as error:
        raise RefusedError(f"{name.rpartition('/')[2]} cannot be read: {error}") from error
    if not revision.is_active:
        raise RefusedError(f"{revision.name} is deregistered, so it cannot be deployed")
    for container in service.containers:
        if container not in revision.images:
            continue
        repository = revision.repository(container)
        image = revision.images[container].removeprefix(repository).removeprefix(":")
        try:
            resolve_image(account, repository, image or "latest", service.architecture)
        except NavraError as error:
            raise RefusedError(
                f"the image of {revision.name} cannot be started: {error}"
            ) from error
    return revision
