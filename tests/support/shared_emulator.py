"""One emulator for all tests of a process, which goes back to what it held before each."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore.exceptions import ClientError

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.emulator.speedups import share_descriptions
from tests.support.handmade_account.console import ACCOUNT, REGION

__all__ = ["KeptEmulator", "kept_emulator"]

QUESTIONS = {
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
"""What has each service loaded that tests use, and changes nothing in it."""

ABOUT = {"application-autoscaling": {"ServiceNamespace": "ecs"}, "wafv2": {"Scope": "REGIONAL"}}
"""What a question is about where a service wants to know."""


class KeptEmulator(Emulator):
    """An emulator of the recorded account that can go back to what it held."""

    server: ClassVar = (str(Path(__file__).with_name("shared_emulator_server.py")),)

    def __init__(self) -> None:
        super().__init__(ACCOUNT)
        self._places = count()

    def __enter__(self) -> KeptEmulator:
        super().__enter__()
        self.cold = self.keep()
        """The place of what it is before anybody has asked anything."""
        for service, question in QUESTIONS.items():
            getattr(self.client(service, REGION), question)(**ABOUT.get(service, {}))
        with suppress(ClientError):  # a refusal is spelled with the help of all that there are
            self.client("iam", REGION).get_role(RoleName="nobody")
        self.remember()
        self.empty = self.keep()
        """The place of an empty account, of which all that is there is taken for granted."""
        return self

    def __exit__(self, *error: Any) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()  # all of its processes end by that
            self._process.wait()
        super().__exit__(*error)

    def keep(self) -> int:
        """Keep what it holds now; answers where."""
        place = next(self._places)
        self.ask("keep", place)
        return place

    def back(self, place: int) -> None:
        """Hold again what was kept there."""
        self.ask("back", place)

    def reset(self) -> None:
        self.back(self.empty)


STARTED = pytest.StashKey[KeptEmulator]()


def kept_emulator(config: pytest.Config) -> KeptEmulator:
    """The one of this process, started when it is first asked for."""
    if STARTED not in config.stash:
        share_descriptions()
        with ExitStack() as ending:
            config.stash[STARTED] = ending.enter_context(KeptEmulator())
            config.add_cleanup(ending.pop_all().close)
    return config.stash[STARTED]
