"""The task role and the execution role differ."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for task in document.all("aws_ecs_task_definition"):
        roles = task.refers_to("task_role_arn")
        literal = task.string("task_role_arn")
        if (roles and roles == task.refers_to("execution_role_arn")) or (
            literal and literal == task.string("execution_role_arn")
        ):
            yield Violation(
                task.address, "it uses the execution role as the task role", "task_role_arn"
            )


RULE = Rule(
    id="ecs-task-roles",
    title="The task role and the execution role differ.",
    failure="The application can read the secrets and images of its start, and more than it needs.",
    sources=("AWS: Best practices for IAM roles in Amazon ECS",),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="Create a role for each.",
    violations=_violations,
)
