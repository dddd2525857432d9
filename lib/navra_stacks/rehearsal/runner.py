"""Rehearses a document: applies it for real to an emulated AWS, and destroys it again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.drift import differences
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.fixtures.seeding import establish
from navra_stacks.rehearsal.interrupted_apply import Interruption
from navra_stacks.rehearsal.leftovers import classify_leftovers
from navra_stacks.rehearsal.progress import line_of
from navra_stacks.rehearsal.result import Difference, Interrupted, Leftover, Phase, Rehearsal
from navra_stacks.rehearsal.transforms.account_region import account_of, defaults, region_of
from navra_stacks.rehearsal.transforms.deletion_protection import without_protections
from navra_stacks.rehearsal.transforms.placeholder_values import stand_ins
from navra_stacks.rehearsal.transforms.unsupported_blocks import strip_unsupported
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.provider_override import loopback_only, point_at_emulator, without_aws
from navra_stacks.terraform.working_directory import Event, TerraformError, Workspace

__all__ = ["RehearsalContext", "rehearse"]


@dataclass(frozen=True, slots=True)
class RehearsalContext:
    """Where a rehearsal takes place, for those who look around while it stands."""

    emulator: Emulator
    directory: Path
    """Where Terraform ran, and its state lies."""

    region: str
    variables: Mapping[str, str]
    """The variables by which Terraform, or the AWS command, speaks to the emulator alone."""


def rehearse(
    document: Mapping[str, Any],
    *,
    terraform: Terraform,
    provider: Provider,
    directory: Path,
    stack: str = "",
    variables: Mapping[str, Any] | None = None,
    interruption: str | None = None,
    keep: Callable[[RehearsalContext, Rehearsal], None] | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Rehearsal:
    """Apply `document` to an empty emulated AWS, plan again, destroy, and look what is left.

    Args:
        document: Terraform JSON, of any origin; a copy of it is run.
        terraform: Which Terraform.
        provider: Which AWS provider; what it lacks of the document is left out, and listed.
        directory: An empty one, for Terraform.
        stack: What the document is called in the result.
        variables: Values of the document's variables; others without a default get stand-ins.
        interruption: How the apply is interrupted, one of :data:`interruption.KINDS`.
        keep: Called when all but the destroy is done, or something failed; the emulator stands
            until it returns, and nothing is destroyed.
        on_progress: Called with a line for each thing that happens.

    Returns:
        What came out. A failure of Terraform's is in it, and raises nothing.

    Raises:
        NavraError: the document cannot be rehearsed: a variable or a data source has no stand-in.
    """
    values = dict(variables or {})
    made_up = stand_ins(document, values)
    values |= made_up
    region, account = region_of(document, values), account_of(document, values)
    with Emulator(account) as emulator:
        run = _Run(
            # To install the provider, Terraform may reach a registry: with nobody's credentials.
            workspace=Workspace(terraform, provider, directory, without_aws()),
            emulator=emulator,
            region=region,
            values=values,
            on_progress=on_progress,
        )
        run.prepare(document)
        try:
            run.apply(interruption)
            if keep is None:
                run.destroy()
        except NavraError as error:
            said = error.said if isinstance(error, TerraformError) else str(error)
            run.failure = f"{run.phase}: {said.strip()}"
        result = run.result(stack, made_up)
        if keep is not None:
            speaking = loopback_only(emulator.endpoint)
            keep(RehearsalContext(emulator, directory, region, speaking), result)
        return result


@dataclass(slots=True)
class _Run:
    """A rehearsal that goes on, and what it has found so far."""

    workspace: Workspace
    emulator: Emulator
    region: str
    values: Mapping[str, Any]
    on_progress: Callable[[str], None]
    document: Mapping[str, Any] = field(default_factory=dict)
    phases: list[Phase] = field(default_factory=list)
    phase: str = ""
    failure: str = ""
    provider: str = ""
    creations: int = 0
    resources: int = 0
    omissions: tuple[str, ...] = ()
    preconditions: tuple[str, ...] = ()
    lifted: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    left: tuple[Leftover, ...] = ()
    kept: tuple[Leftover, ...] = ()
    interrupted: Interrupted | None = None
    is_whole: bool = False

    def prepare(self, document: Mapping[str, Any]) -> None:
        """Everything that comes before the first plan."""
        with self._phase("init"):
            copy, not_run = strip_unsupported(document)
            fitted = self.workspace.fitted(point_at_emulator(copy))
            self.document, self.omissions = fitted.document, (*not_run, *fitted.omissions)
            self.workspace.write(self.document)
            self.workspace.given(self.values)
            self.workspace.init()
            self.provider = self.workspace.installed_version()
        self.workspace.confine(loopback_only(self.emulator.endpoint))
        with self._phase("preconditions"):
            read = TerraformDocument(self.document)
            values = defaults(self.document) | dict(self.values)
            self.preconditions = establish(read, self.emulator, self.region, values)
            self.emulator.remember()

    def apply(self, interruption: str | None) -> None:
        """Validate, plan, apply, and plan again."""
        with self._phase("validate"):
            if errors := [one for one in self.workspace.validate() if one.startswith("error")]:
                raise TerraformError(("validate",), "\n".join(errors))
        with self._phase("plan"):
            self.workspace.changes_nothing(on_event=self._watch)
        if interruption is None:
            with self._phase("apply"):
                self.workspace.apply(on_event=self._watch)
        else:
            self._apply_interrupted(interruption)
        self.resources = len(self.workspace.state_file.recorded())
        with self._phase("second plan"):
            if not self.workspace.changes_nothing(on_event=self._watch):
                self.differences = tuple(differences(self.workspace.planned()))

    def destroy(self) -> None:
        """Destroy everything without its protections, and look what is left of it."""
        with self._phase("destroy"):
            unprotected = without_protections(self.document)
            self.lifted = unprotected.told
            self.workspace.write(unprotected.document)
            if unprotected.needs_apply:
                self.workspace.apply_at_once("-refresh=false", on_event=self._watch)
            self.workspace.destroy("-refresh=false", on_event=self._watch)
        with self._phase("last look"):
            lost = self.interrupted is not None and self.interrupted.kind == "lost"
            self.left, self.kept = classify_leftovers(self.emulator.since(), answers_were_lost=lost)
        self.is_whole = True

    def result(self, stack: str, made_up: Mapping[str, Any]) -> Rehearsal:
        """What was found."""
        return Rehearsal(
            stack=stack,
            resources=self.resources or len(self.workspace.state_file.recorded()),
            phases=tuple(self.phases),
            provider=self.provider,
            omissions=self.omissions,
            stand_ins=made_up,
            preconditions=self.preconditions,
            lifted=self.lifted,
            differences=self.differences,
            left=self.left,
            kept=self.kept,
            failure=self.failure,
            is_whole=self.is_whole,
            interrupted=self.interrupted,
        )

    def _apply_interrupted(self, kind: str) -> None:
        with self._phase("interrupted apply"):
            interruption = Interruption(
                kind, self.workspace, self.emulator, self.document, self.region, self.values
            )
            interruption.strike(after=max(1, self.creations // 2), on_event=self._watch)
        with self._phase("apply"):
            self.interrupted = interruption.converge(on_event=self._watch)

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
        if (line := line_of(event)) is not None:
            self.on_progress(f"  {line}")
