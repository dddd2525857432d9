"""Rehearse deployments: deploy images with the code of `navra deploy`, and change a setting.

The emulator plays the states of each deployment. No container runs and no time passes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from navra_stacks.account.image_references import parse_image
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.deployment import Deployer
from navra_stacks.deploy.description import (
    FILE_NAME,
    DeploymentDescription,
    ServiceDescription,
)
from navra_stacks.deploy.options import Options
from navra_stacks.deploy.outcome import Outcome, RefusedError, Status
from navra_stacks.deploy.status import read_status
from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.drift import differences
from navra_stacks.rehearsal.emulated_services import EmulatedServices, revision_name
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.pushed_images import PushedImages
from navra_stacks.rehearsal.result import RehearsedDeployment
from navra_stacks.rehearsal.transforms.container_settings import tag_variables, with_variable
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.working_directory import Event, WorkingDirectory

__all__ = ["RehearsedDeployments", "UnexpectedOutcomeError", "pipeline_services"]

FIRST_TAG = "rehearsed-deployment"
FAILED_TAG = "rehearsed-failure"
CHANGED_TAG = "rehearsed-setting"
"""The tags of the images: of the first deployment, the failed one, and the one after a change."""

VARIABLE, VALUE = "NAVRA_REHEARSAL", "changed"
"""The environment variable that is added to a container."""

POLL_SECONDS = 1.0

_TASK_DEFINITION = "aws_ecs_task_definition"
_COPY = "a deployment registered it, and ECS keeps every revision"
_REPLACED = "an apply replaced it, and `skip_destroy` keeps it active for a rollback"


class UnexpectedOutcomeError(NavraError):
    """A phase did not have the required outcome.

    Args:
        expected: What was expected.
        found: What happened.
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, but {found}")


class _Clock:
    """A clock that only a wait advances, so that no time passes."""

    def __init__(self) -> None:
        self._now = 0.0

    def __call__(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        self._now += seconds


def pipeline_services(
    description: DeploymentDescription, document: Mapping[str, Any]
) -> tuple[ServiceDescription, ...]:
    """Return the services of a document whose images a pipeline deploys.

    Raises:
        NavraError: there is none, or the description belongs to another document.
    """
    services = tuple(
        service
        for service in description.services
        if service.deployed_by == "pipeline" and service.containers
    )
    if not services:
        raise NavraError(
            f"{description.stack} has no service whose images a pipeline deploys, so no deployment "
            "can be rehearsed; set deployed_by='pipeline' and no image tag in the settings of a "
            "service"
        )
    parsed = TerraformDocument(document)
    needed = [("aws_ecs_cluster", "name", description.cluster)]
    needed += [("aws_ecs_service", "name", service.service) for service in services]
    needed += [(_TASK_DEFINITION, "family", service.family) for service in services]
    for type_, argument, value in needed:
        if len(parsed.all(type_, **{argument: value})) != 1:
            raise NavraError(
                f"{FILE_NAME} belongs to another document: this one does not have exactly one "
                f"{type_} with the {argument} {value}; write both files with `navra synth`"
            )
    return services


class RehearsedDeployments:
    """Deployments to the services of an applied document, in phases that depend on each other.

    Args:
        description: The environment.
        services: The services whose images a pipeline deploys.
        emulator: The emulated AWS, in which the document is applied.
        terraform: The working directory with the state.
        report: A function that is called with each line of the progress.
        on_event: A function that is called with each event of Terraform.
    """

    def __init__(
        self,
        description: DeploymentDescription,
        services: Sequence[ServiceDescription],
        emulator: Emulator,
        terraform: WorkingDirectory,
        *,
        report: Callable[[str], None],
        on_event: Callable[[Event], None],
    ) -> None:
        self._description = description
        self._services = services
        self._emulator = emulator
        self._terraform = terraform
        self._report = report
        self._on_event = on_event
        self._live = EmulatedServices(description, emulator)
        self._images = PushedImages(emulator)
        self._replaced: set[str] = set()
        self._deployed: dict[str, str] = {}
        """The tag of the last successful deployment, by service."""
        self.results: list[RehearsedDeployment] = []

    def set_omitted_strategies(self, document: Mapping[str, Any], omissions: Sequence[str]) -> None:
        """Set the deployment strategies that an older provider does not support.

        Without them, the emulator would play each deployment as a rolling one.

        Args:
            document: The document.
            omissions: The paths that were omitted because of the provider.
        """
        for service in self._services:
            block = TerraformDocument(document).one("aws_ecs_service", name=service.service)
            path = f"{block.address}.deployment_configuration"
            if service.strategy != "rolling" and any(one.startswith(path) for one in omissions):
                self._live.set_strategy(service)
                self._report(f"{service.name}: has the omitted strategy {service.strategy}")

    def deploy(self) -> None:
        """Deploy an image to all services.

        Raises:
            NavraError: a deployment was not successful, or a service runs another image.
        """
        self._deploy_successfully("deploy", self._services, FIRST_TAG)

    def fail(self) -> None:
        """Deploy an image whose tasks fail to the first service.

        Raises:
            NavraError: the deployment did not fail, or the service does not run what it ran before.
        """
        service = self._services[0]
        before = self._live.revision(service)
        self._images.push(self._live.repositories([service]), FAILED_TAG)
        self._live.script_failure(service)
        outcome = self._deploy("failed deploy", [service], FAILED_TAG)
        after = self._live.revision(service)
        if outcome.status is not Status.FAILED or after != before:
            raise UnexpectedOutcomeError(
                f"the deployment of {service.name} to fail, and {service.name} to run "
                f"{revision_name(before)} as before",
                f"{_ended(outcome)}, and {service.name} has {revision_name(after)}",
            )

    def change_setting(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Apply a new variable of the first service, and bring it into force with a deployment.

        Args:
            document: The applied document.

        Returns:
            The document with the variable.

        Raises:
            NavraError: the apply changes more than task definitions, the status does not list the
                variable as pending, or the deployment does not bring it into force.
        """
        service = self._services[0]
        before = self._live.revision(service)
        container = service.containers[0]
        changed = with_variable(document, service.family, container, VARIABLE, VALUE)
        self._terraform.write(changed)
        self._apply_task_definitions()
        if (after := self._live.revision(service)) != before:
            raise UnexpectedOutcomeError(
                f"the apply to leave {service.name} at {revision_name(before)}",
                f"it has {revision_name(after)}",
            )
        pending = self._pending(service)
        if not any(f"{container}.environment.{VARIABLE} " in line for line in pending):
            raise UnexpectedOutcomeError(
                f"the status of {service.name} to list the variable {VARIABLE} as pending",
                f"it lists {'; '.join(pending) or 'nothing'}",
            )
        self._deploy_successfully("changed setting", [service], CHANGED_TAG)
        variables = self._live.variables(service, container)
        if variables.get(VARIABLE) != VALUE:
            raise UnexpectedOutcomeError(
                f"the deployment to bring the variable {VARIABLE} into force",
                f"{service.name} runs with the variables {', '.join(variables) or '(none)'}",
            )
        if pending := self._pending(service):
            raise UnexpectedOutcomeError(
                f"the deployment to bring all settings of {service.name} into force",
                f"its status lists {'; '.join(pending)}",
            )
        return changed

    def plan_again(self, document: Mapping[str, Any], variables: Mapping[str, Any]) -> None:
        """Plan with the image tags of the first apply, and with those that were deployed.

        Args:
            document: The applied document.
            variables: The values of the document's variables.

        Raises:
            NavraError: a plan is not empty.
        """
        tags = {
            variable: self._deployed[service.name]
            for service in self._services
            for variable in tag_variables(document, service.family, service.containers)
        }
        plans = {"with the tags of the first apply": variables}
        if tags:
            plans["with the tags that were deployed"] = {**variables, **tags}
        for which, values in plans.items():
            self._terraform.set_variables(values)
            if not self._terraform.plan_is_empty(on_event=self._on_event):
                found = differences(self._terraform.last_plan())
                changes = "; ".join(f"{one.address}: {one.argument}" for one in found)
                raise UnexpectedOutcomeError(
                    f"the plan {which} to be empty", f"it has the changes: {changes}"
                )

    def clean_up(self) -> dict[str, str]:
        """Delete the repositories that were created for the images.

        Returns:
            The reason why a revision is still active after the destroy, by its ARN.
        """
        self._images.delete_created_repositories()
        copies = {arn for service in self._services for arn in self._live.copies(service)}
        return dict.fromkeys(self._replaced, _REPLACED) | dict.fromkeys(copies, _COPY)

    def _deploy_successfully(
        self, phase: str, services: Sequence[ServiceDescription], tag: str
    ) -> None:
        """Deploy images to services, and check what they run."""
        digests = self._images.push(self._live.repositories(services), tag)
        outcome = self._deploy(phase, services, tag)
        if outcome.status is not Status.DONE:
            names = ", ".join(service.name for service in services)
            raise UnexpectedOutcomeError(
                f"the deployment of {tag} to {names} to be successful", _ended(outcome)
            )
        for service in services:
            for container, image in self._live.images(service).items():
                repository = parse_image(image).repository
                digest = digests.get(repository)
                expected = f"{repository}@{digest}" if digest else f"{repository}:{tag}"
                if image != expected:
                    raise UnexpectedOutcomeError(
                        f"the container {container} of {service.name} to run {expected}",
                        f"it runs {image}",
                    )
            self._deployed[service.name] = tag

    def _deploy(self, phase: str, services: Sequence[ServiceDescription], tag: str) -> Outcome:
        clock = _Clock()
        # Without `smoke`: the emulated load balancer serves no requests.
        options = Options(poll_seconds=POLL_SECONDS, clock=clock)
        account = self._account(clock)
        targets = {service.name: tag for service in services}
        outcome = Deployer(self._description, account, self._report, options).deploy(targets)
        self.results.append(
            RehearsedDeployment(
                phase=phase,
                targets=targets,
                outcome=outcome.status.name.lower(),
                reason=outcome.reason,
                running={name: outcome.running.get(name, "") for name in targets},
            )
        )
        return outcome

    def _account(self, clock: _Clock) -> DeploymentAccount:
        """Return the emulated account, without the credentials and the AWS files of the user."""
        region = self._description.region
        return DeploymentAccount(
            region,
            account_id=self._emulator.account,
            endpoint_url=self._emulator.endpoint,
            session=self._emulator.session(region),
            sleep=clock.sleep,
        )

    def _apply_task_definitions(self) -> None:
        """Apply the document, which must change task definitions only."""
        expected = "the apply to register a revision of a task definition, and to change no more"
        if self._terraform.plan_is_empty(on_event=self._on_event):
            raise UnexpectedOutcomeError(expected, "the plan is empty")
        changes = [one for one in self._terraform.last_plan().changes if not one.is_no_op]
        others = [one.address for one in changes if one.type != _TASK_DEFINITION]
        if others or not changes:
            found = ", ".join(others) or "no resource"
            raise UnexpectedOutcomeError(expected, f"the plan changes {found}")
        self._replaced |= {str(one.before["arn"]) for one in changes if "arn" in one.before}
        self._terraform.apply(on_event=self._on_event)

    def _pending(self, service: ServiceDescription) -> Sequence[str]:
        """Return the settings of a service that its status lists as pending."""
        try:
            found = read_status(self._description, self._account(_Clock()))
        except RefusedError as error:
            raise NavraError(f"the status of {service.name} cannot be read: {error}") from error
        return next(status.pending for status in found if status.name == service.name)


def _ended(outcome: Outcome) -> str:
    """Return how a deployment ended, as a clause."""
    reason = f": {outcome.reason}" if outcome.reason else ""
    return f"the deployment ended as {outcome.status.name}{reason}"
