"""Find the existing resources of a document, and plan the effects of its first apply."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup import FoundResources, find_resources
from navra_stacks.adoption.image_tags import VariableValue, check_variable_names, variables_for
from navra_stacks.adoption.impact import Effect, effects_of
from navra_stacks.adoption.import_planner import ImportPlan, ImportPlanner, PlanFailedError
from navra_stacks.adoption.live_overrides import live_overrides
from navra_stacks.adoption.owners import Owner, find_owners
from navra_stacks.guard.plan_index import PlanIndex
from navra_stacks.guard.rule_priorities import priority_conflicts
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

PROGRESS_SECONDS = 2
"""The minimum time between two messages about the progress of a search, in seconds."""


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
    """The reason why there is no plan, if there was a working directory; empty otherwise."""

    plan_errors: Mapping[str, str] = field(default_factory=dict)
    """The errors of Terraform that prevented the plan, by the address of the resource or data
    source.
    """

    owners: tuple[Owner, ...] = ()
    """Everything else that manages found resources, for example a CloudFormation stack."""

    owners_not_checked: tuple[str, ...] = ()
    """The reasons why other owners may exist that are not in `owners`."""

    @property
    def blocked(self) -> dict[str, str]:
        """The existing resources in the way, by the address of the resource that AWS would reject.

        For example a listener rule with the priority of another rule.
        """
        return {
            resource.blocks: f"{resource.type} {resource.id} ({resource.description})"
            for resource in self.found.unmanaged
            if resource.blocks
        }

    @property
    def blockers(self) -> dict[str, str]:
        """The reasons why the environment must not be applied, by address."""
        reasons: dict[str, list[str]] = {}

        def add(address: str, reason: str) -> None:
            reasons.setdefault(address, []).append(reason)

        for address, reason in self.found.problems.items():
            add(address, reason)
        for address, error in self.plan_errors.items():
            add(address, f"Terraform cannot plan it: {error}")
        for address, other in self.blocked.items():
            add(address, f"AWS would reject it, because {other} is in the way")
        for owner in self.owners:
            for address in owner.addresses if owner.conflicts else ():
                add(address, f"the {owner.kind} {owner.name} manages it; {owner.repair}")
        if self.planned is not None:
            for address, error in self.planned.import_plan.rejected.items():
                add(address, f"Terraform cannot import it: {error}")
            index = PlanIndex(self.planned.import_plan.plan)
            for change in index.plan.changes:
                for reason in priority_conflicts(change, index):
                    add(change.address, reason)
            for effect in self.planned.effects_of_kind("replaced", "deleted"):
                add(effect.address, f"it would be {effect.kind_with_cause}")
        return {address: "; ".join(reasons[address]) for address in sorted(reasons)}

    @property
    def is_harmless(self) -> bool:
        """True if a plan shows that the first apply succeeds, and replaces and deletes nothing."""
        return self.planned is not None and not self.blockers

    def inventory(self, path: Path | None = None) -> ImportInventory:
        """Return the inventory for the file at `path`, or without a file if `path` is None.

        The inventory contains the import IDs, the live values to preserve, the changes in place,
        and the reasons why the environment must not be applied.
        """
        preserved: Mapping[str, Mapping[str, Any]] = {}
        live_defaults: Mapping[str, Mapping[str, Any]] = {}
        changes: dict[str, dict[str, str]] = {}
        ids = dict(self.found.ids)
        if self.planned is not None:
            import_plan = self.planned.import_plan
            preserved, live_defaults = import_plan.preserved, import_plan.live_defaults
            for address in {*import_plan.not_imported, *import_plan.rejected}:
                del ids[address]
            for effect in self.planned.effects_of_kind("in place"):
                changes[effect.address] = {field.path: field.change for field in effect.fields}
        return ImportInventory(
            stack=self.stack,
            account=self.account,
            region=self.region,
            blockers=tuple(f"{address}: {why}" for address, why in self.blockers.items()),
            resources={
                address: ImportedResource(
                    id=id_,
                    keeps={
                        name: json.loads(value) if name in JSON_TEXTS and value else value
                        for name, value in preserved.get(address, {}).items()
                    },
                    live_defaults=live_defaults.get(address, {}),
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
        NavraError: a value is for an undeclared variable, or the value of a variable is missing.
        TerraformError: Terraform failed before a plan, for example while it installed the provider.
    """
    check_variable_names(document, variables or {})  # first, because the search takes longer
    progress(f"searching account {account.id} in {account.region} (read-only)")
    found = find_resources(document, account, variables, _Counter(document, progress))
    variable_values = variables_for(document, found.ids, account, variables or {})
    progress("searching for other owners of the found resources")
    owners, not_checked = find_owners(document, found, account)
    progress(
        f"{len(found.ids)} resources found with {sum(account.calls.values())} requests"
        + (f" and {sum(account.retries.values())} retries" if account.retries else "")
    )
    planned, why_not = None, ""
    errors: Mapping[str, str] = {}
    if found.problems:
        why_not = "the problems of the existing resources must be repaired first"
    elif workspace is not None:
        values = {variable.name: variable.value for variable in variable_values}
        try:
            planned = _plan(document, found, account, workspace, endpoint, values, progress)
        except NotInstalledError as error:
            why_not = str(error)
        except PlanFailedError as failed:
            why_not, errors = "Terraform cannot plan the document", failed.by_address
    return Discovery(
        stack,
        account.id,
        account.region,
        found,
        variable_values,
        planned,
        why_not,
        errors,
        owners,
        not_checked,
    )


class _Counter:
    """Reports the progress of a search, at most once in `PROGRESS_SECONDS`."""

    def __init__(self, document: TerraformDocument, progress: Progress) -> None:
        self._total = len(document.resources) + len(document.data_sources)
        self._progress = progress
        self._reported = time.monotonic()

    def __call__(self, count: int) -> None:
        if (now := time.monotonic()) - self._reported >= PROGRESS_SECONDS:
            self._reported = now
            self._progress(f"searched for {count} of about {self._total} resources")


def _plan(
    document: TerraformDocument,
    found: FoundResources,
    account: AwsAccount,
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
        preserved=live_overrides(found.live, content, account),
    )
    return PlannedImport(
        import_plan=import_plan,
        effects=effects_of(import_plan.plan, schema, content),
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
