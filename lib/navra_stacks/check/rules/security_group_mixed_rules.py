"""The rules of a security group are all inline or all separate."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.check.traffic import traffic_rules

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    separate: dict[str, str] = {}
    for rule in traffic_rules(document):
        if not rule.argument:
            for address in rule.groups:
                separate.setdefault(address, rule.resource.address)
    for group in document.all("aws_security_group"):
        inline = [name for name in ("ingress", "egress") if not group.is_absent(name)]
        if inline and group.base in separate:
            yield Violation(
                group.address, f"it has inline rules, and {separate[group.base]} as well", inline[0]
            )


RULE = Rule(
    id="security-group-mixed-rules",
    title="The rules of a security group are all inline or all separate.",
    failure="Each apply deletes the rules that the other kind has created, and traffic stops.",
    sources=(
        "aws#32743",
        "AWS provider: aws_security_group",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Move the inline rules to `aws_vpc_security_group_ingress_rule` and `..._egress_rule`.",
    violations=_violations,
)
