"""No policy allows everything except a list."""

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
            excluded = {"NotAction", "NotResource"} & statement.body.keys()
            if statement.allows and excluded:
                yield Violation(
                    policy.resource.address,
                    f"a statement allows everything that {' and '.join(sorted(excluded))} does not "
                    "contain",
                    policy.argument,
                )
                break


RULE = Rule(
    id="iam-not-action",
    title="No policy allows everything except a list.",
    failure="New actions of AWS are allowed as soon as they exist.",
    sources=("AWS: IAM JSON policy elements: NotAction",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="List what is allowed in `Action` and `Resource`.",
    violations=_violations,
)
