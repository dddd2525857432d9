"""Changes in place that take away as much as a delete: a protection, or the last task."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from navra_stacks.terraform.plan import Change, Place

__all__ = ["losses"]

_PROTECTED = frozenset(
    """
    deletion_protection deletion_protection_enabled disable_api_stop disable_api_termination
    enable_deletion_protection
    """.split()
)
"""Arguments that keep AWS from deleting something while they are on."""

_DISCARDED = frozenset("force_delete force_destroy skip_final_snapshot".split())
"""Arguments by which a later delete leaves nothing behind once they are on."""

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


def losses(change: Change) -> Iterator[tuple[Place, str]]:
    """The places at which a change in place takes something away, each with what that is.

    A value that only the apply tells may take it away, and counts as if it did.
    """
    for place, before, after in change.differences:
        name = str(next((part for part in reversed(place) if isinstance(part, str)), ""))
        if why := _loss(change.type, name, before, after):
            yield place, why
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
    zero = isinstance(before, int | float) and before > 0 and after == 0
    if name in _BACKED_UP and zero:
        return "it deletes the automatic backups"
    if name in _RUNNING and zero:
        return "it scales to zero"
    if (type_, name) == ("aws_secretsmanager_secret", "recovery_window_in_days") and zero:
        return "a later delete would leave nothing behind"
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
