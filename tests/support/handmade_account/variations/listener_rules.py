"""Variations of listener rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.handmade_account.environment import HOST, HandmadeEnvironment
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["VARIATIONS", "other_priorities", "rules_in_the_older_form"]

PATHS = ("/api/*", "/health/*")


def _modify(environment: HandmadeEnvironment, path: str, **arguments: Any) -> None:
    environment.console("elbv2").modify_rule(RuleArn=environment.arns[f"rule {path}"], **arguments)


def _set_priorities(environment: HandmadeEnvironment, priorities: Mapping[str, int]) -> None:
    for path, priority in priorities.items():
        environment.console("elbv2").set_rule_priorities(
            RulePriorities=[{"RuleArn": environment.arns[f"rule {path}"], "Priority": priority}]
        )


def rules_in_the_older_form(environment: HandmadeEnvironment) -> None:
    """Write the conditions of the listener rules in the older form of the API."""
    for path in PATHS:
        _modify(environment, path, Conditions=[{"Field": "path-pattern", "Values": [path]}])


def other_priorities(environment: HandmadeEnvironment) -> None:
    """Change the priorities of the listener rules to 10 and 20."""
    _set_priorities(environment, {"/api/*": 10, "/health/*": 20})


def swapped_priorities(environment: HandmadeEnvironment) -> None:
    """Exchange the priorities of the two listener rules."""
    _set_priorities(environment, {"/api/*": 10, "/health/*": 1})
    _set_priorities(environment, {"/api/*": 2})


def _forward(environment: HandmadeEnvironment, **stickiness: Any) -> None:
    config: dict[str, Any] = {
        "TargetGroups": [{"TargetGroupArn": environment.arns["tg backend"], "Weight": 100}]
    }
    if stickiness:
        config["TargetGroupStickinessConfig"] = stickiness
    for path in PATHS:
        _modify(environment, path, Actions=[{"Type": "forward", "ForwardConfig": config}])


def weighted_forward(environment: HandmadeEnvironment) -> None:
    """Forward to one weighted target group, as the console writes it."""
    _forward(environment)


def sticky_forward(environment: HandmadeEnvironment) -> None:
    """Forward to one weighted target group, with stickiness between target groups."""
    _forward(environment, Enabled=True, DurationSeconds=3600)


def _with_host(environment: HandmadeEnvironment) -> None:
    """Add a host condition to the rule for /api/*, so that it is not the rule of the settings."""
    _modify(
        environment,
        "/api/*",
        Conditions=[
            {"Field": "host-header", "HostHeaderConfig": {"Values": [HOST]}},
            {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/*"]}},
        ],
    )


def host_condition_at_a_required_priority(environment: HandmadeEnvironment) -> None:
    """Add a host condition to a rule whose priority the environment needs."""
    _with_host(environment)


def host_condition_at_another_priority(environment: HandmadeEnvironment) -> None:
    """Add a host condition to a rule whose priority the environment does not need."""
    _with_host(environment)
    _set_priorities(environment, {"/api/*": 30})


def other_rule_at_a_required_priority(environment: HandmadeEnvironment) -> None:
    """Create another rule with the priority that an existing rule must get."""
    other_priorities(environment)
    environment.rule("/admin/*", 1)


VARIATIONS = (
    Variation("conditions in the older form", Kind.LISTENER_RULES, rules_in_the_older_form),
    Variation("other priorities", Kind.LISTENER_RULES, other_priorities),
    Variation(
        "swapped priorities",
        Kind.LISTENER_RULES,
        swapped_priorities,
        # ELB changes one priority at a time, and rejects one that another rule has.
        refused=r"aws_lb_listener_rule\.api_rule: AWS rejects priority 1 with PriorityInUse",
    ),
    Variation("one weighted target group", Kind.LISTENER_RULES, weighted_forward),
    Variation("stickiness between target groups", Kind.LISTENER_RULES, sticky_forward),
    Variation(
        "a host condition at another priority",
        Kind.LISTENER_RULES,
        host_condition_at_another_priority,
        created=frozenset({"aws_lb_listener_rule.api_rule"}),
    ),
    Variation(
        "a host condition at a required priority",
        Kind.LISTENER_RULES,
        host_condition_at_a_required_priority,
        refused=r"aws_lb_listener_rule\.api_rule needs this priority",
    ),
    Variation(
        "another rule at a required priority",
        Kind.LISTENER_RULES,
        other_rule_at_a_required_priority,
        refused=r"aws_lb_listener_rule\.api_rule needs this priority",
    ),
)
