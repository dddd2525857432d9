"""The history of a service's deployments, and what it makes DescribeServices return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ecs.exceptions import ECSException, InvalidParameterException

from navra_stacks.rehearsal.emulator.service_deployments import sequences
from navra_stacks.rehearsal.emulator.service_deployments.deployment import ServiceDeployment
from navra_stacks.rehearsal.emulator.service_deployments.outcomes import (
    DeploymentScript,
    next_script,
)
from navra_stacks.rehearsal.emulator.service_deployments.revision import (
    ServiceRevision,
    restore_settings,
)

__all__ = ["DeploymentHistory", "begin_history", "histories", "history_of"]

ATTRIBUTE = "deployment_history"
"""The attribute of moto's service with its history."""

SUPERSEDED = "Service deployment stopped because a newer service deployment was started."
"""Not verified."""

REQUESTED = "Service deployment rolled back because of a request to stop it."
"""Not verified."""


def begin_history(service: Any) -> None:
    """Begin the history of a new service, with the scripted outcome if there is one."""
    if service.deployment_controller["type"] == "ECS":
        script = next_script(service._backend, service.name)
        setattr(service, ATTRIBUTE, DeploymentHistory(service, script))


def history_of(service: Any) -> DeploymentHistory | None:
    """Return the history of a service; None if something else than Amazon ECS deploys it.

    A service that was created by CloudFormation has a history from the first call on.
    """
    if service.deployment_controller["type"] != "ECS":
        return None
    history: DeploymentHistory | None = getattr(service, ATTRIBUTE, None)
    if history is None:
        history = DeploymentHistory(service)
        setattr(service, ATTRIBUTE, history)
    return history


def histories(backend: Any) -> Iterator[DeploymentHistory]:
    """Yield the histories of all active services of moto's ECS backend."""
    # AWS deletes the deployments of a deleted service ("View service history" in the guide).
    for service in list(backend.services.values()):
        if service.status == "ACTIVE" and (history := history_of(service)) is not None:
            yield history


class DeploymentHistory:
    """The deployments of a service, the newest first.

    Args:
        service: The service of moto.
        script: How the first deployment proceeds; None for one that has been completed.
    """

    def __init__(self, service: Any, script: DeploymentScript | None = None) -> None:
        self.service = service
        self.deployments: list[ServiceDeployment] = []
        self.begin(script or DeploymentScript())
        if script is None:
            # Nothing waits for the first deployment, and Terraform would poll for it.
            self.latest.begin()
            self.latest.succeed()
        self.show()

    @property
    def latest(self) -> ServiceDeployment:
        return self.deployments[0]

    @property
    def revisions(self) -> list[ServiceRevision]:
        """All revisions, the newest first."""
        found: dict[int, ServiceRevision] = {}
        for deployment in self.deployments:
            for revision in (deployment.primary, deployment.target, *deployment.sources):
                found.setdefault(id(revision), revision)
        return list(found.values())

    def begin(self, script: DeploymentScript | None = None) -> None:
        """Begin a deployment of the service's current settings."""
        script = script or next_script(self.service._backend, self.service.name)
        stable = self.latest.stable if self.deployments else None
        if self.deployments and not self.latest.is_finished:
            self._stop_superseded()
        others = [one for one in self.revisions if one.live_tasks and one is not stable]
        deployment = ServiceDeployment(
            ServiceRevision(self.service),
            stable,
            others if stable is None else [stable, *others],
            script or DeploymentScript(),
            self._supersede,
        )
        deployment.steps = sequences.play(deployment)
        self.deployments.insert(0, deployment)

    def advance(self) -> None:
        """Take the next step of the latest deployment."""
        self.latest.advance()
        self.show()

    def stop(self, deployment: ServiceDeployment, stop_type: str) -> None:
        """Stop a deployment, or roll it back.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html:
        a request to stop changes PENDING and IN_PROGRESS only.

        Raises:
            ECSException: the deployment has completed. The error code is not verified.
        """
        if deployment.is_finished:
            reason = f"the service deployment has the status {deployment.status}"
            raise ECSException("ConflictException", f"Cannot stop the deployment: {reason}.")
        if deployment.status.startswith(("STOP_", "ROLLBACK_")):
            return
        if stop_type == "ABORT":
            deployment.request("STOP_REQUESTED", "Service deployment stopped by request.")
            deployment.steps = sequences.abort(deployment)
        else:
            deployment.request("ROLLBACK_REQUESTED", REQUESTED)
            deployment.steps = sequences.requested_rollback(deployment)
        self.show()

    def resume(self, deployment: ServiceDeployment, hook: str, action: str) -> None:
        """Continue a paused deployment, or roll it back.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/continue-service-deployment.html

        Raises:
            InvalidParameterException: no hook with this ID waits. The error code is not verified.
        """
        waiting = deployment.hook
        if waiting is None or waiting["hookId"] != hook or deployment.status != "IN_PROGRESS":
            raise InvalidParameterException(f"The lifecycle hook {hook} does not await an action.")
        if action == "ROLLBACK":
            self.stop(deployment, "ROLLBACK")
        else:
            waiting["status"] = "SUCCEEDED"

    def show(self) -> None:
        """Update the attributes of the service that DescribeServices returns."""
        service, latest = self.service, self.latest
        if latest.is_finished and latest.stable is not None:
            latest.stable.run(service.desired_count)
        others = [
            revision
            for revision in self.revisions
            if revision is not latest.primary and (revision.live_tasks or revision.is_draining)
        ]
        shown = [(latest.primary, "PRIMARY"), *((other, "ACTIVE") for other in others)]
        service.deployments = [self._deployment(*one) for one in shown]
        service.running_count = sum(one["runningCount"] for one in service.deployments)
        service.pending_count = sum(one["pendingCount"] for one in service.deployments)

    def _deployment(self, revision: ServiceRevision, status: str) -> dict[str, Any]:
        """Return one of the deployments of DescribeServices.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
        """
        desired = self.service.desired_count
        if status == "ACTIVE":
            desired = len(revision.live_tasks)
        found = revision.settings | {
            "id": revision.id,
            "status": status,
            "desiredCount": desired,
            "runningCount": revision.count("RUNNING"),
            "pendingCount": revision.count("PENDING"),
            "failedTasks": revision.failed_tasks,
            "rolloutState": revision.rollout_state,
            "rolloutStateReason": revision.rollout_reason,
            "platformFamily": "Linux" if revision.settings["launchType"] != "EC2" else None,
            "createdAt": revision.created_at,
            "updatedAt": revision.updated_at,
        }
        return {name: value for name, value in found.items() if value is not None}

    def _stop_superseded(self) -> None:
        superseded = self.latest
        superseded.reason = SUPERSEDED
        superseded.stop()

    def _supersede(self) -> None:
        """Begin a deployment of the stable settings, as another user of the account could."""
        if (stable := self.latest.stable) is not None:
            restore_settings(self.service, stable.settings)
        self.begin(DeploymentScript())
        self.show()
