"""The default security group of a VPC has no rules."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for vpc in document.all("aws_vpc"):
        if document.attached(vpc, "vpc_id", "aws_default_security_group") == ():
            yield Violation(vpc.address, "its default security group allows traffic")
    for group in document.all("aws_default_security_group"):
        if group.blocks("ingress") or group.blocks("egress"):
            yield Violation(group.address, "the default security group has rules")


RULE = Rule(
    id="vpc-default-security-group",
    title="The default security group of a VPC has no rules.",
    failure="Resources without a security group of their own reach each other.",
    sources=(
        "FSBP EC2.2",
        "CKV2_AWS_12",
    ),
    severity=Severity.LOW,
    pack="production",
    repair="Add an `aws_default_security_group` without rules.",
    violations=_violations,
)
