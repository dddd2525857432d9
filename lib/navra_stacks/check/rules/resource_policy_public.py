"""A resource policy allows named principals only."""

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
    for policy in policies(document, "resource"):
        for statement in policy.statements:
            text = json.dumps({"Statement": [statement.body]})
            effects = [effect for _, effect in exposing_statements(text)]
            if effects and ("Principal" in statement.body or "NotPrincipal" in statement.body):
                yield Violation(policy.resource.address, effects[0], policy.argument)
                break


RULE = Rule(
    id="resource-policy-public",
    title="A resource policy allows named principals only.",
    failure="Every AWS account, or everybody, can read or change the resource.",
    sources=(
        "FSBP S3.8",
        "FSBP SQS.3",
        "CKV_AWS_70",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Name the account, role or service in the policy, or add a condition on it.",
    violations=_violations,
)
