"""The keys of an environment's own: for what it keeps, and for the sessions of ECS Exec."""

from __future__ import annotations

from cdktf import TerraformStack
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.kms_key import EncryptionKey
from navra_stacks.constructs.compute.exec_logging import AuditedExec
from navra_stacks.settings.environment import Environment

__all__ = ["audited_exec_of", "key_of"]

KEY = "environment_key"


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
    """The ARN of the environment's key; None where AWS's own keys serve.

    A key that was turned off stays in AWS, and Terraform forgets it: what it encrypted can be read
    with nothing else, and a database cannot change its key.
    """
    if not environment.hardening.customer_managed_keys:
        TerraformStack.of(scope).add_override(
            "removed",
            [{"from": f"aws_kms_key.{KEY}", "lifecycle": {"destroy": False}}],
        )
        return None
    return EncryptionKey(
        scope,
        "key",
        address=KEY,
        alias=environment.names.key_alias,
        description=f"What {environment.names.stack} keeps",
        location=location,
        deletion_window_days=environment.hardening.key_deletion_window_days,
        used_by="logs",
    ).arn
