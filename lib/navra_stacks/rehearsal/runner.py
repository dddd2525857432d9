"""Rehearse a document: apply it to an emulated AWS with real Terraform, and destroy it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from navra_stacks.deploy.description import DeploymentDescription, ServiceDescription
from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.deployments import RehearsedDeployments, pipeline_services
from navra_stacks.rehearsal.drift import differences
from navra_stacks.rehearsal.emulator.client import ACCOUNT, Emulator
from navra_stacks.rehearsal.fixtures.seeding import seed
from navra_stacks.rehearsal.interrupted_apply import InterruptedApply
from navra_stacks.rehearsal.leftovers import classify_leftovers
from navra_stacks.rehearsal.progress import format_event
from navra_stacks.rehearsal.result import (
    Difference,
    InterruptionResult,
    Leftover,
    Phase,
    Rehearsal,
)
from navra_stacks.rehearsal.transforms.account_region import (
    AccountRegionError,
    provider_account,
    provider_region,
    variable_defaults,
)
from navra_stacks.rehearsal.transforms.deletion_protection import without_protections
from navra_stacks.rehearsal.transforms.placeholder_values import placeholder_values
from navra_stacks.rehearsal.transforms.unsupported_blocks import strip_unsupported
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.provider_crash import ProviderCrash
from navra_stacks.terraform.provider_override import (
    DEFAULT_REGION,
    emulator_environment,
    point_at_emulator,
    without_aws_variables,
)
from navra_stacks.terraform.working_directory import Event, TerraformError, WorkingDirectory

if TYPE_CHECKING:
    from navra_stacks.rehearsal.applied_tasks import AppliedTasks

__all__ = ["RehearsalContext", "rehearse"]


@dataclass(frozen=True, slots=True)
class RehearsalContext:
    """The running emulator and Terraform's working directory, for an inspection by the caller."""

    emulator: Emulator
    directory: Path
    """Terraform's working directory, with the state."""

    region: str
    variables: Mapping[str, str]
    """Environment variables that connect Terraform or the AWS CLI to the emulator only."""


def rehearse(
    document: Mapping[str, Any],
    *,
    terraform: Terraform,
    provider: Provider,
    directory: Path,
    stack: str = "",
    variables: Mapping[str, Any] | None = None,
    interruption: str | None = None,
    deployment: DeploymentDescription | None = None,
    tasks: AppliedTasks | None = None,
    inspect: Callable[[RehearsalContext, Rehearsal], None] | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Rehearsal:
    """Apply `document` to an empty emulated AWS, plan again, destroy, and check for leftovers.

    With `deployment`, images are deployed between the second plan and the destroy, if the plan was
    empty.

    Args:
        document: Terraform JSON from any source. A copy is applied.
        terraform: The Terraform to run.
        provider: The AWS provider. Arguments and types that it does not support are omitted, and
            listed in the result.
        directory: An empty directory for Terraform.
        stack: The name of the document in the result.
        variables: Values of the document's variables. Variables without a value or a default get
            placeholder values.
        interruption: How to interrupt the apply: one of :data:`interrupted_apply.KINDS`, or None.
        deployment: The description of the environment, to rehearse deployments to its services
            after the second plan; None for no deployments.
        tasks: How to run the tasks of the document after the second plan; None for not.
        inspect: A function that is called instead of the destroy, also after a failure. The
            emulator runs until the function returns.
        on_progress: A function that is called with a line of text when a phase begins, and when a
            resource is complete or has failed.

    Returns:
        The result. A failure in a phase after ``seed`` is part of the result.

    Raises:
        NavraError: the rehearsal failed before its phase ``validate``. For example, no placeholder
            value is valid for a variable, Terraform cannot be initialised, or a data source cannot
            be seeded. Or `deployment` has no service whose images a pipeline deploys, or belongs to
            another document.
    """
    services = () if deployment is None else pipeline_services(deployment, document)
    values = dict(variables or {})
    placeholders = placeholder_values(
        document,
        values,
        account=_without_placeholders(provider_account, document, values) or ACCOUNT,
        region=_without_placeholders(provider_region, document, values) or DEFAULT_REGION,
    )
    values |= placeholders
    region, account = provider_region(document, values), provider_account(document, values)
    with Emulator(account) as emulator:
        run = _Run(
            # To install the provider, Terraform may use a registry, but without AWS credentials.
            terraform=WorkingDirectory(terraform, provider, directory, without_aws_variables()),
            emulator=emulator,
            region=region,
            variables=values,
            on_progress=on_progress,
        )
        run.prepare(document)
        try:
            run.apply(interruption)
            if tasks is not None and not run.differences:
                run.run_tasks(tasks, document, stack)
            if deployment is not None and not run.differences:
                run.deploy(deployment, services)
            if inspect is None:
                run.destroy()
        except NavraError as error:
            output = error.output if isinstance(error, TerraformError) else str(error)
            run.failure = f"{run.phase}: {output.strip()}"
            run.crash = error.crash if isinstance(error, TerraformError) else None
        result = run.result(stack, placeholders)
        if inspect is not None:
            environment = emulator_environment(emulator.endpoint)
            inspect(RehearsalContext(emulator, directory, region, environment), result)
        return result


def _without_placeholders(
    find: Callable[[Mapping[str, Any], Mapping[str, Any]], str],
    document: Mapping[str, Any],
    values: Mapping[str, Any],
) -> str | None:
    """Return the account or the Region; None if it depends on the placeholder of a variable."""
    try:
        return find(document, values)
    except AccountRegionError:
        return None


@dataclass(slots=True)
class _Run:
    """A running rehearsal, with its results so far."""

    terraform: WorkingDirectory
    emulator: Emulator
    region: str
    variables: Mapping[str, Any]
    on_progress: Callable[[str], None]
    document: Mapping[str, Any] = field(default_factory=dict)
    phases: list[Phase] = field(default_factory=list)
    phase: str = ""
    failure: str = ""
    crash: ProviderCrash | None = None
    provider: str = ""
    creations: int = 0
    resources: int = 0
    omissions: tuple[str, ...] = ()
    seeded: tuple[str, ...] = ()
    removed_protections: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    expected_leftovers: tuple[Leftover, ...] = ()
    interruption: InterruptionResult | None = None
    deployments: RehearsedDeployments | None = None
    tasks: Mapping[str, Any] | None = None
    is_complete: bool = False

    def prepare(self, document: Mapping[str, Any]) -> None:
        """Initialise Terraform, and create the resources that the document requires to exist."""
        with self._phase("init"):
            copy, unsupported = strip_unsupported(document)
            adapted = self.terraform.adapt_to_provider(point_at_emulator(copy))
            self.document = adapted.document
            self.omissions = (*unsupported, *adapted.omissions)
            self.terraform.write(self.document)
            self.terraform.set_variables(self.variables)
            self.terraform.init()
            self.provider = self.terraform.installed_version()
        self.terraform.set_environment(emulator_environment(self.emulator.endpoint))
        with self._phase("seed"):
            values = variable_defaults(self.document) | dict(self.variables)
            parsed = TerraformDocument(self.document)
            self.seeded = seed(parsed, self.emulator, self.region, values)
            self.emulator.take_snapshot()

    def apply(self, interruption: str | None) -> None:
        """Validate, plan, apply, and plan again."""
        with self._phase("validate"):
            diagnostics = self.terraform.validate()
            if errors := [message for message in diagnostics if message.startswith("error")]:
                raise TerraformError(("validate",), "\n".join(errors))
        with self._phase("plan"):
            self.terraform.plan_is_empty(on_event=self._watch)
        if interruption is None:
            with self._phase("apply"):
                self.terraform.apply(on_event=self._watch)
        else:
            self._apply_interrupted(interruption)
        self.resources = len(self.terraform.state_file.resources())
        with self._phase("second plan"):
            if not self.terraform.plan_is_empty(on_event=self._watch):
                self.differences = tuple(differences(self.terraform.last_plan()))

    def run_tasks(self, tasks: AppliedTasks, document: Mapping[str, Any], stack: str) -> None:
        """Run the tasks, and send a request through each route."""
        applied = {**self.terraform.state_file.attributes(), "var": self.variables}
        with self._phase("tasks"):
            result = tasks.run(
                document,
                stack,
                applied,
                self.emulator,
                self.region,
                report=lambda line: self.on_progress(f"  {line}"),
            )
            self.tasks = result.as_json()

    def deploy(
        self, description: DeploymentDescription, services: Sequence[ServiceDescription]
    ) -> None:
        """Deploy images, fail a deployment, change a setting, and plan again."""
        self.deployments = deployments = RehearsedDeployments(
            description,
            services,
            self.emulator,
            self.terraform,
            report=lambda line: self.on_progress(f"  {line}"),
            on_event=self._watch,
        )
        with self._phase("deploy"):
            deployments.set_omitted_strategies(self.document, self.omissions)
            deployments.deploy()
        with self._phase("failed deploy"):
            deployments.fail()
        with self._phase("changed setting"):
            self.document = deployments.change_setting(self.document)
        with self._phase("plan after deployments"):
            deployments.plan_again(self.document, self.variables)

    def destroy(self) -> None:
        """Turn off deletion protection, destroy all resources, and check for leftovers."""
        with self._phase("destroy"):
            revisions = {} if self.deployments is None else self.deployments.clean_up()
            unprotected = without_protections(self.document)
            self.removed_protections = unprotected.changes
            self.terraform.write(unprotected.document)
            if unprotected.needs_apply:
                # A plan of the other resources can take long: Terraform compares a web ACL for ten
                # seconds.
                targets = (f"-target={address}" for address in unprotected.addresses)
                self.terraform.plan_and_apply("-refresh=false", *targets, on_event=self._watch)
            self.terraform.destroy("-refresh=false", on_event=self._watch)
        with self._phase("leftover check"):
            lost = self.interruption is not None and self.interruption.kind == "lost"
            self.leftovers, self.expected_leftovers = classify_leftovers(
                self.emulator.created_since_snapshot(),
                responses_were_lost=lost,
                active_revisions=revisions,
            )
        self.is_complete = True

    def result(self, stack: str, placeholders: Mapping[str, Any]) -> Rehearsal:
        """Return the result so far."""
        return Rehearsal(
            stack=stack,
            resources=self.resources or len(self.terraform.state_file.resources()),
            phases=tuple(self.phases),
            provider=self.provider,
            omissions=self.omissions,
            placeholder_values=placeholders,
            seeded=self.seeded,
            removed_protections=self.removed_protections,
            differences=self.differences,
            leftovers=self.leftovers,
            expected_leftovers=self.expected_leftovers,
            failure=self.failure,
            crash=self.crash,
            is_complete=self.is_complete,
            interruption=self.interruption,
            deployments=() if self.deployments is None else tuple(self.deployments.results),
            tasks=self.tasks,
        )

    def _apply_interrupted(self, kind: str) -> None:
        with self._phase("interrupted apply"):
            interrupted = InterruptedApply(
                kind, self.terraform, self.emulator, self.document, self.region, self.variables
            )
            interrupted.interrupt(after=max(1, self.creations // 2), on_event=self._watch)
        with self._phase("apply"):
            self.interruption = interrupted.converge(on_event=self._watch)

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        self.phase = name
        self.on_progress(f"{name} ...")
        start = time.monotonic()
        try:
            yield
        finally:
            self.phases.append(Phase(name, round(time.monotonic() - start, 1)))

    def _watch(self, event: Event) -> None:
        if self.phase == "plan" and event.get("type") == "change_summary":
            self.creations = event["changes"]["add"]
        if (line := format_event(event)) is not None:
            self.on_progress(f"  {line}")
