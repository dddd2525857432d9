"""A VPC has flow logs."""

from __future__ import annotations

from navra_stacks.check.argument_rules import unattached
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


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
    violations=unattached(
        "aws_vpc",
        attached="aws_flow_log",
        argument="vpc_id",
        message="no flow log records its traffic",
    ),
)
