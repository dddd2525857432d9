"""Secrets, keys, data and roles are allowed by name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.policies import policies
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_EVERYTHING = re.compile(
    r"\*|arn:(?:aws[\w-]*|\*):[\w-]+:[^:]*:[^:]*:(?:(?:secret|key|parameter|role)[:/])?\*"
)

_SENSITIVE = (
    "dynamodb:GetItem",
    "iam:AttachRolePolicy",
    "iam:CreateAccessKey",
    "iam:CreatePolicyVersion",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "kms:Decrypt",
    "rds-db:connect",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:PutBucketPolicy",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssm:SendCommand",
    "sts:AssumeRole",
)


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for policy in policies(document, "identity"):
        for statement in policy.statements:
            if not statement.allows or any(True for _ in statement.conditions):
                continue
            wide = sorted(filter(_EVERYTHING.fullmatch, statement.resources), key=len)
            if not wide:
                continue
            found = [action for action in _SENSITIVE if statement.matches(action)]
            if found and "*" not in statement.actions:
                yield Violation(
                    policy.resource.address,
                    f"{found[0]} is allowed on " + ("all resources" if wide[0] == "*" else wide[0]),
                    policy.argument,
                )
                break


RULE = Rule(
    id="iam-sensitive-wildcard",
    title="Secrets, keys, data and roles are allowed by name.",
    failure="A role reads the secrets and data of other applications, or takes over other roles.",
    sources=(
        "FSBP KMS.1",
        "CKV_AWS_108",
        "CKV_AWS_109",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Replace the resource `*` by the ARNs that are needed.",
    violations=_violations,
)
