"""Upgrade a stack in the emulator: apply its previous document, then plan and apply the present."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navra_stacks.guard.allow_list import AllowList, Waiver
from navra_stacks.guard.evaluation import evaluate
from navra_stacks.guard.violations import action_of
from navra_stacks.rehearsal.drift import differences
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.fixtures.seeding import seed
from navra_stacks.rehearsal.result import Difference
from navra_stacks.rehearsal.transforms.account_region import (
    provider_account,
    provider_region,
    variable_defaults,
)
from navra_stacks.rehearsal.transforms.placeholder_values import placeholder_values
from navra_stacks.rehearsal.transforms.unsupported_blocks import strip_unsupported
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.provider_override import (
    emulator_environment,
    point_at_emulator,
    without_aws_variables,
)
from navra_stacks.terraform.working_directory import TerraformError, WorkingDirectory

__all__ = ["Upgrade", "expected_changes", "problems", "upgrade"]

LOSSES = ("replace", "delete", "forget")
"""The actions after which a resource of the previous document no longer exists in the state."""

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Upgrade:
    """The plan of an upgrade, and what is left to change after its apply."""

    plan: Plan
    """The plan of the present document over the state of the previous document."""

    differences: Sequence[Difference]
    """The changes in another plan after the apply."""

    failure: str = ""
    """The error output of an apply that failed; empty if it succeeded."""


def upgrade(
    previous: Document,
    present: Document,
    *,
    installed: tuple[Terraform, Provider],
    directory: Path,
) -> Upgrade:
    """Apply `previous` to an empty emulated AWS, then plan `present` over its state, and apply it.

    The variables of both documents have the same values. Arguments that the installed provider does
    not support are omitted from both documents, as in a rehearsal.
    """
    terraform, provider = installed
    values = placeholder_values(previous, {})
    values |= placeholder_values(present, values)
    with Emulator(provider_account(previous, values)) as emulator:
        # To install the provider, Terraform may use a registry, but without AWS credentials.
        workspace = WorkingDirectory(terraform, provider, directory, without_aws_variables())
        old, new = _adapted(workspace, previous), _adapted(workspace, present)
        workspace.write(old)
        workspace.init()
        workspace.set_environment(emulator_environment(emulator.endpoint))
        lookups = _all_lookups(old, new)
        known = variable_defaults(lookups) | values
        seed(TerraformDocument(lookups), emulator, provider_region(previous, values), known)
        workspace.set_variables(_declared(values, old))
        workspace.plan_and_apply()
        workspace.write(new)
        workspace.set_variables(_declared(values, new))
        is_empty = workspace.plan_is_empty()
        plan = workspace.last_plan()
        if not is_empty:
            try:
                workspace.apply()
            except TerraformError as error:
                return Upgrade(plan, (), error.output)
            is_empty = workspace.plan_is_empty()
        return Upgrade(plan, () if is_empty else tuple(differences(workspace.last_plan())))


def problems(plan: Plan, expected: Iterable[Waiver]) -> Iterator[str]:
    """Yield what is wrong with the plan of an upgrade.

    Args:
        plan: The plan of the present document over the state of the previous document.
        expected: The expected changes. Each allows to replace or destroy resources or to remove
            them from the state, or another change that the guard refuses.
    """
    waivers = tuple(expected)
    changes = [(change.address, action_of(change)) for change in plan.changes]
    listed = {
        change: [waiver for waiver in waivers if waiver.matches(*change)] for change in changes
    }
    lost = [change for change in changes if change[1] in LOSSES and not listed[change]]
    for address, action in lost:
        yield f"{address}: {action}: not listed as expected"
    for finding in evaluate(plan, allow=waivers).refused:
        if (finding.address, finding.action) not in lost:
            yield f"{finding.address}: {finding.action}: refused by the guard: {finding.sentence}"
    for waiver in waivers:
        if not any(waiver in matching for matching in listed.values()):
            yield f"{waiver.address}: {waiver.action}: listed as expected, but not planned"


def expected_changes(path: Path, stack: str) -> tuple[Waiver, ...]:
    """Return the expected changes of a stack: the allow-list in the table of its name."""
    return AllowList(**tomllib.loads(path.read_text(encoding="utf-8")).get(stack, {})).allow


def _adapted(workspace: WorkingDirectory, document: Document) -> Document:
    supported, _ = strip_unsupported(document)
    return workspace.adapt_to_provider(point_at_emulator(supported)).document


def _all_lookups(*documents: Document) -> dict[str, Any]:
    """Return a document with the data sources of all documents, and all IDs in their resources."""
    merged: dict[str, Any] = {"data": {}, "resource": {}, "variable": {}, "locals": {}}
    for number, document in enumerate(documents):
        for section in ("variable", "locals"):
            merged[section] |= document.get(section, {})
        for section in ("data", "resource"):
            for type_, blocks in document.get(section, {}).items():
                others = merged[section].setdefault(type_, {})
                for name, body in blocks.items():
                    # A changed block is another lookup. References lead to the first of the name.
                    others[name if others.get(name, body) == body else f"{name}_{number}"] = body
    return merged


def _declared(values: Mapping[str, Any], document: Document) -> dict[str, Any]:
    """Return the values of the variables that the document declares."""
    return {name: value for name, value in values.items() if name in document.get("variable", {})}
