"""ECS Exec is disabled."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="ecs-exec-disabled",
    title="ECS Exec is disabled.",
    failure=(
        "Everybody who can call ExecuteCommand gets a shell in the containers, with their secrets."
    ),
    sources=("AWS: Monitor Amazon ECS containers with ECS Exec",),
    severity=Severity.MEDIUM,
    pack="production",
    repair=(
        "Remove `enable_execute_command` (setting: `hardening.audited_exec`). Waive the rule "
        "with an end date while the access is needed."
    ),
    violations=wrong_flag(
        "aws_ecs_service",
        argument="enable_execute_command",
        wrong=True,
        default=False,
        message="ECS Exec opens a shell in its containers",
    ),
)
