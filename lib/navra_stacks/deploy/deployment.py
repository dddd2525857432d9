"""Deploy images to the services of an environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial

from navra_stacks.account.aws_reader import AccountError, OperationError, WrongAccountError
from navra_stacks.deploy.account import DeploymentAccount, LostResponseError
from navra_stacks.deploy.description import (
    DeploymentDescription,
    OneOffTaskDescription,
    ServiceDescription,
)
from navra_stacks.deploy.mover import ServiceMover
from navra_stacks.deploy.one_off_tasks import run_one_off_task
from navra_stacks.deploy.options import Options
from navra_stacks.deploy.outcome import Outcome, RefusedError, Report, Status
from navra_stacks.deploy.planning import (
    PlannedService,
    plan_service,
    refuse_running_tasks,
    same_images,
)
from navra_stacks.deploy.revisions import copy_with_images, read_revision
from navra_stacks.deploy.rollback import roll_back, rollback_target
from navra_stacks.errors import NavraError

__all__ = ["Deployer"]


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
        """Deploy an image to each service in `targets`.

        The migrations of all services run first. If a service fails, those that were moved return
        to the revision that they ran before.

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

    def run(
        self, service: ServiceDescription, task: OneOffTaskDescription, arguments: Sequence[str]
    ) -> Outcome:
        """Run a one-off task with the image that the service runs.

        Args:
            service: The service of the task.
            task: The task.
            arguments: Arguments that are appended to the command of the task.
        """
        mover = self._mover
        try:
            _ = self._account.id
            live = mover.read(service)
            running = read_revision(self._account, live.revision)
            base = mover.newest(service, task.family)
            refuse_running_tasks(mover, service)
        except (RefusedError, WrongAccountError) as error:
            return Outcome(Status.REFUSED, str(error))
        same = same_images(mover, live, running, service)
        images = {name: image.reference for name, image in same.items()}
        try:
            return run_one_off_task(
                mover, service, live, task, base, images=images, tags={}, arguments=arguments
            )
        except LostResponseError as error:
            return Outcome(Status.UNKNOWN, f"{error}; {task.name} may run")
        except OperationError as error:
            return Outcome(Status.REFUSED, str(error))
        except AccountError as error:
            if not self._account.changed:
                raise
            return Outcome(Status.UNKNOWN, f"{error}; {task.name} was not started")

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
        except Exception as error:
            if not self._account.changed:
                raise
            return self._completed(Outcome(Status.UNKNOWN, _describe(error)))
        return self._completed(max(outcomes, key=lambda outcome: outcome.status))

    def _plan(self, targets: Mapping[str, str]) -> list[PlannedService]:
        for name in targets:
            self._description.service(name)
        _ = self._account.id
        return [
            plan_service(self._mover, service, targets[service.name])
            for service in self._description.services
            if service.name in targets
        ]

    # Changes

    def _carry_out(self, planned: Sequence[PlannedService]) -> Outcome:
        ran = any(one.service.one_off_tasks for one in planned)
        try:
            for one in planned:
                if (failure := self._migrate(one)) is not None:
                    return failure
        except Exception as error:
            return self._after_error(planned, error)
        move = self._move_together if self._options.parallel else self._move_in_order
        outcomes = move(planned)
        failures = [one for one in outcomes.values() if one.status is not Status.DONE]
        if not failures:
            return Outcome(Status.DONE)
        outcome = Outcome(
            max(one.status for one in failures), "; ".join(one.reason for one in failures)
        )
        if ran:
            outcome.reason += "; the one-off tasks ran before"
        done = [
            one
            for one in planned
            if (found := outcomes.get(one.service.name)) and found.status is Status.DONE
        ]
        return self._return(done, outcome)

    def _migrate(self, one: PlannedService) -> Outcome | None:
        """Run the one-off tasks of a service with its new image.

        Return the outcome of a failure; None if all succeeded.
        """
        for task in one.service.one_off_tasks:
            base = self._mover.newest(one.service, task.family)
            try:
                outcome = run_one_off_task(
                    self._mover,
                    one.service,
                    one.live,
                    task,
                    base,
                    images=one.references,
                    tags=self._tags(one),
                )
            except LostResponseError as error:
                return Outcome(
                    Status.UNKNOWN, f"{error}; {task.name} may run; no service was moved"
                )
            if outcome.status is Status.FAILED:
                outcome.reason += "; no service was moved, but the schema may be migrated in part"
            if outcome.status is not Status.DONE:
                return outcome
        return None

    def _move_in_order(self, planned: Sequence[PlannedService]) -> dict[str, Outcome]:
        """Move services one after the other, up to the first failure."""
        outcomes: dict[str, Outcome] = {}
        for one in planned:
            outcomes[one.service.name] = self._explained(one, partial(self._move, one))
            if outcomes[one.service.name].status is not Status.DONE:
                break
        return outcomes

    def _move_together(self, planned: Sequence[PlannedService]) -> dict[str, Outcome]:
        """Move services at the same time, and wait until all of them have ended."""
        moves: list[tuple[PlannedService, Future[Outcome]]] = []
        with ThreadPoolExecutor(max(len(planned), 1)) as pool:
            try:
                for one in planned:
                    moves.append((one, pool.submit(self._move_in_thread, one)))
                wait([future for _, future in moves])
            except (KeyboardInterrupt, SystemExit):
                self._account.interrupt_threads()
                raise
        return {one.service.name: self._explained(one, future.result) for one, future in moves}

    def _move_in_thread(self, one: PlannedService) -> Outcome:
        try:
            return self._move(one)
        except KeyboardInterrupt:
            if one.service.name not in self._mover.interrupted:
                self._mover.say_interrupted(one.service, "`navra status` shows what runs")
            raise

    def _move(self, one: PlannedService) -> Outcome:
        """Register the revision of a service, move the service, and follow the deployment."""
        # Another deployment may have started, and Terraform may have registered another revision,
        # while the migrations ran. That tasks of the revision of before do not run is no reason
        # against a deployment: it may repair them.
        is_other = self._mover.read(one.service).revision != one.previous.arn
        if is_other or self._mover.unfinished(one.service):
            raise RefusedError(
                f"{one.service.name} no longer runs {one.previous.name}, because another "
                "deployment has started; it was not moved"
            )
        base = self._mover.newest(one.service, one.service.family)
        if base.arn != one.base.arn:
            self._mover.say(one.service, f"uses the settings of {base.name}, which is newer")
        revision = copy_with_images(self._account, base, one.references, self._tags(one))
        return self._mover.move(one.service, revision, one.previous)

    def _return(self, done: Sequence[PlannedService], outcome: Outcome) -> Outcome:
        """Return the services that were moved before a failure to their previous revisions."""
        for one in reversed(done):
            try:
                previous = self._mover.return_to(one.service, one.previous)
                returned = self._mover.runs(one.service, previous)
            except Exception as error:
                self._mover.say(one.service, _describe(error))
                returned = False
            if not returned:
                outcome = Outcome(
                    Status.UNKNOWN,
                    f"{outcome.reason}; {one.service.name} did not return to {one.previous.name}",
                )
        return outcome

    def _tags(self, one: PlannedService) -> dict[str, str]:
        return one.tags(commit=self._options.commit, actor=self._options.actor)

    # Outcomes

    def _explained(self, one: PlannedService, move: Callable[[], Outcome]) -> Outcome:
        """Return the outcome of the move of a service, also if the move raises an error."""
        try:
            return move()
        except Exception as error:
            return self._after_error([one], error)

    def _after_error(self, planned: Sequence[PlannedService], error: Exception) -> Outcome:
        """Return the outcome of an error: FAILED only if the services run what they ran before.

        An error before the first change is raised again.
        """
        if not self._account.changed:
            raise error
        what = _describe(error)
        try:
            is_as_before = not isinstance(error, LostResponseError) and all(
                self._mover.runs(one.service, one.previous) for one in planned
            )
        except Exception as unreadable:
            return Outcome(
                Status.UNKNOWN, f"{what}; what runs is not known: {_describe(unreadable)}"
            )
        if is_as_before:
            return Outcome(
                Status.FAILED, f"{what}; the services still run their previous revisions"
            )
        return Outcome(Status.UNKNOWN, f"{what}; `navra status` shows what runs")

    def _report_interruption(self) -> None:
        """Report what an interruption leaves, as the last line."""
        if not self._account.changed:
            self._report("interrupted: nothing was changed")
        elif not self._mover.interrupted:
            self._report("interrupted: `navra status` shows what runs")

    def _completed(self, outcome: Outcome) -> Outcome:
        """Add what each service runs to an outcome."""
        outcome.running = self._mover.running()
        return outcome


def _describe(error: Exception) -> str:
    """Return the message of an error; with its type if it is not an expected one."""
    return str(error) if isinstance(error, NavraError | RefusedError) else repr(error)
