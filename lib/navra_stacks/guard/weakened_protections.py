"""Detect changes in place that remove a protection, lose data or cut traffic."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from navra_stacks.terraform.plan import AttributePath, Change

__all__ = ["inventory_may_waive", "weakened_protections"]

_DELETION_PROTECTION = frozenset(
    """
    deletion_protection deletion_protection_enabled disable_api_stop disable_api_termination
    enable_deletion_protection
    """.split()
)
"""Arguments that prevent a deletion while they are enabled."""

_IRREVERSIBLE_DELETION = frozenset("force_delete force_destroy skip_final_snapshot".split())
"""Arguments that, while enabled, make a later deletion irreversible."""

_OLDER_EVENTS = "older log events are deleted"
"""The reason for a shorter retention of a log group."""

_BACKUP_RETENTION = frozenset("backup_retention_period snapshot_retention_limit".split())
"""Arguments for the retention of backups, in days. At 0, the existing backups are deleted."""

_CAPACITY = frozenset(
    "desired_capacity desired_count max_capacity max_size reserved_concurrent_executions".split()
)
"""Arguments for the number of instances, tasks or executions. At 0, no request is served."""

_ALLOWED_TRAFFIC = frozenset(
    "cidr_ipv4 cidr_ipv6 ip_protocol prefix_list_id referenced_security_group_id".split()
)
"""Arguments of a security group rule, besides its ports, that select the allowed traffic. AWS
updates them in place, so the plan shows no deletion."""

_ENABLED = (True, "ACTIVE", "Enabled")
"""Values of arguments that switch a protection on."""


def inventory_may_waive(why: str) -> bool:
    """Return True if an inventory can allow the weakened protection during an import.

    An inventory can allow only a shorter log retention, because this is an ordinary setting of
    the environment. Every other weakened protection needs an entry in the allow-list.

    Args:
        why: A reason from :func:`weakened_protections`.
    """
    return why == _OLDER_EVENTS


def weakened_protections(change: Change) -> Iterator[tuple[AttributePath, str]]:
    """Yield the path of each argument whose change weakens a protection, and the reason.

    If the new value is known only after the apply, a capacity, a backup retention or a recovery
    window is assumed not to be 0. Every other protection is assumed to be weakened.
    """
    for path, before, after in change.differences:
        name = str(next((part for part in reversed(path) if isinstance(part, str)), ""))
        if why := _reason(change.type, name, before, after):
            yield path, why
        if (path[:1], name, before) == (("point_in_time_recovery",), "enabled", True):
            yield path, "it deletes the continuous backups"
    if change.type in ("aws_security_group", "aws_default_security_group"):
        for direction in ("ingress", "egress"):
            before, after = change.before.get(direction), change.after.get(direction)
            if removed := sorted(_connections(before) - _connections(after)):
                connections = (
                    "a connection" if change.is_sensitive_at((direction,)) else ", ".join(removed)
                )
                yield (direction,), f"its rules no longer list {connections}"


def _reason(type_: str, name: str, before: Any, after: Any) -> str | None:
    disabled = before in _ENABLED and after != before
    if name in _DELETION_PROTECTION and disabled:
        return "it removes the deletion protection"
    if name in _IRREVERSIBLE_DELETION and before is not True and after in (True, ...):
        return "a later deletion could not be undone"
    zero = _amount(before) > 0 and _amount(after) == 0
    if name in _BACKUP_RETENTION and zero:
        return "it deletes the automatic backups"
    if name in _CAPACITY and zero:
        return "it scales to zero"
    # `before` is not compared, because the state contains no recovery window after an import. The
    # default of AWS is 30 days.
    if (type_, name) == ("aws_secretsmanager_secret", "recovery_window_in_days"):
        return "a later deletion could not be undone" if after == 0 else None
    if (type_, name) == ("aws_cloudwatch_log_group", "retention_in_days"):
        return _OLDER_EVENTS if _days(after) < _days(before) else None
    if (type_, name) == ("aws_kms_key", "is_enabled") and disabled:
        return "data encrypted with the key cannot be read while it is disabled"
    if (type_, name) == ("aws_s3_bucket_versioning", "status") and disabled:
        return "objects that are overwritten or deleted later cannot be recovered"
    if type_ in ("aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"):
        ports = isinstance(before, int) and isinstance(after, int)
        wider = ports and (after <= before if name == "from_port" else after >= before)
        narrower = name in ("from_port", "to_port") and not wider
        if narrower or (name in _ALLOWED_TRAFFIC and before is not None):
            return "it may no longer allow all traffic that was allowed before"
    return None


def _amount(value: Any) -> float:
    """Convert a number or a numeric string to a float, and any other value to -1.

    The capacities of scheduled actions are strings.
    """
    try:
        return float(value)
    except (TypeError, ValueError):
        return -1.0


def _days(retention: Any) -> float:
    """Return the retention of a log group in days.

    Return infinity if events never expire, and 0 if the retention is known only after the apply.
    """
    if retention is ...:
        return 0.0
    days = _amount(retention)
    return days if days > 0 else math.inf


def _connections(rules: Any) -> set[str]:
    """Return the connections that inline rules allow, for example ``tcp 443-443 10.0.0.0/8``."""
    peers = "cidr_blocks ipv6_cidr_blocks prefix_list_ids security_groups".split()
    return {
        f"{rule.get('protocol')} {rule.get('from_port')}-{rule.get('to_port')} {peer}"
        for rule in rules or ()
        for peer in (
            *(peer for name in peers for peer in rule.get(name) or ()),
            *(["the group itself"] if rule.get("self") else []),
        )
    }
