"""Only the ports 80 and 443 are open to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.traffic import traffic_rules

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for rule in traffic_rules(document, "ingress"):
        if not rule.is_anywhere or rule.protocol in (None, "icmp", "icmpv6", "1", "58"):
            continue
        if rule.ports is None or (rule.ports[0] == rule.ports[1] and rule.ports[0] in (80, 443)):
            continue
        start, end = rule.ports
        ports = (
            "all ports are"
            if (start, end) == (0, 65535)
            else (f"port {start} is" if start == end else f"ports {start} to {end} are")
        )
        yield Violation(rule.resource.address, f"{ports} open to the internet", rule.argument)


RULE = Rule(
    id="security-group-open-port",
    title="Only the ports 80 and 443 are open to the internet.",
    failure="Databases, shells and internal ports are attacked within minutes.",
    sources=(
        "FSBP EC2.18",
        "FSBP EC2.19",
        "CKV_AWS_24",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Replace the network by a security group or by your own networks.",
    violations=_violations,
)
