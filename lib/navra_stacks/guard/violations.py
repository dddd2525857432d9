"""Find the violations in one change of a plan, before the allow-list is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from navra_stacks.guard.adopted_resources import AdoptedResource, find_adopted
from navra_stacks.guard.criticality import criticality_of
from navra_stacks.guard.exposures import exposures
from navra_stacks.guard.frozen_image_tags import frozen_image_tags
from navra_stacks.guard.implicit_adoptions import implicitly_adopted
from navra_stacks.guard.messages import describe_argument, describe_reason
from navra_stacks.guard.plan_index import PlanIndex
from navra_stacks.guard.rule_priorities import priority_conflicts
from navra_stacks.guard.weakened_protections import inventory_may_waive, weakened_protections
from navra_stacks.terraform.plan import AttributePath, Change, Plan

__all__ = ["Violation", "action_of", "violations"]

TAGS = ("tags", "tags_all")
"""Arguments that may change on adopted resources without a waiver from a file."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One effect of a change; the change is refused unless a waiver allows the effect."""

    path: AttributePath
    """The path of the argument that changes; ``()`` if the effect is on the resource as a whole."""

    what: str
    """The effect, or the argument that changes, with its values."""

    why: str
    """Why the effect needs a waiver."""

    waiver: str | None = None
    """Why the violation is allowed. None if it is not."""

    approval: str = ""
    """The kind of file that contains the waiver: ``allow-list`` or ``inventory``. Empty if the
    violation has no waiver, or one from the guard itself."""

    is_exposure: bool = False
    """True if the effect exposes a resource or routes traffic elsewhere, without a loss. Such an
    effect is refused only on request."""


def action_of(change: Change) -> str:
    """Return the name of a change's action, as in an allow-list.

    A replacement that forgets the old resource is also a ``replace``, and an import with or without
    a change in place is an ``import``. Any other change without an effect is a ``no-op`` or
    ``read``. For an unknown combination, its actions are joined with slashes.
    """
    actions = set(change.actions)
    if "create" in actions and actions <= {"create", "delete", "forget"} and len(actions) > 1:
        return "replace"
    if change.importing is not None and actions in ({"no-op"}, {"update"}):
        return "import"
    known = "create delete forget no-op read update".split()
    return next((name for name in known if actions == {name}), "/".join(change.actions))


def violations(
    change: Change, index: PlanIndex, inventory: Mapping[str, AdoptedResource]
) -> Iterator[Violation]:
    """Yield all violations in a change.

    Args:
        change: A change in the plan.
        index: The index of the plan, which contains the resources that may use a deregistered task
            definition.
        inventory: The resources from all inventories, by address.
    """
    adopted, action = find_adopted(change, inventory), action_of(change)
    if adopted is not None:
        yield from _identity_violations(change, action, adopted)
    match action:
        case "no-op" | "read":
            pass
        case "create":
            if (adoption := implicitly_adopted(change, index)) is not None:
                yield Violation((), *adoption)
        case "delete" | "replace":
            yield from _deletion_violations(change, action, adopted, index)
        case "forget":
            yield from _forget_violations(change, adopted)
        case "update" | "import":
            yield from _update_violations(change, adopted)
        case unknown:
            yield Violation(
                (), f"the action {unknown} is unknown", "the guard cannot evaluate its effect"
            )
    if action in ("create", "import", "replace", "update"):
        for why in priority_conflicts(change, index):
            if "update" in change.actions:
                yield Violation(("priority",), describe_argument(change, ("priority",)), why)
            else:
                yield Violation((), "it gets the priority of an existing rule", why)
        for path, why in exposures(change):
            yield Violation(path, describe_argument(change, path), why, is_exposure=True)
    if action in ("create", "replace"):
        for why in frozen_image_tags(change, index):
            yield Violation((), "the service is created again", why)
    if action in ("create", "delete", "replace"):
        yield from _provisioner_violations(change, index.plan)


def _identity_violations(
    change: Change, action: str, adopted: AdoptedResource
) -> Iterator[Violation]:
    """Yield a violation if the plan creates an adopted resource, or imports it by another ID."""
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
            f"the import ID is {change.importing or '(known after apply)'}",
            f"{adopted.source} lists {adopted.id}",
        )


def _deletion_violations(
    change: Change, action: str, adopted: AdoptedResource | None, index: PlanIndex
) -> Iterator[Violation]:
    why, waiver = criticality_of(change.type), None
    if change.type == "aws_ecs_task_definition":
        why = _users_of_revision(change, index)
        if action == "replace" and change.before.get("skip_destroy") is True:
            why = waiver = "a revision is registered, and the old one is retained"
            adopted = None
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


def _provisioner_violations(change: Change, plan: Plan) -> Iterator[Violation]:
    # The configuration in a plan does not show whether a provisioner runs on creation or deletion.
    if change.deposed is None and (types := plan.provisioners(change)):
        yield Violation(
            (),
            f"the apply may run its provisioners ({', '.join(types)})",
            "the plan does not show their effect",
        )


def _forget_violations(change: Change, adopted: AdoptedResource | None) -> Iterator[Violation]:
    what = describe_reason(change) or "it is removed from the state"
    if adopted is not None:
        yield Violation(
            (), what, f"{_describe_adoption(adopted)} and Terraform would stop managing it"
        )
    elif criticality_of(change.type) is not None:
        waiver = "it continues to exist, unmanaged by Terraform"
        yield Violation((), what, waiver, waiver)


def _update_violations(change: Change, adopted: AdoptedResource | None) -> Iterator[Violation]:
    weakened = list(weakened_protections(change))
    for path, why in weakened:
        waiver: tuple[str | None, str] = (None, "")
        if adopted is not None and inventory_may_waive(why):
            waiver = _waiver(change, path, adopted)
        yield Violation(path, describe_argument(change, path), why, *waiver)
    if adopted is None:
        return
    reported = {path for path, _ in weakened}
    for path, _, _ in change.differences:
        if path not in reported:
            yield Violation(
                path,
                describe_argument(change, path),
                _reason_unlisted(change, path, adopted),
                *_waiver(change, path, adopted),
            )
    if change.actions == ("update",) and not change.differences:
        yield Violation(
            (), "the plan does not show which argument changes", _describe_adoption(adopted)
        )


def _waiver(
    change: Change, path: AttributePath, adopted: AdoptedResource
) -> tuple[str | None, str]:
    """Return the `waiver` and the `approval` for a changed argument of an adopted resource."""
    if path and path[0] in TAGS:
        return "tags do not affect running workloads", ""
    if change.importing is not None and adopted.lists_change(path):
        return f"listed in {adopted.source}", "inventory"
    return None, ""


def _reason_unlisted(change: Change, path: AttributePath, adopted: AdoptedResource) -> str:
    if change.importing is not None:
        return "not listed in an inventory or allow-list"
    adoption = _describe_adoption(adopted)
    if adopted.lists_change(path):
        return f"{adoption}, and the inventory allows this change only during the import"
    return adoption


def _describe_adoption(adopted: AdoptedResource) -> str:
    return f"it was adopted ({adopted.source})"


def _users_of_revision(change: Change, index: PlanIndex) -> str | None:
    """Return a sentence with the users of a task definition revision that would be deregistered.

    Return None if the revision is not deregistered, or if no other resource in the plan uses it.
    """
    if change.before.get("skip_destroy") is True:
        return None
    if not (users := index.users_of_revision(change)):
        return None
    return f"the old revision would be deregistered, but is still used by {', '.join(users)}"
