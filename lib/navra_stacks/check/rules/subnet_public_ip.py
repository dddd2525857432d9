"""Subnets assign no public IP addresses."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for subnet in document.all("aws_subnet"):
        if subnet.flag("map_public_ip_on_launch", False) is True:
            yield Violation(
                subnet.address,
                "everything that is started in it gets a public address",
                "map_public_ip_on_launch",
            )


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
    violations=_violations,
)
