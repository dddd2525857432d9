"""Discovers what of a document exists in an account, and what the first apply would do to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from navra_stacks.account.aws_reader import Account
from navra_stacks.account.lookup import Found, search
from navra_stacks.adoption.image_tags import Given, check_chosen, variables_for
from navra_stacks.adoption.impact import Effect, effects_of
from navra_stacks.adoption.import_planner import ImportPlan, ImportPlanner
from navra_stacks.settings.existing.import_inventory import (
    JSON_TEXTS,
    ImportedResource,
    ImportInventory,
)
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import NotAtHandError
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.provider_override import point_at_emulator
from navra_stacks.terraform.working_directory import Workspace, pinned_version

__all__ = ["Discovery", "Planned", "discover"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Planned:
    """What Terraform's plan tells of the first apply."""

    settled: ImportPlan

    effects: tuple[Effect, ...]
    """What would happen to each resource, by address."""

    omissions: tuple[str, ...]
    """What the provider at hand does not know, so that nobody looked at it, by path."""

    provider: str
    """The version of the AWS provider that planned."""

    pinned: str
    """The version that the document asks for."""

    def of(self, *kinds: str) -> tuple[Effect, ...]:
        """The effects of these kinds."""
        return tuple(one for one in self.effects if one.kind in kinds)


@dataclass(frozen=True)
class Discovery:
    """What was found, and what the first apply would do."""

    stack: str

    account: str

    region: str

    found: Found

    variables: tuple[Given, ...]
    """The values with which the document was planned."""

    planned: Planned | None
    """None where no Terraform was at hand, or no provider."""

    why_not_planned: str = ""
    """What was missing, where that showed only when Terraform started."""

    @property
    def is_harmless(self) -> bool:
        """Whether it is known that the first apply replaces and deletes nothing."""
        return self.planned is not None and not self.planned.of("replaced", "deleted")

    def inventory(self, path: Path | None = None) -> ImportInventory:
        """What to import, and with which values, for the file at `path`."""
        keeps: Mapping[str, Mapping[str, Any]] = {}
        changes: dict[str, dict[str, str]] = {}
        ids = dict(self.found.ids)
        if self.planned is not None:
            keeps = self.planned.settled.keeps
            for address in self.planned.settled.left_out:
                del ids[address]
            for effect in self.planned.of("in place"):
                changes[effect.address] = {one.place: one.told for one in effect.fields}
        return ImportInventory(
            stack=self.stack,
            account=self.account,
            region=self.region,
            resources={
                address: ImportedResource(
                    id=id_,
                    keeps={
                        name: json.loads(value) if name in JSON_TEXTS and value else value
                        for name, value in keeps.get(address, {}).items()
                    },
                    changes=changes.get(address, {}),
                )
                for address, id_ in ids.items()
            },
            path=path,
        )


def discover(
    document: TerraformDocument,
    account: Account,
    *,
    stack: str,
    workspace: Workspace | None,
    endpoint: str | None = None,
    variables: Mapping[str, str] | None = None,
    progress: Progress = lambda _: None,
) -> Discovery:
    """Look for everything in a document, and plan to import it. Nothing is changed in the account.

    Args:
        document: The environment, synthesized without an inventory.
        account: Where to look.
        stack: What the document is called.
        workspace: Where Terraform plans; None where there is no Terraform.
        endpoint: Where AWS is instead, for an emulator.
        variables: Values of the document's variables, by name.
        progress: Is told what is being done.

    Raises:
        AccountError: the account cannot be read, or is another one.
        SearchError: something is ambiguous, or must be put right in the account; tells all of it.
        NavraError: a value is for no variable of the document, or one lacks.
        TerraformError: the plan fails.
    """
    check_chosen(document, variables or {})  # before the work
    progress(f"searching account {account.id} in {account.region}, reading only")
    found = search(document, account, variables)
    found.check()
    given = variables_for(document, found.ids, account, variables or {})
    planned, missing = None, ""
    if workspace is not None:
        values = {one.name: one.value for one in given}
        try:
            planned = _planned(document, found.ids, workspace, endpoint, values, progress)
        except NotAtHandError as error:
            missing = str(error)
    return Discovery(stack, account.id, account.region, found, given, planned, missing)


def _planned(
    document: TerraformDocument,
    ids: Mapping[str, str],
    workspace: Workspace,
    endpoint: str | None,
    values: Mapping[str, str],
    progress: Progress,
) -> Planned:
    progress(f"starting Terraform {workspace.terraform.version}")
    schema = workspace.schema
    fitted = workspace.fitted(document.content)
    content = point_at_emulator(fitted.document) if endpoint is not None else fitted.document
    content = _unprotected(content)
    known = {
        address
        for address in ids
        if address.partition("[")[0].split(".")[1]
        in content["resource"].get(address.split(".")[0], {})
    }
    workspace.write(content)
    workspace.init()
    rounds = 0

    def plan(copy: Mapping[str, Any]) -> Plan:
        nonlocal rounds
        rounds += 1
        progress(f"planning with {len(copy['import'])} imports, round {rounds}")
        workspace.write(copy)
        return workspace.plan(variables=values)

    settled = ImportPlanner(content, schema, plan).settle({one: ids[one] for one in sorted(known)})
    return Planned(
        settled=settled,
        effects=effects_of(settled.plan, schema),
        omissions=fitted.omissions,
        provider=workspace.provider.version,
        pinned=pinned_version(document.content),
    )


def _unprotected(content: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which a replacement is planned, and so told, where it would be refused."""
    copy: dict[str, Any] = json.loads(json.dumps(content))
    for named in copy.get("resource", {}).values():
        for body in named.values():
            body.get("lifecycle", {}).pop("prevent_destroy", None)
    return copy
