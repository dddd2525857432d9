"""Variations of log groups."""

from __future__ import annotations

from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["VARIATIONS"]


def retention(environment: HandmadeEnvironment) -> None:
    """Retain the events for 90 days."""
    for name in environment.log_groups.values():
        environment.console("logs").put_retention_policy(logGroupName=name, retentionInDays=90)


def encryption_key(environment: HandmadeEnvironment) -> None:
    """Encrypt the log groups with a KMS key."""
    key = environment.console("kms").create_key(Description="logs")["KeyMetadata"]["Arn"]
    for name in environment.log_groups.values():
        environment.console("logs").associate_kms_key(logGroupName=name, kmsKeyId=key)


OTHER_NAMES = {"log_groups": {"frontend": "/aep/web", "backend": "/aep/api"}}

VARIATIONS = (
    Variation("other names of log groups", Kind.LOG_GROUPS, arguments=OTHER_NAMES),
    Variation("another retention", Kind.LOG_GROUPS, retention),
    Variation("a KMS key", Kind.LOG_GROUPS, encryption_key),
)
