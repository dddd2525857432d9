"""Detect changes in place that remove a protection, lose data or cut traffic."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

from navra_stacks.guard.allowed_traffic import acl_permissions, is_covered, lost, rule_permissions
from navra_stacks.guard.argument_values import (
    by_type,
    difference_at,
    entry_keys,
    objects,
    values_at,
)
from navra_stacks.guard.criticality import criticality_of
from navra_stacks.guard.protective_arguments import (
    ENTRIES,
    RETENTIONS,
    RETENTIONS_WITHOUT_END,
    SWITCHES,
    SWITCHES_WHEN_ON,
    ZERO,
)
from navra_stacks.terraform.plan import AttributePath, Change

__all__ = ["inventory_may_waive", "weakened_protections"]

_DELETION_PROTECTION = frozenset(
    """
    deletion_protection deletion_protection_enabled disable_api_stop disable_api_termination
    enable_deletion_protection termination_protection_enabled
    """.split()
)
"""Arguments that prevent a deletion while they are enabled."""

_IRREVERSIBLE_DELETION = frozenset("force_delete force_destroy skip_final_snapshot".split())
"""Arguments that, while enabled, make a later deletion irreversible."""

_BACKUP_RETENTION = frozenset(
    """
    automated_snapshot_retention_period automatic_backup_retention_days backup_retention_period
    snapshot_retention_limit
    """.split()
)
"""Arguments for the retention of backups, in days. At 0, the existing backups are deleted."""

_CAPACITY = frozenset("desired_capacity desired_count desired_size max_capacity max_size".split())
"""Arguments for the number of instances, tasks or executions. At 0, no request is served."""

_ALLOWED_TRAFFIC: tuple[AttributePath, ...] = (
    (),
    ("from_port",),
    ("to_port",),
    ("ip_protocol",),
    ("cidr_ipv4",),
    ("cidr_ipv6",),
    ("prefix_list_id",),
    ("referenced_security_group_id",),
)
"""Arguments of a security group rule that select the allowed traffic. AWS updates them in place, so
the plan shows no deletion."""

_MAY_LOSE_TRAFFIC = "it may no longer allow all traffic that was allowed before"

_ENABLED = (True, "ACTIVE", "Active", "ENABLED", "Enabled")
"""Values of arguments that switch something on."""

_DISABLED = ("DISABLED", "Disabled", "INACTIVE", "Inactive", "SUSPENDED", "Suspended", "PAUSED")
"""Values of the arguments `state` and `status` that switch a resource off. A status that is known
only after the apply is not an argument."""

_RETENTION = re.compile(r"(?:^|_)retention(?:_|$)")
"""The names of arguments for how long something is retained."""

# The retention of metrics, which the criticality table does not count as data either.
_EXPENDABLE = frozenset(["performance_insights_retention_period"])

_SWITCHES = by_type(SWITCHES)
_SWITCHES_WHEN_ON = by_type(SWITCHES_WHEN_ON)
_RETENTIONS = by_type(RETENTIONS)
_ZERO = by_type(ZERO)
_ENTRIES = by_type(ENTRIES)


def inventory_may_waive(why: str) -> bool:
    """Return True if an inventory can allow the weakened protection during an import.

    An inventory can allow only a shorter log retention, because this is an ordinary setting of
    the environment. Every other weakened protection needs an entry in the allow-list.

    Args:
        why: A reason from :func:`weakened_protections`.
    """
    return why == RETENTIONS_WITHOUT_END["aws_cloudwatch_log_group", "retention_in_days"].why


def weakened_protections(change: Change) -> Iterator[tuple[AttributePath, str]]:
    """Yield the path of each argument whose change weakens a protection, and the reason.

    If the new value is known only after the apply, a capacity, a retention or a recovery window is
    assumed not to be lower. Every other protection is assumed to be weakened.
    """
    for path, before, after in change.differences:
        name = str(next((part for part in reversed(path) if isinstance(part, str)), ""))
        if why := _reason(change.type, path, name, before, after):
            yield path, why
    yield from _changed_switches(change)
    yield from _changed_numbers(change)
    yield from _removed_entries(change)
    yield from _lost_traffic(change)


def _reason(type_: str, path: AttributePath, name: str, before: Any, after: Any) -> str | None:
    """Return why a changed argument weakens a resource of any type; None if it does not."""
    disabled = _is_enabled(before) and after != before
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
    if (effect := RETENTIONS_WITHOUT_END.get((type_, name))) is not None:
        return effect.why if _days(after) < _days(before) else None
    dotted = ".".join(part for part in path if isinstance(part, str))
    if _RETENTION.search(name) and name not in _EXPENDABLE and (type_, dotted) not in RETENTIONS:
        shorter = 0 <= _amount(after) < _amount(before)
        return "what is older than the new retention may be deleted" if shorter else None
    if len(path) == 1 and (type_, name) not in SWITCHES:
        off = name in ("enable", "enabled", "is_enabled") and before is True and disabled
        off |= name in ("state", "status") and disabled and after in _DISABLED
        if off and (criticality := criticality_of(type_)) is not None:
            return f"it is switched off; {criticality}"
    return None


def _changed_switches(change: Change) -> Iterator[tuple[AttributePath, str]]:
    for name, effect in _SWITCHES.get(change.type, {}).items():
        on = [any(map(_is_enabled, values_at(it, name))) for it in (change.before, change.after)]
        if on == [True, False] and (difference := difference_at(change, name)):
            yield difference[0], effect.why
    for name, effect in _SWITCHES_WHEN_ON.get(change.type, {}).items():
        on = [True in values_at(it, name) for it in (change.before, change.after)]
        difference = difference_at(change, name)
        if difference and not on[0] and (on[1] or difference[2] is ...):
            yield difference[0], effect.why


def _changed_numbers(change: Change) -> Iterator[tuple[AttributePath, str]]:
    for name, effect in _RETENTIONS.get(change.type, {}).items():
        before, after = (
            [_amount(value) for value in values_at(it, name)]
            for it in (change.before, change.after)
        )
        difference = difference_at(change, name)
        # `_reason` has the effect on backups at 0.
        lowest = 1 if name in _BACKUP_RETENTION else 0
        if difference and before and after and lowest <= min(after) < min(before):
            yield difference[0], effect.why
    for name, effect in _ZERO.get(change.type, {}).items():
        difference = difference_at(change, name)
        zero = [
            any(_amount(value) == 0 for value in values_at(it, name))
            for it in (change.before, change.after)
        ]
        if difference and zero == [False, True]:
            yield difference[0], effect.why


def _removed_entries(change: Change) -> Iterator[tuple[AttributePath, str]]:
    for name, entries in _ENTRIES.get(change.type, {}).items():
        before, after = (
            dict(entry_keys(it.get(name), entries.keys)) for it in (change.before, change.after)
        )
        difference = difference_at(change, name)
        if difference is None or not (removed := sorted(before.keys() - after.keys())):
            continue
        shown = f": {', '.join(removed)}" if change.can_show((name,)) else ""
        yield (name,), f"{entries.why}{shown}"


def _lost_traffic(change: Change) -> Iterator[tuple[AttributePath, str]]:
    """Yield the arguments with which rules no longer allow all traffic that they allowed before."""
    match change.type:
        case "aws_security_group" | "aws_default_security_group":
            for direction in ("ingress", "egress"):
                rules = [objects(it.get(direction)) for it in (change.before, change.after)]
                if labels := lost(*map(rule_permissions, rules)):
                    yield (direction,), _lost(change, direction, labels)
        case "aws_network_acl" | "aws_default_network_acl":
            for direction in ("ingress", "egress"):
                if labels := _newly_denied(change, direction):
                    yield (direction,), _lost(change, direction, labels)
        case "aws_vpc_security_group_egress_rule" | "aws_vpc_security_group_ingress_rule":
            changed = [path for path, _, _ in change.differences if path[:1] in _ALLOWED_TRAFFIC]
            if changed and lost(*(rule_permissions([it]) for it in (change.before, change.after))):
                for path in changed:
                    yield path, _MAY_LOSE_TRAFFIC


def _newly_denied(change: Change, direction: str) -> list[str]:
    """Return the traffic that a network ACL may no longer allow.

    A rule decides about the traffic that no rule with a lower number matches. So traffic remains
    allowed if a rule with the same or a lower number allows it, and no rule was added that denies
    it. https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
    """
    rules = [objects(it.get(direction)) for it in (change.before, change.after)]
    (allowed, denied), (still_allowed, now_denied) = (
        [acl_permissions(it, action) for action in ("allow", "deny")] for it in rules
    )
    added = [one for one in now_denied if one not in denied]
    return sorted(
        {
            one.label
            for one in allowed
            if any(other.number < one.number for other in added)
            or not is_covered(
                one,
                [it for it in still_allowed if not now_denied or it.number <= one.number],
            )
        }
    )


def _lost(change: Change, direction: str, labels: list[str]) -> str:
    difference = difference_at(change, direction)
    if difference is not None and difference[2] is ...:
        return _MAY_LOSE_TRAFFIC
    shown = ", ".join(labels) if change.can_show((direction,)) else "a connection"
    return f"its rules no longer allow all of {shown}"


def _is_enabled(value: Any) -> bool:
    # Not `in`, because 1 equals True.
    return value is True or (isinstance(value, str) and value in _ENABLED)


def _amount(value: Any) -> float:
    """Convert a number or a numeric string to a float, and any other value to -1.

    The capacities of scheduled actions are strings.
    """
    try:
        return float(value)
    except (OverflowError, TypeError, ValueError):
        return -1.0


def _days(retention: Any) -> float:
    """Return a retention in days that has no end at 0.

    Return infinity if it has no end, and 0 if the retention is known only after the apply.
    """
    if retention is ...:
        return 0.0
    days = _amount(retention)
    return days if days > 0 else math.inf
