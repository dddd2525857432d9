"""Find the violations of one change of a plan, before waivers are applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.guard.adopted_resources import AdoptedResource, find_adopted
from navra_stacks.guard.criticality import criticality_of
from navra_stacks.guard.implicit_adoptions import implicitly_adopted
from navra_stacks.guard.messages import describe_argument, describe_reason
from navra_stacks.guard.weakened_protections import inventory_may_waive, weakened_protections
from navra_stacks.terraform.plan import AttributePath, Change, Plan

__all__ = ["Violation", "action_of", "violations"]

TAGS = ("tags", "tags_all")


@dataclass(frozen=True, slots=True)
class Violation:
    """One effect of a change that needs a waiver."""

    path: AttributePath
    """The argument; ``()`` for the resource as a whole."""

    what: str
    """The effect, or the argument that forces it."""

    why: str
    """Why it is a violation."""

    waiver: str | None = None
    """Why it is allowed. None if it is not."""


def action_of(change: Change) -> str:
    """Return the action of a change as allow-lists spell it, or an unknown action as it is.

    A replacement that forgets the old resource is a ``replace``: the new resource is created.
    """
    actions = set(change.actions)
    if "create" in actions and actions <= {"create", "delete", "forget"} and len(actions) > 1:
        return "replace"
    if change.importing is not None and actions in ({"no-op"}, {"update"}):
        return "import"
    known = "create delete forget no-op read update".split()
    return next((name for name in known if actions == {name}), "/".join(change.actions))


def violations(
    change: Change, plan: Plan, inventory: Mapping[str, AdoptedResource]
) -> Iterator[Violation]:
    """Yield all violations of a change.

    Args:
        change: A change of `plan`.
        plan: The plan with all changes.
        inventory: The adopted resources, by address.
    """
    adopted, action = find_adopted(change, inventory), action_of(change)
    if adopted is not None:
        yield from _identity_violations(change, action, adopted)
    match action:
        case "no-op" | "read":
            pass
        case "create":
            if (adoption := implicitly_adopted(change)) is not None:
                yield Violation((), *adoption)
        case "delete" | "replace":
            yield from _deletion_violations(change, action, adopted, plan)
        case "forget":
            yield from _forget_violations(change, adopted)
        case "update" | "import":
            yield from _update_violations(change, adopted)
        case unknown:
            yield Violation((), f"unknown action {unknown}", "the guard does not know its effect")


def _identity_violations(
    change: Change, action: str, adopted: AdoptedResource
) -> Iterator[Violation]:
    """Yield a violation if the plan imports another id, or creates an adopted resource again."""
    if adopted.id is None:
        return
    if action == "create":
        yield Violation(
            (),
            "the plan does not import it",
            f"it exists as {adopted.id} ({adopted.source}) and would be created a second time",
        )
    elif change.importing is not None and change.importing != adopted.id:
        yield Violation(
            (),
            f"the imported id is {change.importing or '(known after apply)'}",
            f"{adopted.source} lists {adopted.id}",
        )


def _deletion_violations(
    change: Change, action: str, adopted: AdoptedResource | None, plan: Plan
) -> Iterator[Violation]:
    why, waiver = criticality_of(change.type), None
    if change.type == "aws_ecs_task_definition":
        why = _users_of_revision(change, plan)
    if adopted is not None:
        adoption = _describe_adoption(adopted)
        if change.importing is not None:
            adoption = "the imported resource would be deleted immediately"
        why = adoption if why is None else f"{adoption}; {why}"
    elif why is None:
        why = waiver = "no data or traffic depends on it"
    if action == "replace":
        for path in change.replace_paths:
            yield Violation(path, describe_argument(change, path), why, waiver)
    if (reason := describe_reason(change)) is not None:
        yield Violation((), reason, why, waiver)


def _forget_violations(change: Change, adopted: AdoptedResource | None) -> Iterator[Violation]:
    what = describe_reason(change) or "it is removed from the state"
    if adopted is not None:
        yield Violation((), what, f"{_describe_adoption(adopted)} and would no longer be managed")
    elif criticality_of(change.type) is not None:
        waiver = "it continues to exist, unmanaged by Terraform"
        yield Violation((), what, waiver, waiver)


def _update_violations(change: Change, adopted: AdoptedResource | None) -> Iterator[Violation]:
    weakened = dict(weakened_protections(change))
    for path, why in weakened.items():
        inventory = adopted if inventory_may_waive(why) else None
        waiver = None if inventory is None else _waiver(change, path, inventory)
        yield Violation(path, describe_argument(change, path), why, waiver)
    if adopted is None:
        return
    for path, _, _ in change.differences:
        if path not in weakened:
            yield Violation(
                path,
                describe_argument(change, path),
                _reason_unlisted(change, path, adopted),
                _waiver(change, path, adopted),
            )
    if change.actions == ("update",) and not change.differences:
        yield Violation(
            (), "the plan does not show which argument changes", _describe_adoption(adopted)
        )


def _waiver(change: Change, path: AttributePath, adopted: AdoptedResource) -> str | None:
    if path and path[0] in TAGS:
        return "tags do not affect running workloads"
    if change.importing is not None and adopted.lists_change(path):
        return f"listed in {adopted.source}"
    return None


def _reason_unlisted(change: Change, path: AttributePath, adopted: AdoptedResource) -> str:
    if change.importing is not None:
        return "not listed in an inventory or allow-list"
    expired = ", which lists this change for the import only" if adopted.lists_change(path) else ""
    return f"{_describe_adoption(adopted)}{expired}"


def _describe_adoption(adopted: AdoptedResource) -> str:
    return f"it was adopted ({adopted.source})"


def _users_of_revision(change: Change, plan: Plan) -> str | None:
    """Describe the resources that keep using a task definition revision that is deregistered."""
    if change.before.get("skip_destroy") is True:
        return None
    names = {
        change.before.get("arn"),
        f"{change.before.get('family')}:{change.before.get('revision')}",
    }
    users = sorted(
        other.address
        for other in plan.changes
        if other.address != change.address and any(text in names for text in _strings(other.after))
    )
    if not users:
        return None
    return f"it would be deregistered, but is still used by {', '.join(users)}"


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)
