"""No AWS managed policy with wide permissions is attached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_WIDE = re.compile(
    r"arn:aws[\w-]*:iam::aws:policy/(?:[\w-]+/)*"
    r"(?:AdministratorAccess|PowerUserAccess|\w*FullAccess|AWSBackupServiceRolePolicyFor\w+)"
)


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for attachment in document.all(
        "aws_iam_group_policy_attachment",
        "aws_iam_policy_attachment",
        "aws_iam_role_policy_attachment",
        "aws_iam_user_policy_attachment",
    ):
        arn = attachment.string("policy_arn")
        if arn is not None and _WIDE.fullmatch(arn):
            yield Violation(
                attachment.address, f"{arn.rpartition('/')[2]} is attached", "policy_arn"
            )
    for role in document.all("aws_iam_role"):
        for arn in role.texts("managed_policy_arns") or ():
            if _WIDE.fullmatch(arn):
                yield Violation(
                    role.address, f"{arn.rpartition('/')[2]} is attached", "managed_policy_arns"
                )


RULE = Rule(
    id="iam-managed-policy",
    title="No AWS managed policy with wide permissions is attached.",
    failure="The role can do more than it needs, and AWS adds further permissions to the policy.",
    sources=(
        "FSBP IAM.1",
        "CKV_AWS_274",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Attach a policy with the actions and resources that are needed.",
    violations=_violations,
)
