"""Plan an import repeatedly, until the plan replaces as few existing resources as possible."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.adoption.live_values import (
    TERRAFORM_ONLY,
    Schema,
    is_empty,
    is_marked,
    live_value,
)
from navra_stacks.errors import NavraError
from navra_stacks.settings.existing.import_inventory import merge_live_values
from navra_stacks.settings.model.credentials import find_credentials
from navra_stacks.settings.model.interpolation import escape_template
from navra_stacks.terraform.plan import Change, Plan, format_path
from navra_stacks.terraform.working_directory import TerraformError

__all__ = ["ImportPlan", "ImportPlanner", "PlanFailedError", "with_imports"]

MAX_PLANS = 8
"""The maximum number of plans. If one resource is replaced because another is, each plan avoids one
replacement in the chain, so the number also limits the length of such a chain.
"""

REVISIONED = frozenset({"aws_ecs_task_definition"})
"""The resource types whose replacement adds a revision, while the existing revision stays in
use.
"""


VPC_ID = "vpc_id"
"""The argument whose live value is never preserved: a resource in another VPC is not the resource
that the document describes, because nothing in the document's VPC can reach it.
"""


@dataclass(frozen=True)
class ImportPlan:
    """The last plan, with the preserved live values and the resources that are not imported."""

    plan: Plan

    preserved: Mapping[str, Mapping[str, Any]]
    """The live values that replace a value of the document, by address and argument, because that
    value would force a replacement or end a plan.
    """

    live_defaults: Mapping[str, Mapping[str, Any]]
    """The live values of arguments that the document does not set, by address and argument. Without
    them, the provider's default would replace the live value.
    """

    not_imported: Mapping[str, str]
    """The reasons why existing resources are not imported, by address."""

    still_replaced: Mapping[str, str]
    """The reasons why existing resources would be replaced, by address."""

    rejected: Mapping[str, str]
    """The errors of Terraform, by address, for existing resources that it cannot import. They are
    not in the plan's imports.
    """

    @property
    def imported(self) -> tuple[str, ...]:
        """The addresses of the resources that the plan imports."""
        return tuple(change.address for change in self.plan.changes if change.importing is not None)


class PlanFailedError(NavraError):
    """A plan failed, and not only because of resources that are imported.

    `by_address` contains the errors by the address of the resource or data source. The address is
    ``terraform`` for an error of another kind.
    """

    def __init__(self, error: TerraformError) -> None:
        super().__init__(str(error))
        self.by_address: Mapping[str, str] = error.by_address or {
            "terraform": " ".join(error.output.split())
        }


RunPlan = Callable[[Mapping[str, Any]], Plan]
"""A function that plans a document without a state."""


class ImportPlanner:
    """Plans an import, and finds the live values to preserve because they avoid a replacement.

    Args:
        document: The document without import blocks.
        schema: The schema of the AWS provider.
        run_plan: A function that plans a document without a state.
    """

    def __init__(self, document: Mapping[str, Any], schema: Schema, run_plan: RunPlan) -> None:
        self._document = document
        self._schema = schema
        self._run_plan = run_plan
        self._ids: dict[str, str] = {}
        self._preserved: dict[str, dict[str, Any]] = {}
        self._live_defaults: dict[str, dict[str, Any]] = {}
        self._not_imported: dict[str, str] = {}
        self._still_replaced: dict[str, str] = {}
        self._rejected: dict[str, str] = {}

    def plan(
        self, ids: Mapping[str, str], preserved: Mapping[str, Mapping[str, Any]] | None = None
    ) -> ImportPlan:
        """Plan the import of existing resources, up to `MAX_PLANS` times.

        Each plan avoids replacements, and resets to a provider's default, that the one before
        contains. If a plan fails because of single resources, the next plan does not import these.

        Args:
            ids: The import IDs of the resources, by address.
            preserved: The live values that the first plan already contains, by address and
                argument.

        Raises:
            PlanFailedError: a plan failed, and not only because of resources that are imported.
        """
        self._ids = dict(ids)
        self._preserved = {
            address: dict(values)
            for address, values in (preserved or {}).items()
            if address in self._ids
        }
        for _ in range(MAX_PLANS):
            plan = self._plan_once()
            replacements = [change for change in plan.changes if change.is_replacement]
            self._still_replaced = {}
            # A list, not a generator: every change of a plan must be handled.
            handled = [self._avoid_replacement(change) for change in replacements]
            handled += [self._avoid_reset(change) for change in plan.changes]
            if not any(handled):
                break
        return ImportPlan(
            plan,
            self._preserved,
            self._live_defaults,
            self._not_imported,
            self._still_replaced,
            self._rejected,
        )

    def _plan_once(self) -> Plan:
        """Run a plan, without the resources that make it fail."""
        while True:
            try:
                return self._run_plan(
                    with_imports(self._document, self._ids, self._preserved, self._live_defaults)
                )
            except TerraformError as error:
                failed = {
                    address: message
                    for address, message in error.by_address.items()
                    if address in self._ids
                }
                if not failed:
                    raise PlanFailedError(error) from error
                self._rejected |= failed
                for address in failed:
                    self._forget(address)

    def _forget(self, address: str) -> None:
        """Do not import a resource."""
        del self._ids[address]
        self._preserved.pop(address, None)
        self._live_defaults.pop(address, None)

    def _avoid_reset(self, change: Change) -> bool:
        """Preserve the live values that a provider's default would replace.

        A value is left as it is if the document sets its argument, if it is secret, and if only
        Terraform uses the argument. Of the tags, only those of the ECS console are preserved: they
        name the CloudFormation stack that owns the resource. Return False if there is no value to
        preserve.
        """
        type_, _, name = change.address.partition(".")
        body = self._document.get("resource", {}).get(type_, {}).get(name)
        if body is None or change.actions != ("update",) or change.importing is None:
            return False
        found: dict[str, Any] = {}
        present = self._live_defaults.get(change.address, {})
        for path, _, after in change.differences:
            argument = str(path[0])
            if argument == "tags":
                tags = change.before.get("tags") or {}
                live = {key: value for key, value in tags.items() if key.startswith("ecs:")}
            elif (
                argument in {*body, *found, "tags_all"}
                or argument in TERRAFORM_ONLY
                or after is ...
                or change.is_sensitive_at(path[:1])
            ):
                continue
            else:
                live = live_value(change.before.get(argument), self._schema, change.type, argument)
            is_secret = any(find_credentials(live, name=argument))
            if not is_empty(live) and argument not in present and not is_secret:
                found[argument] = live
        if found:
            self._live_defaults[change.address] = present | found
        return bool(found)

    def _avoid_replacement(self, change: Change) -> bool:
        """Preserve the live values that avoid the replacement, or do not import the resource.

        Return False if neither is possible. `_still_replaced` then contains the reason.
        """
        preserved = self._preserved.get(change.address, {})
        found: dict[str, Any] = {}
        reasons = self._still_replaced
        for path in change.replace_paths:
            argument = str(path[0])
            # The roles in the settings do not exist yet. The existing revision has other roles,
            # which stay in use until the first revision from the settings.
            if is_marked(change.after_unknown, path) and change.type not in REVISIONED:
                reasons[change.address] = (
                    f"{argument} is known only after another resource is created"
                )
            elif change.address.endswith("]"):
                reasons[change.address] = (
                    f"{argument} forces the replacement, and the live value of one instance cannot "
                    "be set in a block with count or for_each"
                )
            elif argument == VPC_ID:
                live, planned = change.before.get(argument), change.after.get(argument)
                reasons[change.address] = f"it exists in {live}, but the document uses {planned}"
            elif argument in preserved:
                reasons[change.address] = (
                    f"{format_path(path)} forces the replacement even with the live value"
                )
            elif change.is_sensitive_at(path[:1]):  # the whole argument would be preserved
                reasons[change.address] = (
                    f"{format_path(path)} forces the replacement and is sensitive, so the live "
                    "value cannot be preserved"
                )
            else:
                found[argument] = live_value(
                    change.before.get(argument), self._schema, change.type, argument
                )
        if not change.replace_paths:
            reasons[change.address] = (
                change.reason.replace("_", " ") or "the plan contains no reason"
            )
        if secrets := list(find_credentials(found)):
            found.clear()
            reasons[change.address] = (
                f"{', '.join(secrets)} looks like a credential, which must not be written to a file"
            )
        if change.type in REVISIONED and change.address in reasons:
            # A replacement of the imported revision would deregister it. Without the import,
            # Terraform registers a revision in addition to the running one.
            self._forget(change.address)
            self._not_imported[change.address] = reasons.pop(change.address)
            return True
        if found:
            self._preserved[change.address] = preserved | found
        return bool(found)


def with_imports(
    document: Mapping[str, Any],
    ids: Mapping[str, str],
    preserved: Mapping[str, Mapping[str, Any]],
    live_defaults: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return a copy of `document` with the live values and an import block for each ID."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    live_defaults = live_defaults or {}
    for address in {**preserved, **live_defaults}:
        type_, name = address.split(".")
        body = copy["resource"][type_][name]
        keeps, defaults = preserved.get(address, {}), live_defaults.get(address, {})
        for argument, value in merge_live_values(body, keeps, defaults).items():
            body.pop(argument, None)
            if value is not None:
                body[argument] = value
    imports = [{"to": address, "id": escape_template(id_)} for address, id_ in sorted(ids.items())]
    return copy | {"import": imports}
