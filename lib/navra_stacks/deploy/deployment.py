"""Deploy images to the services of an environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from navra_stacks.account.aws_reader import AccountError, OperationError, WrongAccountError
from navra_stacks.deploy.account import DeploymentAccount, LostResponseError
from navra_stacks.deploy.description import (
    DeploymentDescription,
    OneOffTaskDescription,
    ServiceDescription,
)
from navra_stacks.deploy.differences import describe_differences
from navra_stacks.deploy.images import DeployedImage, resolve_image
from navra_stacks.deploy.mover import ServiceMover
from navra_stacks.deploy.options import Options
from navra_stacks.deploy.outcome import Outcome, RefusedError, Report, Status
from navra_stacks.deploy.revisions import (
    TAG_TAG,
    Revision,
    copy_with_images,
    deployment_tags,
    newest_of_terraform,
    read_revision,
)
from navra_stacks.deploy.rollback import roll_back, rollback_target
from navra_stacks.deploy.services import EcsService, running_digests
from navra_stacks.deploy.tasks import run_task
from navra_stacks.errors import NavraError

__all__ = ["Deployer"]


@dataclass
class _Planned:
    """A service to deploy, with the image and the revision that runs before."""

    service: ServiceDescription
    live: EcsService
    images: Mapping[str, DeployedImage]
    """The image by the name of the container."""
    base: Revision
    previous: Revision


class Deployer:
    """Deploys images to services, in the order of the description.

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
        self._description = description
        self._account = account
        self._report = report
        self._options = options
        self._mover = ServiceMover(description, account, report, options)

    def deploy(self, targets: Mapping[str, str], *, dry_run: bool = False) -> Outcome:
        """Deploy an image to each service in `targets`, one after the other.

        The migrations of all services run first. If a service fails, those before it return to the
        revision that they ran before.

        Args:
            targets: The tag of the image, or ``@`` and its digest, by the name of the service;
                empty for the image that the service runs.
            dry_run: Whether to only read and report.

        Returns:
            The outcome. Only a confirmed success has the status DONE.

        Raises:
            NavraError: a service, an image or its architecture is wrong; nothing was changed.
            AccountError: the account cannot be read; nothing was changed.
        """
        try:
            planned = self._plan(targets)
            if dry_run:
                return self._completed(Outcome(Status.DONE))
            return self._completed(self._carry_out(planned))
        except (RefusedError, WrongAccountError) as error:
            return Outcome(Status.REFUSED, str(error))
        except (KeyboardInterrupt, SystemExit):
            self._report_interruption()
            raise

    def _report_interruption(self) -> None:
        """Report what an interruption leaves, as the last line."""
        if not self._account.changed:
            self._report("interrupted: nothing was changed")
        elif not self._mover.reported_interruption:
            self._report("interrupted: `navra status` shows what runs")

    def _carry_out(self, planned: Sequence[_Planned]) -> Outcome:
        done: list[_Planned] = []
        ran = any(one.service.one_off_tasks for one in planned)
        try:
            for one in planned:
                if (failure := self._migrate(one)) is not None:
                    return failure
        except Exception as error:
            return self._after_error(planned, error)
        for one in planned:
            try:
                outcome = self._move(one)
            except Exception as error:
                outcome = self._after_error([one], error)
            if outcome.status is not Status.DONE:
                if ran:
                    outcome.reason += "; the one-off tasks ran before"
                return self._return(done, outcome)
            done.append(one)
        return Outcome(Status.DONE)

    def _after_error(self, planned: Sequence[_Planned], error: Exception) -> Outcome:
        """Return the outcome of an error: FAILED only if the services run what they ran before.

        An error before the first change is raised again.
        """
        if not self._account.changed:
            raise error
        what = str(error) if isinstance(error, AccountError | RefusedError) else repr(error)
        try:
            is_as_before = not isinstance(error, LostResponseError) and all(
                self._mover.runs(one.service, one.previous) for one in planned
            )
        except (AccountError, RefusedError) as unreadable:
            return Outcome(Status.UNKNOWN, f"{what}; what runs is not known: {unreadable}")
        if is_as_before:
            return Outcome(Status.FAILED, f"{what}; the services run what they ran before")
        return Outcome(Status.UNKNOWN, f"{what}; `navra status` shows what runs")

    def run(
        self, service: ServiceDescription, task: OneOffTaskDescription, arguments: Sequence[str]
    ) -> Outcome:
        """Run a one-off task with the image that the service runs.

        Args:
            service: The service of the task.
            task: The task.
            arguments: Arguments that are appended to the command of the task.
        """
        try:
            _ = self._account.id
            live = self._mover.read(service)
            running = read_revision(self._account, live.revision)
            base = newest_of_terraform(self._account, task.family)
            self._refuse_running(service)
        except (RefusedError, WrongAccountError) as error:
            return Outcome(Status.REFUSED, str(error))
        images = {
            name: image.reference for name, image in self._same_images(running, service).items()
        }
        try:
            failure = self._run(service, live, task, base, images, {}, arguments, "")
        except LostResponseError as error:
            return Outcome(Status.UNKNOWN, f"{error}; {task.name} may run")
        except OperationError as error:
            return Outcome(Status.REFUSED, str(error))
        return failure or Outcome(Status.DONE)

    def _refuse_running(self, service: ServiceDescription) -> None:
        """Refuse to start a one-off task of a service while one of them runs.

        Raises:
            RefusedError: a one-off task runs.
        """
        for task in service.one_off_tasks:
            found = self._account.request(
                "ecs",
                "list_tasks",
                cluster=self._description.cluster,
                family=task.family,
                desiredStatus="RUNNING",
            )
            if found["taskArns"]:
                raise RefusedError(
                    f"the one-off task {task.name} of {service.name} runs "
                    f"({found['taskArns'][0].rpartition('/')[2]}); wait until it has stopped"
                )

    def rollback(self, names: Sequence[str], *, to: str = "") -> Outcome:
        """Return services to the revision of their last successful deployment.

        A deployment in progress is stopped, and ECS rolls it back. Nothing is deregistered.

        Args:
            names: The names of the services.
            to: The number or name of a revision; empty for the last successful one.
        """
        services = [self._description.service(name) for name in dict.fromkeys(names)]
        if not services:
            raise NavraError(f"{self._description.stack} has no service that a pipeline deploys")
        try:
            _ = self._account.id
            targets = [rollback_target(self._mover, service, to) for service in services]
            outcomes = [roll_back(self._mover, target) for target in targets]
        except (KeyboardInterrupt, SystemExit):
            self._report_interruption()
            raise
        except (RefusedError, WrongAccountError) as error:
            status = Status.UNKNOWN if self._account.changed else Status.REFUSED
            return self._completed(Outcome(status, str(error)))
        except AccountError as error:
            if not self._account.changed:
                raise
            return self._completed(Outcome(Status.UNKNOWN, str(error)))
        return self._completed(max(outcomes, key=lambda outcome: outcome.status))

    # Planning: only reads

    def _plan(self, targets: Mapping[str, str]) -> list[_Planned]:
        for name in targets:
            self._description.service(name)
        _ = self._account.id
        return [
            self._plan_service(service, targets[service.name])
            for service in self._description.services
            if service.name in targets
        ]

    def _plan_service(self, service: ServiceDescription, image: str) -> _Planned:
        if service.deployed_by != "pipeline":
            raise RefusedError(
                f"Terraform deploys the service {service.name}: apply with another image tag, or "
                "set deployed_by='pipeline' in its settings"
            )
        if not service.containers:
            raise RefusedError(
                f"the settings of the service {service.name} contain the image tag; remove it from "
                "the settings to deploy images"
            )
        live = self._mover.read(service)
        self._refuse_running(service)
        if busy := self._mover.unfinished(service):
            raise RefusedError(
                f"a deployment of {service.name} is in progress ({busy[0].rpartition('/')[2]}); "
                "wait until it has ended, or stop it with `navra rollback`"
            )
        base = newest_of_terraform(self._account, service.family)
        previous = read_revision(self._account, live.revision)
        images = (
            {
                container: resolve_image(
                    self._account, base.repository(container), image, service.architecture
                )
                for container in service.containers
            }
            if image
            else self._same_images(previous, service)
        )
        self._mover.say(service, f"runs {previous.name}, {live.describe_tasks()}")
        what = image or "the image that it runs"
        self._mover.say(service, f"deploys {what} with the settings of {base.name}")
        references = {name: one.reference for name, one in images.items()}
        for line in describe_differences(previous, base, references):
            self._mover.say(service, f"  {line}")
        return _Planned(service, live, images, base, previous)

    def _same_images(
        self, running: Revision, service: ServiceDescription
    ) -> dict[str, DeployedImage]:
        """Return the images that a service runs, by their digests if ECS has them."""
        label = running.tags.get(TAG_TAG, "")
        digests = running_digests(self._account, self._description.cluster, service.service)
        return {
            container: DeployedImage(
                f"{running.repository(container)}@{digests[container]}"
                if container in digests
                else running.images[container],
                label,
            )
            for container in service.containers
            if container in running.images
        }

    # Changes

    def _migrate(self, one: _Planned) -> Outcome | None:
        """Run the one-off tasks of a service with its new image.

        Return the outcome of a failure; None if all succeeded.
        """
        for task in one.service.one_off_tasks:
            base = newest_of_terraform(self._account, task.family)
            images = {
                name: image.reference for name, image in one.images.items() if name in base.images
            }
            tags = self._tags(one)
            after = "; no service was moved, but the schema may be migrated in part"
            failure = self._run(one.service, one.live, task, base, images, tags, (), after)
            if failure is not None:
                return failure
        return None

    def _run(
        self,
        service: ServiceDescription,
        live: EcsService,
        task: OneOffTaskDescription,
        base: Revision,
        images: Mapping[str, str],
        tags: Mapping[str, str],
        arguments: Sequence[str],
        after_failure: str,
    ) -> Outcome | None:
        revision = copy_with_images(self._account, base, images, tags)
        self._mover.say(service, f"runs the one-off task {task.name} as {revision.name}")
        try:
            result = run_task(
                self._account,
                self._description.cluster,
                revision,
                container=task.container,
                service=live.live,
                arguments=arguments,
                timeout_seconds=self._options.migration_timeout_seconds,
                poll_seconds=self._options.poll_seconds,
                clock=self._options.clock,
                report=lambda line: self._mover.say(service, line),
            )
        except (KeyboardInterrupt, SystemExit):
            self._mover.reported_interruption = True
            self._mover.say(
                service, f"interrupted: {task.name} may still run in AWS; no service was moved"
            )
            raise
        if result.succeeded:
            self._mover.say(service, f"{task.name} succeeded")
            return None
        if result.is_running:
            return Outcome(
                Status.UNKNOWN,
                f"the task {result.task} of {task.name} {result.reason}; no service was moved",
            )
        return Outcome(
            Status.FAILED,
            f"{task.name} failed: {result.reason}{after_failure}",
        )

    def _move(self, one: _Planned) -> Outcome:
        """Register the revision of a service, move the service, and follow the deployment."""
        # Another deployment may have started, and Terraform may have registered another revision,
        # while the migrations ran.
        if not self._mover.runs(one.service, one.previous):
            raise RefusedError(
                f"{one.service.name} no longer runs {one.previous.name}, because another "
                "deployment has started; it was not moved"
            )
        base = newest_of_terraform(self._account, one.service.family)
        if base.arn != one.base.arn:
            self._mover.say(one.service, f"uses the settings of {base.name}, which is newer")
        references = {name: image.reference for name, image in one.images.items()}
        revision = copy_with_images(self._account, base, references, self._tags(one))
        return self._mover.move(one.service, revision, one.previous)

    def _return(self, done: Sequence[_Planned], outcome: Outcome) -> Outcome:
        """Return the services that were moved before a failure to their previous revisions."""
        for one in reversed(done):
            self._mover.say(one.service, f"returns to {one.previous.name}")
            try:
                self._mover.deploy_revision(one.service, one.previous)
                returned = self._mover.runs(one.service, one.previous)
            except (AccountError, RefusedError) as error:
                self._mover.say(one.service, str(error))
                returned = False
            if not returned:
                outcome = Outcome(
                    Status.UNKNOWN,
                    f"{outcome.reason}; {one.service.name} did not return to {one.previous.name}",
                )
        return outcome

    def _tags(self, one: _Planned) -> dict[str, str]:
        label = next((image.label for image in one.images.values()), "")
        options = self._options
        return deployment_tags(label, commit=options.commit, actor=options.actor)

    def _completed(self, outcome: Outcome) -> Outcome:
        """Add what each service runs to an outcome."""
        outcome.running = self._mover.running()
        return outcome
