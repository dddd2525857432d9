"""A VPC has flow logs."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for vpc in document.all("aws_vpc"):
        if document.attached(vpc, "vpc_id", "aws_flow_log") == ():
            yield Violation(vpc.address, "no flow log records its traffic")


RULE = Rule(
    id="vpc-flow-logs",
    title="A VPC has flow logs.",
    failure="Rejected and unexpected traffic cannot be reconstructed.",
    sources=(
        "FSBP EC2.6",
        "CKV2_AWS_11",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Add an `aws_flow_log` (setting: `network=PrivateVpc(...)` with hardening).",
    violations=_violations,
)
