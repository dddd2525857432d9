"""Plans with imports, again and again, until nothing that exists would be replaced."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.adoption.live_values import Schema, live_value, marks
from navra_stacks.settings.model.credentials import credentials_in
from navra_stacks.settings.model.interpolation import literal, literals
from navra_stacks.terraform.plan import Change, Plan, spelled

__all__ = ["ImportPlan", "ImportPlanner", "with_imports"]

MOST_PLANS = 8
"""What is replaced because of something else shows only once that stays: a chain of that many."""

REGISTERED = frozenset({"aws_ecs_task_definition"})
"""Types of which another one is made beside the one that exists, and nothing else happens."""


ELSEWHERE = "vpc_id"
"""What has another one is no older form of what is described: nothing reaches it from here."""


@dataclass(frozen=True)
class ImportPlan:
    """The last plan, and what it took to get there."""

    plan: Plan

    keeps: Mapping[str, Mapping[str, Any]]
    """By address the arguments that take the live value, as a document gives them."""

    left_out: Mapping[str, str]
    """By address what exists and is not imported, and why."""

    stays: Mapping[str, str]
    """By address what would be replaced all the same, and why."""


Planning = Callable[[Mapping[str, Any]], Plan]
"""Plans a document, without a state."""


class ImportPlanner:
    """Finds the live values to keep: those of the arguments that the plan says force replacement.

    Args:
        document: What is described, without imports.
        schema: The provider's.
        plan: Plans a document.
    """

    def __init__(self, document: Mapping[str, Any], schema: Schema, plan: Planning) -> None:
        self._document = document
        self._schema = schema
        self._plan = plan
        self._ids: dict[str, str] = {}
        self._keeps: dict[str, dict[str, Any]] = {}
        self._left_out: dict[str, str] = {}
        self._stays: dict[str, str] = {}

    def settle(self, ids: Mapping[str, str]) -> ImportPlan:
        """Plan with imports of `ids` until nothing more can be learned from a plan.

        Raises:
            TerraformError: a plan failed.
        """
        self._ids = dict(ids)
        for _ in range(MOST_PLANS):
            plan = self._plan(with_imports(self._document, self._ids, self._keeps))
            replaced = [one for one in plan.changes if one.is_replacement]
            self._stays = {}
            # Each is looked at, so that one plan tells all that it can.
            learned = [self._learned(one) for one in replaced]
            if not any(learned):
                break
        return ImportPlan(plan, self._keeps, self._left_out, self._stays)

    def _learned(self, change: Change) -> bool:
        """Whether something can be done about a replacement, and was."""
        kept = self._keeps.get(change.address, {})
        found: dict[str, Any] = {}
        for place in change.replace_paths:
            argument = str(place[0])
            if marks(change.after_unknown, place):
                self._stays[change.address] = f"{argument} is only known once something else is"
            elif change.address.endswith("]"):
                self._stays[change.address] = f"{argument} forces it, and one block describes all"
            elif argument == ELSEWHERE:
                live, ours = change.before.get(argument), change.after.get(argument)
                self._stays[change.address] = f"it lies in {live}, and ours in {ours}"
            elif argument in kept:
                self._stays[change.address] = f"{spelled(place)} forces it with the live value too"
            elif change.hides(place[:1]):  # all of it would be kept
                self._stays[change.address] = f"{spelled(place)} forces it, and is sensitive"
            else:
                found[argument] = live_value(
                    change.before.get(argument), self._schema, change.type, argument
                )
        if not change.replace_paths:
            self._stays[change.address] = change.reason.replace("_", " ") or "the plan says not why"
        if secrets := list(credentials_in(found)):
            why = f"{', '.join(secrets)} looks like a credential, which no file may hold"
            if change.type not in REGISTERED:
                self._stays[change.address] = f"{why}, so the live value cannot be kept"
                return False
            del self._ids[change.address]
            self._keeps.pop(change.address, None)
            self._left_out[change.address] = why
            return True
        if found:
            self._keeps[change.address] = kept | found
        return bool(found)


def with_imports(
    document: Mapping[str, Any],
    ids: Mapping[str, str],
    keeps: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """A copy of `document` that imports what exists and gives it the values to keep."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    for address, arguments in keeps.items():
        type_, name = address.split(".")
        body = copy["resource"][type_][name]
        for argument, value in arguments.items():
            body.pop(argument, None)
            if value is not None:
                body[argument] = literals(value)
    imports = [{"to": address, "id": literal(id_)} for address, id_ in sorted(ids.items())]
    return copy | {"import": imports}
