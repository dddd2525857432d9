"""Variations of target groups."""

from __future__ import annotations

from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["VARIATIONS"]


def _modify(environment: HandmadeEnvironment, **attributes: str) -> None:
    for service in ("frontend", "backend"):
        environment.console("elbv2").modify_target_group_attributes(
            TargetGroupArn=environment.arns[f"tg {service}"],
            Attributes=[
                {"Key": name.replace("__", "."), "Value": value}
                for name, value in attributes.items()
            ],
        )


def stickiness(environment: HandmadeEnvironment) -> None:
    """Enable stickiness to targets, for an hour."""
    _modify(
        environment,
        stickiness__enabled="true",
        stickiness__type="lb_cookie",
        stickiness__lb_cookie__duration_seconds="3600",
    )


def slow_start(environment: HandmadeEnvironment) -> None:
    """Enable slow start, for a minute."""
    _modify(environment, slow_start__duration_seconds="60")


def least_outstanding_requests(environment: HandmadeEnvironment) -> None:
    """Select the target with the least outstanding requests."""
    _modify(environment, load_balancing__algorithm__type="least_outstanding_requests")


OTHER_NAMES = {"target_groups": {"frontend": "web-80", "backend": "api-8787"}}

VARIATIONS = (
    Variation("other names", Kind.TARGET_GROUPS, arguments=OTHER_NAMES),
    Variation("stickiness", Kind.TARGET_GROUPS, stickiness),
    Variation("slow start", Kind.TARGET_GROUPS, slow_start),
    Variation("least outstanding requests", Kind.TARGET_GROUPS, least_outstanding_requests),
)
