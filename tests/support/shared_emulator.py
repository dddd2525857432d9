"""One emulator for all tests of a process, which can save and restore its state."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.emulator.speedups import share_service_models
from tests.support.handmade_account.console import ACCOUNT, REGION

__all__ = ["SharedEmulator", "get_shared_emulator"]

READ_CALLS = {
    "acm": "list_certificates",
    "application-autoscaling": "describe_scalable_targets",
    "backup": "list_backup_vaults",
    "cloudwatch": "describe_alarms",
    "ec2": "describe_vpcs",
    "ecr": "describe_repositories",
    "ecs": "list_clusters",
    "elasticache": "describe_cache_clusters",
    "elbv2": "describe_load_balancers",
    "iam": "list_roles",
    "kms": "list_keys",
    "logs": "describe_log_groups",
    "rds": "describe_db_instances",
    "route53": "list_hosted_zones",
    "s3": "list_buckets",
    "secretsmanager": "list_secrets",
    "sns": "list_topics",
    "sts": "get_caller_identity",
    "wafv2": "list_web_acls",
}
"""For each service that tests use, a call that loads it without changing anything."""

ARGUMENTS = {
    "application-autoscaling": {"ServiceNamespace": "ecs"},
    "wafv2": {"Scope": "REGIONAL"},
}
"""The required arguments of these calls."""


class SharedEmulator(Emulator):
    """An emulator of the recorded account that can save and restore its state."""

    server: ClassVar = (str(Path(__file__).with_name("shared_emulator_server.py")),)

    def __init__(self) -> None:
        super().__init__(ACCOUNT)
        self._slots = count()

    def __enter__(self) -> SharedEmulator:
        super().__enter__()
        self.cold = self.save_state()
        """The saved state before the first request."""
        for service, operation in READ_CALLS.items():
            getattr(self.client(service, REGION), operation)(**ARGUMENTS.get(service, {}))
        with suppress(ClientError):  # loads what moto needs for error responses
            self.client("iam", REGION).get_role(RoleName="missing")
        self.take_snapshot()
        self.empty = self.save_state()
        """The saved state of an empty account, with a snapshot of its built-in resources."""
        return self

    def __exit__(self, *error: Any) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # ends all processes of the server
            self._process.wait()
        super().__exit__(*error)

    def save_state(self) -> int:
        """Save the current state and return the number of its slot."""
        slot = next(self._slots)
        self._call("save-state", slot)
        return slot

    def restore_state(self, slot: int) -> None:
        """Restore the state that was saved in `slot`."""
        self._call("restore-state", slot)

    def reset(self) -> None:
        self.restore_state(self.empty)


STARTED = pytest.StashKey[SharedEmulator]()


def get_shared_emulator(config: pytest.Config) -> SharedEmulator:
    """Return the emulator of this process, started on the first call."""
    if STARTED not in config.stash:
        share_service_models()
        with ExitStack() as stack:
            config.stash[STARTED] = stack.enter_context(SharedEmulator())
            config.add_cleanup(stack.pop_all().close)
    return config.stash[STARTED]
