"""A service depends on the policies of its execution role."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import role_policies
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        dependencies = document.dependencies(service)
        missing = {
            policy.address
            for task in service.referred("task_definition", "aws_ecs_task_definition")
            for role in task.referred("execution_role_arn", "aws_iam_role")
            for policy in role_policies(document, role) or ()
            if policy.base not in dependencies
        }
        if missing:
            yield Violation(
                service.address, f"it does not depend on {', '.join(sorted(missing))}", "depends_on"
            )


RULE = Rule(
    id="ecs-service-role-policies",
    title="A service depends on the policies of its execution role.",
    failure=(
        "The first tasks cannot start, and a destroy hangs because ECS loses its permissions first."
    ),
    sources=(
        "aws#3414",
        "AWS provider: aws_ecs_service",
    ),
    severity=Severity.MEDIUM,
    pack="baseline",
    repair="List the policies of the roles in `depends_on` of the service.",
    violations=_violations,
)
