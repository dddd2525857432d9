"""Only workflows of one GitHub repository can assume a role."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import Statement, policies
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_WIDE = re.compile(r"repo:[^/:$]*\*|repo:[^/$]+/[^:$]*\*|\*")


def _is_github(document: CheckedDocument, statement: Statement) -> bool:
    for provider in statement.principals.get("Federated", ()):
        if provider.endswith("token.actions.githubusercontent.com"):
            return True
        for one in document.find(document.references(provider), "aws_iam_openid_connect_provider"):
            if "token.actions.githubusercontent.com" in (one.string("url") or ""):
                return True
    return False


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for policy in policies(document, "trust"):
        for statement in policy.statements:
            if not statement.allows or not _is_github(document, statement):
                continue
            subjects = [
                value
                for operator, key, values in statement.conditions
                if key == "token.actions.githubusercontent.com:sub"
                and "not" not in operator.lower()
                for value in values
            ]
            wide = [value for value in subjects if _WIDE.match(value)]
            if not subjects or wide:
                what = f"sub is compared with {wide[0]}" if wide else "sub is not compared"
                yield Violation(
                    policy.resource.address,
                    f"workflows of any repository can assume it: {what}",
                    policy.argument,
                )
                break


RULE = Rule(
    id="role-trust-github",
    title="Only workflows of one GitHub repository can assume a role.",
    failure="A workflow of a stranger deploys to the account.",
    sources=(
        "AWS: Create a role for OpenID Connect, GitHub",
        "CKV_AWS_358",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair=(
        "Compare `token.actions.githubusercontent.com:sub` with one repository (setting: "
        "`GitHubDeployRole`)."
    ),
    violations=_violations,
)
