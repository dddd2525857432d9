"""The KMS keys of an environment: one for data and logs, one for ECS Exec sessions."""

from __future__ import annotations

from cdktf import TerraformStack

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.kms_key import CustomerManagedKey
from navra_stacks.constructs.compute.exec_logging import AuditedExec
from navra_stacks.settings.environment import Environment

__all__ = ["Encryption"]

KEY = "environment_key"


class Encryption:
    """The key of the environment, and the key and log group of its ECS Exec sessions."""

    def __init__(
        self, scope: TerraformStack, environment: Environment, *, env: EnvironmentContext
    ) -> None:
        self.exec_sessions = (
            AuditedExec(scope, "exec", env=env) if environment.hardening.audited_exec else None
        )
        """The key and log group of ECS Exec sessions; None if ECS Exec is off."""
        self.kms_key = self._key(scope, environment, env)
        """The key for data and logs; None if AWS managed keys encrypt them."""

    def _key(
        self, scope: TerraformStack, environment: Environment, env: EnvironmentContext
    ) -> CustomerManagedKey | None:
        if not environment.hardening.customer_managed_keys:
            # A key that is turned off stays in AWS and leaves the state: data that it encrypted can
            # be read with no other key, and a database cannot change its key.
            scope.add_override(
                "removed",
                [{"from": f"aws_kms_key.{KEY}", "lifecycle": {"destroy": False}}],
            )
            return None
        return CustomerManagedKey(
            scope,
            "key",
            logical_id=KEY,
            alias=env.names.key_alias,
            description=f"Data and logs of {env.names.stack}",
            location=env.location,
            deletion_window_days=env.key_deletion_window_days,
            used_by="logs",
        )
