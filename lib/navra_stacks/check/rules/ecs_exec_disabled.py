"""ECS Exec is disabled."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        if service.flag("enable_execute_command", False) is True:
            yield Violation(
                service.address,
                "ECS Exec opens a shell in its containers",
                "enable_execute_command",
            )


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
    violations=_violations,
)
