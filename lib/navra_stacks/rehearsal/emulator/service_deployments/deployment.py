"""A service deployment: its state, and the transitions between the states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random

from navra_stacks.rehearsal.emulator.service_deployments.outcomes import DeploymentScript
from navra_stacks.rehearsal.emulator.service_deployments.revision import (
    ServiceRevision,
    restore_settings,
)

__all__ = ["ServiceDeployment"]

FINISHED = {"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"}
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html: the states
of a completed deployment.
"""

SHIFTING = {"BLUE_GREEN", "LINEAR", "CANARY"}
"""The strategies that shift traffic between two revisions, in lifecycle stages."""

CIRCUIT_BREAKER = "ECS deployment circuit breaker: "
"""The beginning of `rolloutStateReason` in the response of AWS that
https://github.com/aws/containers-roadmap/issues/1488 cites.
"""

NO_CANDIDATE = "No rollback candidate was found to run the rollback."
"""The reason of AWS when a service has no earlier revision (acceptance test
`TestAccECSService_BlueGreenDeployment_circuitBreakerRollback` of Terraform's AWS provider).
"""


class ServiceDeployment:
    """A deployment of one service revision.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html

    Args:
        target: The revision to deploy.
        stable: The revision to roll back to; None for the first deployment of a service.
        sources: The revisions that have tasks, with the stable one first.
        script: How the deployment proceeds.
        supersede: A function that begins another deployment of the service.
    """

    def __init__(
        self,
        target: ServiceRevision,
        stable: ServiceRevision | None,
        sources: list[ServiceRevision],
        script: DeploymentScript,
        supersede: Callable[[], None],
    ) -> None:
        self.target, self.stable, self.sources, self.script = target, stable, sources, script
        self.supersede = supersede
        self.service = target.service
        self.primary = target
        """The revision that DescribeServices shows as PRIMARY."""
        configuration = getattr(self.service, "deployment_configuration", None) or {}
        self.configuration: dict[str, Any] = dict(configuration)
        self.id = mock_random.get_random_string(21, include_digits=True)
        self.status = "PENDING"
        self.reason: str | None = None
        if stable is not None:
            # A shift alternates between the target groups.
            target.uses_alternate = stable.uses_alternate is not self.is_shifting
        self.stage: str | None = None
        self.test_weight = self.production_weight = 0.0
        self.hook: dict[str, Any] | None = None
        self.rollback: dict[str, Any] | None = None
        self.failure_count = 0
        self.triggered: str | None = None
        """What detected a failure: ``breaker`` or ``alarms``."""
        self.created_at = self.updated_at = utcnow()
        self.started_at: datetime | None = None
        self.finished_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.steps: Iterator[None] = iter(())
        """The coming steps; each changes the deployment when it is generated."""

    @property
    def arn(self) -> str:
        return f"{self.service.arn.replace(':service/', ':service-deployment/')}/{self.id}"

    @property
    def is_shifting(self) -> bool:
        """Whether the deployment shifts traffic in lifecycle stages."""
        return self.configuration.get("strategy") in SHIFTING

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED

    @property
    def threshold(self) -> int:
        """The number of failures at which the circuit breaker triggers.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html
        and ``API_ServiceDeploymentCircuitBreaker.html``: 50 % of the tasks, at least 3 and at most
        200. That the bounds are those of ``BOUNDED_PERCENT`` only is not verified.
        """
        breaker = self.configuration.get("deploymentCircuitBreaker") or {}
        settings = breaker.get("thresholdConfiguration") or {}
        kind, value = settings.get("type", "BOUNDED_PERCENT"), settings.get("value", 50)
        if kind == "COUNT":
            return int(value)
        share: int = ceil(self.service.desired_count * value / 100)
        return share if kind == "UNBOUNDED_PERCENT" else min(max(share, 3), 200)

    def advance(self) -> None:
        """Take the next step, if there is one."""
        next(self.steps, None)

    def begin(self) -> None:
        """Change from PENDING to IN_PROGRESS."""
        self._set_status("IN_PROGRESS")
        self.started_at = utcnow()

    def start_tasks(self) -> None:
        """Start the tasks of the target, which are pending."""
        self.target.start(self.service.desired_count)

    def run_tasks(self) -> None:
        """Run the tasks of the target."""
        self.target.run(self.service.desired_count)
        names = " ".join(f"(task {task.id})" for task in self.target.live_tasks)
        if names:
            self.event(f"has started {len(self.target.live_tasks)} tasks: {names}.")

    def fail_task(self, *, counts: bool = True) -> None:
        """Fail a task of the target.

        Args:
            counts: Whether the circuit breaker counts the failure.
        """
        self.target.fail_task(self.script)
        if counts:
            self.failure_count += 1
            self.target.failed_tasks = self.failure_count
        self.updated_at = utcnow()

    def trigger(self, detector: str) -> None:
        """Record what detected the failure of the deployment: ``breaker`` or ``alarms``."""
        self.triggered = detector
        by_breaker = detector == "breaker"
        detail = "tasks failed to start." if by_breaker else "alarm detected."
        prefix = CIRCUIT_BREAKER if by_breaker else "ECS deployment failed: "
        self.target.set_rollout("FAILED", f"{prefix}{detail}")
        self.event(f"(deployment {self.target.id}) deployment failed: {detail}")

    def pause(self) -> None:
        """Wait for ContinueServiceDeployment.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
        """
        timeout = (
            next((hook.get("timeoutConfiguration") for hook in self.pause_hooks()), None) or {}
        )
        minutes = timeout.get("timeoutInMinutes", 1440)
        self.hook = {
            "hookId": f"ecs-pause-{mock_random.get_random_string(43, include_digits=True)}",
            "targetType": "PAUSE",
            "status": "AWAITING_ACTION",
            "expiresAt": utcnow() + timedelta(minutes=minutes),
            "timeoutAction": timeout.get("action", "ROLLBACK"),
        }

    def invoke(self, hook: dict[str, Any]) -> None:
        """Wait for the Lambda function of a hook.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html
        """
        self.hook = {
            "hookId": f"ecs-lambda-{mock_random.get_random_string(43, include_digits=True)}",
            "targetType": "AWS_LAMBDA",
            "targetArn": hook["hookTargetArn"],
            "status": "IN_PROGRESS",
        }

    def functions(self, stage: str) -> list[dict[str, Any]]:
        """Return the hooks of the service that invoke a Lambda function in a stage."""
        return [
            hook
            for hook in self.configuration.get("lifecycleHooks") or ()
            if stage in hook.get("lifecycleStages", ()) and "hookTargetArn" in hook
        ]

    def pause_hooks(self) -> list[dict[str, Any]]:
        """Return the pause hooks of the service."""
        hooks = self.configuration.get("lifecycleHooks") or ()
        return [hook for hook in hooks if hook.get("targetType") == "PAUSE"]

    def succeed(self) -> None:
        """Complete the deployment: the target is the only revision with tasks."""
        self._set_status("SUCCESSFUL")
        self._complete(self.target)
        self.event(f"(deployment {self.target.id}) deployment completed.")
        self.event("has reached a steady state.")

    def request(self, status: str, reason: str) -> None:
        """Change to STOP_REQUESTED or ROLLBACK_REQUESTED."""
        self.hook, self.reason = None, reason
        self._set_status(status)

    def stop(self) -> None:
        """Stop the deployment; the tasks that run continue to run."""
        self._set_status("STOPPED")
        self.stopped_at = utcnow()
        self.target.stop_pending()

    def begin_rollback(self, reason: str) -> None:
        """Change to ROLLBACK_IN_PROGRESS, or to ROLLBACK_FAILED without an earlier revision.

        In a shift the tasks of the source still run, so it is deployed again. Otherwise a new
        revision with the same settings is deployed. The latter is not verified.
        """
        self.hook, self.reason = None, reason
        self.test_weight = self.production_weight = 0.0
        if self.stable is None:
            self._fail_rollback(NO_CANDIDATE)
            return
        same = self.stable
        self.primary = same if self.is_shifting else ServiceRevision(self.service, same.settings)
        self._set_status("ROLLBACK_IN_PROGRESS")
        self.rollback = {
            "reason": reason,
            "startedAt": utcnow(),
            "serviceRevisionArn": self.primary.arn,
        }
        if self.triggered is None:
            self.target.set_rollout("FAILED", f"ECS deployment {self.target.id} rolled back.")
        self.target.stop("the deployment failed")
        self.target.is_draining = True
        prefix = CIRCUIT_BREAKER if self.triggered == "breaker" else ""
        self.primary.set_rollout("IN_PROGRESS", f"{prefix}rolling back to deploymentId {same.id}.")
        self.primary.start(self.service.desired_count)
        restore_settings(self.service, same.settings)
        self.event(f"rolling back to (deployment {same.id}).")

    def finish_rollback(self) -> None:
        """Change from ROLLBACK_IN_PROGRESS to ROLLBACK_SUCCESSFUL."""
        self._set_status("ROLLBACK_SUCCESSFUL")
        self.target.is_draining = False
        self._complete(self.primary)
        self.event("has reached a steady state.")

    def fail_rollback(self) -> None:
        """Change from ROLLBACK_IN_PROGRESS to ROLLBACK_FAILED: the new tasks fail as well."""
        self.target.is_draining = False
        if self.primary is not self.stable:
            self.primary.fail_task(self.script)
            self.primary.stop("the rollback failed")
        self._fail_rollback("Service deployment rollback failed: tasks failed to start.")

    def event(self, message: str) -> None:
        """Add an event of the service, the newest first; Amazon ECS keeps the latest 100."""
        text = f"(service {self.service.name}) {message}"
        event = {"id": str(mock_random.uuid4()), "createdAt": utcnow(), "message": text}
        self.service.events = [event, *self.service.events][:100]

    def _fail_rollback(self, reason: str) -> None:
        self.reason = reason
        self._set_status("ROLLBACK_FAILED")
        self.primary.set_rollout("FAILED", f"{CIRCUIT_BREAKER}tasks failed to start.")

    def _complete(self, revision: ServiceRevision) -> None:
        self.primary = self.stable = revision
        for other in (self.target, *self.sources):
            if other is not revision:
                other.stop(f"Scaling activity initiated by (deployment {revision.id})")
        revision.run(self.service.desired_count)
        revision.failed_tasks = 0
        revision.complete()

    def _set_status(self, status: str) -> None:
        self.status, self.updated_at = status, utcnow()
        if self.is_finished:
            self.finished_at, self.steps = utcnow(), iter(())
