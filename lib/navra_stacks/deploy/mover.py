"""Move services to revisions, and confirm what they run afterwards."""

from __future__ import annotations

from collections.abc import Callable

from navra_stacks.account.aws_reader import AccountError, OperationError
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.description import DeploymentDescription, ServiceDescription
from navra_stacks.deploy.options import Options
from navra_stacks.deploy.outcome import Outcome, RefusedError, Report, Status
from navra_stacks.deploy.revisions import Revision
from navra_stacks.deploy.services import (
    EcsService,
    Followed,
    follow,
    start_deployment,
    stop_deployment,
    unfinished_deployments,
)
from navra_stacks.deploy.tasks import failed_tasks
from navra_stacks.deploy.timing import timeout_seconds

__all__ = ["ServiceMover"]


class ServiceMover:
    """Moves services of an environment to revisions.

    Args:
        description: The environment.
        account: The account of the environment.
        report: A function that is called with each line of the progress.
        options: How a deployment is followed.
    """

    def __init__(
        self,
        description: DeploymentDescription,
        account: DeploymentAccount,
        report: Report,
        options: Options,
    ) -> None:
        self.account = account
        self.cluster = description.cluster
        self._services = description.services
        self._report = report
        self._options = options
        self.reported_interruption = False
        """True if a line says what an interrupted deployment does."""

    def say(self, service: ServiceDescription, line: str) -> None:
        """Report a line of the progress of a service."""
        self._report(f"{service.name}: {line}")

    def read(self, service: ServiceDescription) -> EcsService:
        """Read a service, see `EcsService.read`."""
        return EcsService.read(self.account, self.cluster, service.service)

    def unfinished(self, service: ServiceDescription) -> list[str]:
        """Return the deployments of a service that have not ended."""
        return unfinished_deployments(self.account, self.cluster, service.service)

    def runs(self, service: ServiceDescription, revision: Revision) -> bool:
        """Return True if a service runs a revision with all tasks, and nothing else starts.

        A deployment can end before the last task of before has stopped, and autoscaling can start
        tasks, so this waits for as long as a deployment may take.

        Raises:
            AccountError: the account cannot be read.
            RefusedError: the service does not exist.
        """
        return self._settled(service, revision) is not None

    def _settled(self, service: ServiceDescription, revision: Revision) -> EcsService | None:
        """Return the service once it runs a revision; None if it does not in time."""
        end = self._options.clock() + timeout_seconds(service)
        while True:
            live = self.read(service)
            if live.revision != revision.arn:
                return None
            if live.is_steady and not self.unfinished(service):
                return live
            if self._options.clock() >= end:
                return None
            self.account.sleep(self._options.poll_seconds)

    def running(self) -> dict[str, str]:
        """Return the revision that each service has, as far as it can be read."""
        found = {}
        for service in self._services:
            try:
                found[service.name] = self.read(service).revision.rpartition("/")[2]
            except (AccountError, RefusedError):
                continue
        return found

    def move(self, service: ServiceDescription, revision: Revision, previous: Revision) -> Outcome:
        """Move a service to a revision, check it, and confirm what it runs.

        With a strategy that shifts traffic, the service is checked in the bake time, in which a
        rollback only shifts the traffic back. A rolling deployment has no such stage: the service
        is checked afterwards, and a failure deploys the previous revision.
        """
        failures: list[str] = []
        checked = False

        def in_bake_time(deployment: str) -> None:
            nonlocal checked
            checked = True
            failures.extend(self._check(service))
            if failures:
                stop_deployment(self.account, deployment)

        followed = self.deploy_revision(service, revision, in_bake_time)
        if followed.status == "SUCCESSFUL" and not followed.timed_out:
            outcome = self.confirm(service, revision)
            if outcome.status is not Status.DONE:
                return outcome
            if not checked:  # also if the bake time was too short to be observed
                failures.extend(self._check(service))
            if not failures:
                return outcome
            self.say(service, f"returns to {previous.name}")
            self.deploy_revision(service, previous)
        return self._failure(service, revision, previous, followed, failures)

    def deploy_revision(
        self,
        service: ServiceDescription,
        revision: Revision,
        in_bake_time: Callable[[str], None] = lambda _: None,
    ) -> Followed:
        """Move a service to a revision, and follow the deployment to its end.

        A deployment that takes too long is stopped.

        Args:
            service: The service.
            revision: The revision.
            in_bake_time: A function that is called in the bake time with the ARN of the deployment.

        Raises:
            AccountError: AWS rejected the deployment, or it cannot be followed.
        """
        deployment = ""
        try:
            self.say(service, f"deploys {revision.name}")
            deployment = start_deployment(
                self.account,
                self.cluster,
                service.service,
                revision.arn,
                poll_seconds=self._options.poll_seconds,
            )
            followed = self.follow(service, deployment, lambda: in_bake_time(deployment))
            if followed.timed_out:
                self.say(service, "the deployment takes too long, and is stopped")
                stop_deployment(self.account, deployment)
                followed = self.follow(service, deployment)
        except (KeyboardInterrupt, SystemExit):
            self._interrupted(service, deployment)
            raise
        return followed

    def follow(
        self,
        service: ServiceDescription,
        deployment: str,
        in_bake_time: Callable[[], None] = lambda: None,
    ) -> Followed:
        """Follow a deployment of a service, see `services.follow`."""
        return follow(
            self.account,
            deployment,
            timeout_seconds=self._options.timeout_seconds or timeout_seconds(service),
            poll_seconds=self._options.poll_seconds,
            clock=self._options.clock,
            report=lambda line: self.say(service, line),
            in_bake_time=in_bake_time,
        )

    def confirm(self, service: ServiceDescription, revision: Revision) -> Outcome:
        """Return DONE if a service runs a revision with all tasks, and UNKNOWN otherwise."""
        if (settled := self._settled(service, revision)) is not None:
            self.say(service, f"runs {revision.name}, {settled.describe_tasks()}")
            return Outcome(Status.DONE)
        live = self.read(service)
        return Outcome(
            Status.UNKNOWN,
            f"the deployment of {service.name} was successful, but the service has "
            f"{live.revision.rpartition('/')[2]} and {live.describe_tasks()}",
        )

    def _interrupted(self, service: ServiceDescription, deployment: str) -> None:
        self.reported_interruption = True
        deployment = deployment or next(iter(self.unfinished(service)), "")
        if not deployment:
            self.say(service, "interrupted: no deployment was started")
            return
        name = deployment.rpartition("/")[2]
        if not self._options.rollback_on_interrupt:
            self.say(service, f"interrupted: the deployment {name} continues in AWS")
            return
        stop_deployment(self.account, deployment)
        self.say(service, f"interrupted: the deployment {name} is rolled back by ECS")

    def _check(self, service: ServiceDescription) -> list[str]:
        """Check a service through its load balancer, and return what fails."""
        if self._options.smoke is None or service.health_path is None:
            return []
        try:
            failures = list(self._options.smoke.failures(self.account, service, self.read(service)))
        except OperationError as error:
            failures = [error.reason]
        for failure in failures:
            self.say(service, f"the check failed: {failure}")
        if not failures:
            self.say(service, "the requests through the load balancer succeeded")
        return failures

    def _failure(
        self,
        service: ServiceDescription,
        revision: Revision,
        previous: Revision,
        followed: Followed,
        failures: list[str],
    ) -> Outcome:
        """Explain a failure, and return FAILED only if the previous revision runs."""
        if failures:
            what = f"{service.name} failed its check: {failures[0]}"
        else:
            for line in failed_tasks(
                self.account, self.cluster, service.service, revision, service.containers[0]
            ):
                self.say(service, line)
            reason = f": {followed.reason}" if followed.reason else ""
            what = f"the deployment of {service.name} ended as {followed.status}{reason}"
        keeps_failed = (
            followed.status == "STOPPED"
            and self.read(service).revision == revision.arn
            and not self.unfinished(service)
        )
        if keeps_failed:  # ECS has stopped the deployment, and did not roll the service back
            self.say(service, f"returns to {previous.name}")
            self.deploy_revision(service, previous)
        if self.runs(service, previous):
            return Outcome(Status.FAILED, f"{what}; it runs {previous.name} as before")
        live = self.read(service)
        return Outcome(
            Status.UNKNOWN,
            f"{what}; it has {live.revision.rpartition('/')[2]} and {live.describe_tasks()}",
        )
