"""A policy lists its actions."""

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
            wide = [action for action in statement.actions if action.endswith(":*")]
            if statement.allows and wide:
                yield Violation(
                    policy.resource.address,
                    f"a statement allows {', '.join(wide)}",
                    policy.argument,
                )
                break


RULE = Rule(
    id="iam-action-wildcard",
    title="A policy lists its actions.",
    failure="The role can do more than it needs, for example delete what it only reads.",
    sources=(
        "FSBP IAM.21",
        "CKV_AWS_111",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="List the actions that are needed instead of all actions of a service.",
    violations=_violations,
)
