"""Only named principals can assume a role."""

from __future__ import annotations

import json
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import policies
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.guard.policy_statements import exposing_statements

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for policy in policies(document, "trust"):
        for statement in policy.statements:
            text = json.dumps({"Statement": [statement.body]})
            if any(True for _ in exposing_statements(text)):
                yield Violation(
                    policy.resource.address, "every AWS account can assume it", policy.argument
                )
                break


RULE = Rule(
    id="role-trust-public",
    title="Only named principals can assume a role.",
    failure="Every AWS account can use the permissions of the role.",
    sources=(
        "CKV_AWS_60",
        "AWS: How to use trust policies",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Name the account, role or service in the trust policy.",
    violations=_violations,
)
