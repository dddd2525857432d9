"""Changes in place that take away as much as a delete: a protection, or the last task."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from navra_stacks.terraform.plan import Change, Place

__all__ = ["is_listable", "losses"]

_PROTECTED = frozenset(
    """
    deletion_protection deletion_protection_enabled disable_api_stop disable_api_termination
    enable_deletion_protection
    """.split()
)
"""Arguments that keep AWS from deleting something while they are on."""

_DISCARDED = frozenset("force_delete force_destroy skip_final_snapshot".split())
"""Arguments by which a later delete leaves nothing behind once they are on."""

_OLDER_EVENTS = "the events that are older than that are deleted"

_BACKED_UP = frozenset("backup_retention_period snapshot_retention_limit".split())
"""How many days of backups are kept; at 0 those that exist are deleted."""

_RUNNING = frozenset(
    "desired_capacity desired_count max_capacity max_size reserved_concurrent_executions".split()
)
"""How many run; at 0 nobody answers."""

_LET_THROUGH = frozenset(
    "cidr_ipv4 cidr_ipv6 ip_protocol prefix_list_id referenced_security_group_id".split()
)
"""What a security group's rule lets through, besides its ports; AWS changes it in place."""

_ON = (True, "ACTIVE", "Enabled")


def is_listable(why: str) -> bool:
    """Whether an inventory's word is enough for a loss of :func:`losses` that comes by an import.

    It is for a setting that the environment has had all along; for a protection's end it is not.
    """
    return why == _OLDER_EVENTS


def losses(change: Change) -> Iterator[tuple[Place, str]]:
    """The places at which a change in place takes something away, each with what that is.

    A value that only the apply tells may take it away, and counts as if it did.
    """
    for place, before, after in change.differences:
        name = str(next((part for part in reversed(place) if isinstance(part, str)), ""))
        if why := _loss(change.type, name, before, after):
            yield place, why
        if (place[:1], name, before) == (("point_in_time_recovery",), "enabled", True):
            yield place, "it deletes the continuous backups"
    if change.type in ("aws_security_group", "aws_default_security_group"):
        for direction in ("ingress", "egress"):
            before, after = change.before.get(direction), change.after.get(direction)
            if gone := sorted(_connections(before) - _connections(after)):
                which = "a connection" if change.hides((direction,)) else ", ".join(gone)
                yield (direction,), f"it no longer lets {which} through"


def _loss(type_: str, name: str, before: Any, after: Any) -> str | None:
    off = before in _ON and after != before
    if name in _PROTECTED and off:
        return "it takes the protection against deletion away"
    if name in _DISCARDED and before is not True and after in (True, ...):
        return "a later delete would leave nothing behind"
    zero = _amount(before) > 0 and _amount(after) == 0
    if name in _BACKED_UP and zero:
        return "it deletes the automatic backups"
    if name in _RUNNING and zero:
        return "it scales to zero"
    # What was imported has no window in the state, and AWS's own is 30 days.
    if (type_, name) == ("aws_secretsmanager_secret", "recovery_window_in_days"):
        return "a later delete would leave nothing behind" if after == 0 else None
    if (type_, name) == ("aws_cloudwatch_log_group", "retention_in_days"):
        return _OLDER_EVENTS if _days(after) < _days(before) else None
    if (type_, name) == ("aws_kms_key", "is_enabled") and off:
        return "nothing that the key encrypted can be read while it is off"
    if (type_, name) == ("aws_s3_bucket_versioning", "status") and off:
        return "what is overwritten or deleted is no longer kept"
    if type_ in ("aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"):
        ports = isinstance(before, int) and isinstance(after, int)
        wider = ports and (after <= before if name == "from_port" else after >= before)
        narrower = name in ("from_port", "to_port") and not wider
        if narrower or (name in _LET_THROUGH and before is not None):
            return "it no longer lets everything through that it did"
    return None


def _amount(value: Any) -> float:
    """A number, also one that is a text, as a scheduled action's are; less than 0 where none is."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return -1.0


def _days(retention: Any) -> float:
    """How long a log group keeps its events; what only the apply tells may be no time at all."""
    if retention is ...:
        return 0.0
    days = _amount(retention)
    return days if days > 0 else math.inf


def _connections(rules: Any) -> set[str]:
    """What inline rules let through, one connection each: ``tcp 443-443 10.0.0.0/8``."""
    peers = "cidr_blocks ipv6_cidr_blocks prefix_list_ids security_groups".split()
    return {
        f"{one.get('protocol')} {one.get('from_port')}-{one.get('to_port')} {peer}"
        for one in rules or ()
        for peer in (
            *(peer for name in peers for peer in one.get(name) or ()),
            *(["itself"] if one.get("self") else []),
        )
    }
