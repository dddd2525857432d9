"""Find the existing resources of a document, and plan the effects of its first apply."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup import FoundResources, find_resources
from navra_stacks.adoption.image_tags import VariableValue, check_variable_names, variables_for
from navra_stacks.adoption.impact import Effect, effects_of
from navra_stacks.adoption.import_planner import ImportPlan, ImportPlanner
from navra_stacks.adoption.live_ecs import undecided_arguments
from navra_stacks.settings.existing.import_inventory import (
    JSON_TEXTS,
    ImportedResource,
    ImportInventory,
)
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import NotInstalledError
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.provider_override import point_at_emulator
from navra_stacks.terraform.working_directory import WorkingDirectory, pinned_version

__all__ = ["Discovery", "PlannedImport", "discover"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class PlannedImport:
    """The effects of the first apply, from a Terraform plan."""

    import_plan: ImportPlan

    effects: tuple[Effect, ...]
    """The effect of the apply on each resource, sorted by address."""

    omissions: tuple[str, ...]
    """The paths of the arguments, blocks and resources that the plan does not contain, because the
    installed provider does not support them or a resource to which they refer.
    """

    provider: str
    """The version of the installed AWS provider, which made the plan."""

    pinned: str
    """The version of the AWS provider that the document requires."""

    def effects_of_kind(self, *kinds: str) -> tuple[Effect, ...]:
        """Return the effects whose kind is one of `kinds`."""
        return tuple(effect for effect in self.effects if effect.kind in kinds)


@dataclass(frozen=True)
class Discovery:
    """The existing resources of an environment, and the effects of its first apply."""

    stack: str

    account: str

    region: str

    found: FoundResources

    variables: tuple[VariableValue, ...]
    """The values of the document's variables in the plan."""

    planned: PlannedImport | None
    """The effects of the first apply; None if Terraform or the AWS provider is not installed."""

    why_not_planned: str = ""
    """The reason why there is no plan, if there was a working directory, but Terraform could not
    install the AWS provider in it; empty otherwise.
    """

    @property
    def blocked(self) -> dict[str, str]:
        """The existing resources, by the address of the resource that they prevent from creation.

        For example a listener rule with the priority of another rule.
        """
        return {
            resource.blocks: f"{resource.type} {resource.id} ({resource.description})"
            for resource in self.found.unmanaged
            if resource.blocks
        }

    @property
    def is_harmless(self) -> bool:
        """True if a plan shows that the first apply succeeds, and replaces and deletes nothing."""
        return (
            self.planned is not None
            and not self.planned.effects_of_kind("replaced", "deleted")
            and not self.planned.import_plan.rejected
            and not self.blocked
        )

    def inventory(self, path: Path | None = None) -> ImportInventory:
        """Return the inventory for the file at `path`, or without a file if `path` is None.

        The inventory contains the import IDs, the live values to preserve, and the changes in
        place.
        """
        preserved: Mapping[str, Mapping[str, Any]] = {}
        changes: dict[str, dict[str, str]] = {}
        ids = dict(self.found.ids)
        if self.planned is not None:
            import_plan = self.planned.import_plan
            preserved = import_plan.preserved
            for address in {*import_plan.not_imported, *import_plan.rejected}:
                del ids[address]
            for effect in self.planned.effects_of_kind("in place"):
                changes[effect.address] = {field.path: field.change for field in effect.fields}
        return ImportInventory(
            stack=self.stack,
            account=self.account,
            region=self.region,
            resources={
                address: ImportedResource(
                    id=id_,
                    keeps={
                        name: json.loads(value) if name in JSON_TEXTS and value else value
                        for name, value in preserved.get(address, {}).items()
                    },
                    changes=changes.get(address, {}),
                )
                for address, id_ in ids.items()
            },
            path=path,
        )


def discover(
    document: TerraformDocument,
    account: AwsAccount,
    *,
    stack: str,
    workspace: WorkingDirectory | None,
    endpoint: str | None = None,
    variables: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> Discovery:
    """Find all existing resources of a document, and plan their import.

    Args:
        document: The document of the environment, synthesized without an inventory.
        account: The account to search.
        stack: The name of the stack.
        workspace: The directory in which Terraform plans; None if Terraform or the AWS provider is
            not installed.
        endpoint: The endpoint of an emulator; None for AWS.
        variables: Values of the document's variables, by name.
        progress: A function that is called with a message before each step.

    Raises:
        AccountError: the account cannot be read, or is not the document's account.
        AccountLookupError: a match is ambiguous, or a resource needs a repair. The message lists
            all problems.
        NavraError: a value is for an undeclared variable, or the value of a variable is missing.
        TerraformError: the plan failed.
    """
    check_variable_names(document, variables or {})  # first, because the search takes longer
    progress(f"searching account {account.id} in {account.region} (read-only)")
    found = find_resources(document, account, variables)
    found.raise_for_problems()
    variable_values = variables_for(document, found.ids, account, variables or {})
    planned, missing = None, ""
    if workspace is not None:
        values = {variable.name: variable.value for variable in variable_values}
        try:
            planned = _plan(document, found, workspace, endpoint, values, progress)
        except NotInstalledError as error:
            missing = str(error)
    return Discovery(stack, account.id, account.region, found, variable_values, planned, missing)


def _plan(
    document: TerraformDocument,
    found: FoundResources,
    workspace: WorkingDirectory,
    endpoint: str | None,
    values: Mapping[str, str],
    progress: Progress,
) -> PlannedImport:
    progress(f"starting Terraform {workspace.terraform.version}")
    schema = workspace.schema
    adapted = workspace.adapt_to_provider(document.content)
    content = point_at_emulator(adapted.document) if endpoint is not None else adapted.document
    content = _without_prevent_destroy(content)
    supported = {
        address
        for address in found.ids
        if address.partition("[")[0].split(".")[1]
        in content["resource"].get(address.split(".")[0], {})
    }
    workspace.write(content)
    workspace.init()
    rounds = 0

    def run_plan(copy: Mapping[str, Any]) -> Plan:
        nonlocal rounds
        rounds += 1
        progress(f"planning with {len(copy['import'])} imports, round {rounds}")
        workspace.write(copy)
        return workspace.plan(variables=values)

    import_plan = ImportPlanner(content, schema, run_plan).plan(
        {address: found.ids[address] for address in sorted(supported)},
        preserved=undecided_arguments(found.live, content),
    )
    return PlannedImport(
        import_plan=import_plan,
        effects=effects_of(import_plan.plan, schema),
        omissions=adapted.omissions,
        provider=workspace.provider.version,
        pinned=pinned_version(document.content),
    )


def _without_prevent_destroy(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a document in which no resource has ``prevent_destroy``.

    With ``prevent_destroy``, Terraform stops with an error instead of planning a replacement.
    Without it, the replacement is planned and reported.
    """
    copy: dict[str, Any] = json.loads(json.dumps(content))
    for blocks in copy.get("resource", {}).values():
        for body in blocks.values():
            body.get("lifecycle", {}).pop("prevent_destroy", None)
    return copy
