"""Only named roles can be passed to AWS services."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import policies
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for policy in policies(document, "identity"):
        for statement in policy.statements:
            if not statement.allows or "*" in statement.actions:
                continue
            wide = any(
                resource == "*" or resource.endswith(":role/*") for resource in statement.resources
            )
            limited = any(key.startswith("iam:passedto") for _, key, _ in statement.conditions)
            if statement.matches("iam:PassRole") and wide and not limited:
                yield Violation(
                    policy.resource.address,
                    "iam:PassRole is allowed for all roles",
                    policy.argument,
                )
                break


RULE = Rule(
    id="iam-pass-role",
    title="Only named roles can be passed to AWS services.",
    failure="A deployment role starts a task with the most powerful role of the account.",
    sources=(
        "FSBP IAM.1",
        "AWS: Grant a user permissions to pass a role to an AWS service",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="List the roles that are passed, with a condition on `iam:PassedToService`.",
    violations=_violations,
)
