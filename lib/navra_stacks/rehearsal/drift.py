"""The changes in a second plan, which is empty if the apply left no differences."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.rehearsal.result import Difference
from navra_stacks.terraform.plan import Plan, format_path

__all__ = ["differences"]


def differences(plan: Plan) -> Iterator[Difference]:
    """Yield the changes in `plan`, which must not be empty.

    If no resource and no output changes, yield the data sources that are read during the apply, or
    one difference without details.
    """
    found = [*_changed_resources(plan), *_changed_outputs(plan)]
    # If no resource or output changes, a data source is read, or the cause is unknown.
    yield from found or _reads(plan) or [Difference("the plan", "not empty", None, None)]


def _changed_resources(plan: Plan) -> Iterator[Difference]:
    for change in plan.changes:
        if change.is_no_op:
            continue
        changed = change.differences if change.before and change.after else ()
        if not changed:
            yield Difference(change.address, " and ".join(change.actions), None, None)
        for path, before, after in changed:
            hidden = not change.can_show(path)
            yield Difference(
                change.address,
                format_path(path) + (" (replaced)" if change.is_replacement else ""),
                "(sensitive)" if hidden else before,
                "(known after apply)" if after is ... else "(sensitive)" if hidden else after,
            )


def _changed_outputs(plan: Plan) -> Iterator[Difference]:
    for name, output in plan.content.get("output_changes", {}).items():
        if output["actions"] != ["no-op"]:
            yield Difference(f"output.{name}", " and ".join(output["actions"]), None, None)


def _reads(plan: Plan) -> list[Difference]:
    """Return the data sources that Terraform reads during the apply.

    An argument of such a data source is not known before the apply.
    """
    return [
        Difference(change["address"], "read during the apply", None, None)
        for change in plan.content.get("resource_changes", ())
        if change["change"]["actions"] == ["read"]
    ]
