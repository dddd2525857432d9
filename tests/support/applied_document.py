"""A document that is applied to an emulated AWS, to be changed and planned again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from navra_stacks.guard.violations import action_of
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.fixtures.seeding import seed
from navra_stacks.rehearsal.transforms.account_region import provider_account, provider_region
from navra_stacks.rehearsal.transforms.placeholder_values import placeholder_values
from navra_stacks.rehearsal.transforms.unsupported_blocks import strip_unsupported
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.provider_override import (
    emulator_environment,
    point_at_emulator,
    without_aws_variables,
)
from navra_stacks.terraform.working_directory import WorkingDirectory

__all__ = ["AppliedDocument", "applied_document"]


class AppliedDocument:
    """A document in an emulated account of its own."""

    def __init__(
        self,
        workspace: WorkingDirectory,
        emulator: Emulator,
        region: str,
        values: Mapping[str, Any],
    ) -> None:
        self.workspace = workspace
        self.emulator = emulator
        self.region = region
        self._values = values

    def client(self, service: str) -> Any:
        """Return the boto3 client of a service in the Region of the document."""
        return self.emulator.client(service, self.region)

    def apply(self, document: Mapping[str, Any]) -> None:
        """Apply a document; after the first one, a changed one."""
        self.write(document)
        self.workspace.plan_and_apply()

    def write(self, document: Mapping[str, Any]) -> None:
        """Replace the document without an apply."""
        supported, _ = strip_unsupported(document)
        adapted = self.workspace.adapt_to_provider(point_at_emulator(supported)).document
        self.workspace.write(adapted)
        values = {name: self._values[name] for name in document.get("variable", {})}
        self.workspace.set_variables(values)

    def set_variable(self, name: str, value: str) -> None:
        """Set the value of a variable of the documents that are written from now on."""
        self._values = {**self._values, name: value}

    def actions(self, *options: str) -> dict[str, str]:
        """Plan again, and return the action of each resource that the plan changes."""
        if self.workspace.plan_is_empty(*options):
            return {}
        changes = self.workspace.last_plan().changes
        return {one.address: action_of(one) for one in changes if not one.is_no_op}


@contextmanager
def applied_document(
    document: Mapping[str, Any],
    *,
    installed: tuple[Terraform, Provider],
    directory: Path,
    variables: Mapping[str, Any] = MappingProxyType({}),
) -> Iterator[AppliedDocument]:
    """Apply a document to an emulated account that exists while the context is open.

    A variable without a value in `variables` gets a placeholder. Arguments that the installed
    provider does not support are omitted, as in a rehearsal.
    """
    terraform, provider = installed
    values = placeholder_values(document, variables) | dict(variables)
    region = provider_region(document, values)
    with Emulator(provider_account(document, values)) as emulator:
        workspace = WorkingDirectory(terraform, provider, directory, without_aws_variables())
        applied = AppliedDocument(workspace, emulator, region, values)
        applied.write(document)
        workspace.init()
        workspace.set_environment(emulator_environment(emulator.endpoint))
        seed(TerraformDocument(document), emulator, region, values)
        workspace.plan_and_apply()
        yield applied
