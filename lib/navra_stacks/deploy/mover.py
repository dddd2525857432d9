"""Move services to revisions, and confirm what they run afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from navra_stacks.account.aws_reader import AccountError, OperationError
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.description import (
    DeploymentDescription,
    RequestHeader,
    ServiceDescription,
)
from navra_stacks.deploy.options import Options
from navra_stacks.deploy.outcome import Outcome, RefusedError, Report, Status
from navra_stacks.deploy.revisions import Revision, copy_with_images, newest_of_terraform
from navra_stacks.deploy.services import (
    TEST_STAGE,
    EcsService,
    Followed,
    deployed_target_groups,
    describe_progress,
    follow,
    holds_test_stage,
    is_held,
    start_deployment,
    stop_deployment,
    unfinished_deployments,
)
from navra_stacks.deploy.tasks import failed_tasks
from navra_stacks.deploy.timing import timeout_seconds

__all__ = ["ServiceMover"]

AtStage = Callable[[str, Mapping[str, Any]], None]
"""A function that is called with the ARN of a service deployment, and with each description of it
in progress that has a lifecycle stage.
"""


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
        self.options = options
        self.interrupted: set[str] = set()
        """The services whose interruption has been reported."""
        self._services = description.services
        self._tags = description.revision_tags
        self._report = report
        self._reporting = threading.Lock()

    def say(self, service: ServiceDescription, line: str) -> None:
        """Report a line of the progress of a service."""
        with self._reporting:
            self._report(f"{service.name}: {line}")

    def say_interrupted(self, service: ServiceDescription, what: str) -> None:
        """Report what an interruption leaves of a service."""
        self.say(service, f"interrupted: {what}")
        self.interrupted.add(service.name)

    def newest(self, service: ServiceDescription, family: str) -> Revision:
        """Return Terraform's newest revision of a family, see `newest_of_terraform`."""
        return newest_of_terraform(
            self.account, family, self._tags, lambda line: self.say(service, line)
        )

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
        end = self.options.clock() + (self.options.timeout_seconds or timeout_seconds(service))
        while True:
            live = self.read(service)
            if live.revision != revision.arn:
                return None
            if live.is_steady and not self.unfinished(service):
                return live
            if self.options.clock() >= end:
                return None
            self.account.sleep(self.options.poll_seconds)

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
        rollback only shifts the traffic back, and with test traffic while a lifecycle hook holds
        the stage. A rolling deployment has no such stage: the service is checked afterwards, and a
        failure deploys the previous revision.
        """
        failures: list[str] = []
        checked: set[str] = set()

        def at_stage(deployment: str, live: Mapping[str, Any]) -> None:
            stage, header = live["lifecycleStage"], service.test_header
            is_test = stage == TEST_STAGE and header is not None and is_held(live)
            if stage in checked or failures or not (is_test or stage == "BAKE_TIME"):
                return
            checked.add(stage)
            failures.extend(self._check(service, live, header if is_test else None))
            if failures:
                stop_deployment(self.account, deployment)

        followed = self.deploy_revision(service, revision, at_stage)
        expects_test = self.options.smoke and service.test_header
        if expects_test and holds_test_stage(followed.live) and TEST_STAGE not in checked:
            self.say(service, f"the test traffic was not checked: {TEST_STAGE} was too short")
        if followed.status == "SUCCESSFUL" and not followed.timed_out:
            outcome = self.confirm(service, revision)
            if outcome.status is not Status.DONE:
                return outcome
            if "BAKE_TIME" not in checked:  # also if it was too short to be observed
                failures.extend(self._check(service, followed.live))
            if not failures:
                return outcome
            previous = self.return_to(service, previous)
        return self._failure(service, revision, previous, followed, failures)

    def return_to(self, service: ServiceDescription, previous: Revision) -> Revision:
        """Move a service to the revision that it ran before, and return this revision.

        Another tool may have deregistered it. Then a copy of it is deployed.

        Raises:
            AccountError: AWS rejected the deployment, or it cannot be followed.
        """
        if not previous.is_active:
            previous = copy_with_images(self.account, previous, {}, {})
        self.say(service, f"returns to {previous.name}")
        self.deploy_revision(service, previous)
        return previous

    def deploy_revision(
        self,
        service: ServiceDescription,
        revision: Revision,
        at_stage: AtStage = lambda _, __: None,
    ) -> Followed:
        """Move a service to a revision, and follow the deployment to its end.

        A deployment that takes too long is stopped.

        Args:
            service: The service.
            revision: The revision.
            at_stage: See `AtStage`.

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
                poll_seconds=self.options.poll_seconds,
            )
            followed = self.follow(service, deployment, at_stage)
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
        at_stage: AtStage = lambda _, __: None,
    ) -> Followed:
        """Follow a deployment of a service, and report each change, see `services.follow`."""
        seconds = self.options.timeout_seconds or timeout_seconds(service)
        last = ""

        def observe(live: Mapping[str, Any], elapsed: float) -> None:
            nonlocal last
            text = describe_progress(live)
            if text != last:
                self.say(service, text)
                last = text
            times = f"{_minutes(elapsed)} of at most {_minutes(seconds)}"
            self.options.progress(service.name, f"{text}, {times}")
            if live["status"] == "IN_PROGRESS" and live.get("lifecycleStage"):
                at_stage(deployment, live)

        try:
            return follow(
                self.account,
                deployment,
                timeout_seconds=seconds,
                includes_hooks=self.options.timeout_seconds is not None,
                poll_seconds=self.options.poll_seconds,
                clock=self.options.clock,
                observe=observe,
            )
        finally:
            self.options.progress(service.name, "")

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
        """Report what an interruption leaves, or roll it back if the options say so."""
        what = "`navra status` shows what runs"
        try:
            what = self._end_interrupted(service, deployment)
        except AccountError as error:  # which must not replace the interruption
            what += f" ({error})"
        finally:  # also if a second signal arrives
            self.say_interrupted(service, what)

    def _end_interrupted(self, service: ServiceDescription, deployment: str) -> str:
        unfinished = self.unfinished(service)
        deployment = deployment or next(iter(unfinished), "")
        if not deployment:
            return "no deployment was started"
        name = deployment.rpartition("/")[2]
        if deployment not in unfinished:
            return f"the deployment {name} has ended, and `navra status` shows what runs"
        if not self.options.rollback_on_interrupt:
            return f"the deployment {name} continues in AWS"
        stop_deployment(self.account, deployment)
        return f"ECS is rolling back the deployment {name}"

    def _check(
        self,
        service: ServiceDescription,
        deployment: Mapping[str, Any],
        header: RequestHeader | None = None,
    ) -> list[str]:
        """Check a service through its load balancer, and return what fails.

        Args:
            service: The service.
            deployment: The deployment whose revision is checked, as AWS describes it.
            header: A header that routes the requests to the new revision.
        """
        smoke = self.options.smoke
        if smoke is None:
            return []
        try:
            live = self.read(service)
            if reason := smoke.reason_for_no_check(service, live):
                self.say(service, f"was not checked, because {reason}")
                return []
            groups = deployed_target_groups(self.account, deployment)
            if not groups and service.strategy != "rolling":
                self.say(service, "the targets of the new revision are not known to ECS")
            failures = list(
                smoke.failures(self.account, service, live, groups=groups, header=header)
            )
        except OperationError as error:
            failures = [error.reason]
        for failure in failures:
            self.say(service, f"the check failed: {failure}")
        if not failures:
            kind = "test requests" if header is not None else "requests"
            self.say(service, f"the {kind} through the load balancer succeeded")
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
            previous = self.return_to(service, previous)
        if self.runs(service, previous):
            return Outcome(Status.FAILED, f"{what}; it runs {previous.name} as before")
        live = self.read(service)
        name = live.revision.rpartition("/")[2]
        if self.unfinished(service):
            return Outcome(Status.UNKNOWN, f"{what}; another deployment, of {name}, is in progress")
        return Outcome(Status.UNKNOWN, f"{what}; it has {name} and {live.describe_tasks()}")


def _minutes(seconds: float) -> str:
    """Return a time as minutes and seconds, for example ``3:05 min``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02} min"
