"""The keys of an environment's own: for what it keeps, and for the sessions of ECS Exec."""

from __future__ import annotations

from constructs import Construct

from navra_stacks.constructs.audited_exec import AuditedExec
from navra_stacks.constructs.encryption_key import EncryptionKey
from navra_stacks.constructs.location import Location
from navra_stacks.settings.environment import Environment

__all__ = ["audited_exec_of", "key_of"]


def audited_exec_of(
    scope: Construct, environment: Environment, *, location: Location
) -> AuditedExec | None:
    """ECS Exec with its log, where it is on."""
    if not environment.hardening.audited_exec:
        return None
    return AuditedExec(
        scope,
        "exec",
        names=environment.names,
        location=location,
        retention_days=environment.logs.retention_days,
        deletion_window_days=environment.hardening.key_deletion_window_days,
    )


def key_of(scope: Construct, environment: Environment, *, location: Location) -> str | None:
    """The ARN of the environment's key; None where AWS's own keys serve."""
    if not environment.hardening.customer_managed_keys:
        return None
    return EncryptionKey(
        scope,
        "key",
        address="environment_key",
        alias=environment.names.key_alias,
        description=f"What {environment.names.stack} keeps",
        location=location,
        deletion_window_days=environment.hardening.key_deletion_window_days,
    ).arn
