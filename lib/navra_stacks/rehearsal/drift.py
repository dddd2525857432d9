"""What a plan that should be empty would change."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.rehearsal.result import Difference
from navra_stacks.terraform.plan import Plan, spelled

__all__ = ["differences"]


def differences(plan: Plan) -> Iterator[Difference]:
    """What a plan that is not empty would do: one at least."""
    found = [*_changed_resources(plan), *_changed_outputs(plan)]
    # Else something that Terraform does without changing a resource.
    yield from found or _reads(plan) or [Difference("the plan", "not empty", None, None)]


def _changed_resources(plan: Plan) -> Iterator[Difference]:
    for change in plan.changes:
        if change.is_nothing:
            continue
        places = change.differences if change.before and change.after else ()
        if not places:
            yield Difference(change.address, " and ".join(change.actions), None, None)
        for place, before, after in places:
            hidden = not change.may_show(place)
            yield Difference(
                change.address,
                spelled(place) + (" (replaced)" if change.is_replacement else ""),
                "(sensitive)" if hidden else before,
                "(known after apply)" if after is ... else "(sensitive)" if hidden else after,
            )


def _changed_outputs(plan: Plan) -> Iterator[Difference]:
    for name, output in plan.content.get("output_changes", {}).items():
        if output["actions"] != ["no-op"]:
            yield Difference(f"output.{name}", " and ".join(output["actions"]), None, None)


def _reads(plan: Plan) -> list[Difference]:
    """Data sources that are read during an apply alone, since only that tells their arguments."""
    return [
        Difference(one["address"], "read during the apply", None, None)
        for one in plan.content.get("resource_changes", ())
        if one["change"]["actions"] == ["read"]
    ]
