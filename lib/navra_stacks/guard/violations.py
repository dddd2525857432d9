"""What is to be said against one change of a plan, before anybody has allowed anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.guard.adopted_resources import AdoptedResource, adopted_of
from navra_stacks.guard.criticality import at_stake
from navra_stacks.guard.implicit_adoptions import taken_over
from navra_stacks.guard.messages import argument, reason
from navra_stacks.guard.weakened_protections import is_listable, losses
from navra_stacks.terraform.plan import Change, Place, Plan

__all__ = ["Violation", "action_of", "objections"]

TAGS = ("tags", "tags_all")


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a change would do and that somebody must answer for."""

    place: Place
    """The argument; ``()`` where it is the resource as a whole."""

    what: str
    """What would be done, or what forces it."""

    why: str
    """What speaks against it."""

    excuse: str | None = None
    """Why it may happen nevertheless; None where nothing says so yet."""


def action_of(change: Change) -> str:
    """A change in one word, as allow-lists spell it; Terraform's own for one that is unknown.

    A replacement that forgets what was is one: what takes its place is new.
    """
    actions = set(change.actions)
    if "create" in actions and actions <= {"create", "delete", "forget"} and len(actions) > 1:
        return "replace"
    if change.importing is not None and actions in ({"no-op"}, {"update"}):
        return "import"
    known = "create delete forget no-op read update".split()
    return next((one for one in known if actions == {one}), "/".join(change.actions))


def objections(
    change: Change, plan: Plan, listed: Mapping[str, AdoptedResource]
) -> Iterator[Violation]:
    """Everything that speaks against a change.

    Args:
        change: One of `plan`.
        plan: What else would happen.
        listed: The resources that were adopted, by address.
    """
    adopted, action = adopted_of(change, listed), action_of(change)
    if adopted is not None:
        yield from _of_identity(change, action, adopted)
    match action:
        case "no-op" | "read":
            pass
        case "create":
            yield from _of_creation(change)
        case "delete" | "replace":
            yield from _of_deletion(change, action, adopted, plan)
        case "forget":
            yield from _of_forgetting(change, adopted)
        case "update" | "import":
            yield from _of_update(change, adopted)
        case unknown:
            yield Violation((), f"Terraform's {unknown}", "the guard does not know what that does")


def _of_identity(change: Change, action: str, adopted: AdoptedResource) -> Iterator[Violation]:
    """What was adopted is what the plan means, and is not made a second time."""
    if adopted.id is None:
        return
    if action == "create":
        yield Violation(
            (),
            "the plan does not import it",
            f"it exists as {adopted.id} ({adopted.source}), and would be made a second time",
        )
    elif change.importing is not None and change.importing != adopted.id:
        yield Violation(
            (),
            f"the id is {change.importing or 'known after the apply'}",
            f"{adopted.source} says {adopted.id}",
        )


def _of_creation(change: Change) -> Iterator[Violation]:
    if (taken := taken_over(change)) is not None:
        yield Violation((), *taken)


def _of_deletion(
    change: Change, action: str, adopted: AdoptedResource | None, plan: Plan
) -> Iterator[Violation]:
    why, excuse = at_stake(change.type), None
    if change.type == "aws_ecs_task_definition":
        why = _still_used(change, plan)
    if adopted is not None:
        told = _adopted(adopted)
        if change.importing is not None:
            told = "what it imports would be deleted at once"
        why = told if why is None else f"{told}; {why}"
    elif why is None:
        why = excuse = "nothing is lost with it"
    if action == "replace":
        for path in change.replace_paths:
            yield Violation(path, argument(change, path), why, excuse)
    if (told_reason := reason(change)) is not None:
        yield Violation((), told_reason, why, excuse)


def _of_forgetting(change: Change, adopted: AdoptedResource | None) -> Iterator[Violation]:
    what = reason(change) or "it is forgotten"
    if adopted is not None:
        yield Violation((), what, f"{_adopted(adopted)}, and nothing would describe it any more")
    elif at_stake(change.type) is not None:
        excuse = "it goes on as it is, without Terraform"
        yield Violation((), what, excuse, excuse)


def _of_update(change: Change, adopted: AdoptedResource | None) -> Iterator[Violation]:
    lost = dict(losses(change))
    for place, why in lost.items():
        listed = adopted if is_listable(why) else None
        excuse = None if listed is None else _excuse(change, place, listed)
        yield Violation(place, argument(change, place), why, excuse)
    if adopted is None:
        return
    for place, _, _ in change.differences:
        if place not in lost:
            yield Violation(
                place,
                argument(change, place),
                _unlisted(change, place, adopted),
                _excuse(change, place, adopted),
            )
    if change.actions == ("update",) and not change.differences:
        yield Violation((), "the plan does not show what", _adopted(adopted))


def _excuse(change: Change, place: Place, adopted: AdoptedResource) -> str | None:
    if place and place[0] in TAGS:
        return "tags alone change nothing that runs"
    if change.importing is not None and adopted.lists(place):
        return f"{adopted.source} lists it"
    return None


def _unlisted(change: Change, place: Place, adopted: AdoptedResource) -> str:
    if change.importing is not None:
        return "no inventory and no allow-list names it"
    spent = ", which listed this for its import alone" if adopted.lists(place) else ""
    return f"{_adopted(adopted)}{spent}"


def _adopted(adopted: AdoptedResource) -> str:
    return f"it was adopted ({adopted.source})"


def _still_used(change: Change, plan: Plan) -> str | None:
    """Who goes on using a task definition's revision that the change deregisters."""
    if change.before.get("skip_destroy") is True:
        return None
    names = {
        change.before.get("arn"),
        f"{change.before.get('family')}:{change.before.get('revision')}",
    }
    users = sorted(
        one.address
        for one in plan.changes
        if one.address != change.address and any(text in names for text in _texts(one.after))
    )
    if not users:
        return None
    return f"{', '.join(users)} would go on using a revision that is deregistered"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
