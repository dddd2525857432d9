"""Detect creations that adopt or overwrite an existing resource instead of creating a new one."""

from __future__ import annotations

from navra_stacks.guard.plan_index import PlanIndex
from navra_stacks.guard.takeover_types import TAKEOVERS
from navra_stacks.terraform.plan import Change

__all__ = ["implicitly_adopted"]


def implicitly_adopted(change: Change, index: PlanIndex) -> tuple[str, str] | None:
    """Return the effect of a creation on an existing resource, and the resulting loss.

    Return None if no existing resource is affected. If the identifying value is known only after
    the apply, no existing resource is assumed to be affected, because the same apply then creates
    the owner, or the record validates a new certificate. The owner can also be created by the same
    apply under a name that is known before.

    Args:
        change: The creation.
        index: The index of the plan with `change`.
    """
    if (takeover := TAKEOVERS.get(change.type)) is not None:
        owner, condition = takeover.owner, takeover.condition
        if condition is not None and change.after.get(condition[0]) != condition[1]:
            return None
        if owner is None:
            return "the account has only one of it", takeover.loss
        name = change.after.get(owner)
        if not name or _is_created(takeover.owner_type, name, index):
            return None
        shown = f"{owner} = {name if change.can_show((owner,)) else '(value hidden)'}"
        if change.type.startswith("aws_default_"):
            return f"it adopts an existing resource ({shown})", takeover.loss
        return f"it changes what exists before the apply ({shown})", takeover.loss
    # A name that begins with an underscore is not the name of a host. Such a record proves the
    # ownership of a domain.
    name = str(change.after.get("name") or "_")
    if change.after.get("allow_overwrite") is True and not name.startswith("_"):
        return "`allow_overwrite` is true", f"an existing record for {name} would be overwritten"
    return None


def _is_created(type_: str | None, name: object, index: PlanIndex) -> bool:
    """Return True if the plan creates a resource of a type with `name` as one of its arguments."""
    return type_ is not None and index.creates(type_, name)
