"""Subnets assign no public IP addresses."""

from __future__ import annotations

from navra_stacks.check.argument_rules import wrong_flag
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule

__all__ = ["RULE"]


RULE = Rule(
    id="subnet-public-ip",
    title="Subnets assign no public IP addresses.",
    failure="Everything that is started in the subnet is reachable from the internet.",
    sources=(
        "FSBP EC2.15",
        "CKV_AWS_130",
    ),
    severity=Severity.MEDIUM,
    pack="production",
    repair="Set `map_public_ip_on_launch = false`.",
    violations=wrong_flag(
        "aws_subnet",
        argument="map_public_ip_on_launch",
        wrong=True,
        default=False,
        message="everything that is started in it gets a public address",
    ),
)
