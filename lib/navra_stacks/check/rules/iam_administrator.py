"""No policy allows all actions on all resources."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import policies
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_ALL = {"*", "*:*"}


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for policy in policies(document, "identity"):
        for statement in policy.statements:
            if statement.allows and _ALL & set(statement.actions) and "*" in statement.resources:
                yield Violation(
                    policy.resource.address,
                    "a statement allows all actions on all resources",
                    policy.argument,
                )
                break


RULE = Rule(
    id="iam-administrator",
    title="No policy allows all actions on all resources.",
    failure="Anybody with the credentials of the role controls the account.",
    sources=(
        "FSBP IAM.1",
        "CKV_AWS_62",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="List the actions and resources that are needed.",
    violations=_violations,
)
