"""Tasks have no public IP address."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        if service.block("network_configuration").flag("assign_public_ip", False) is True:
            yield Violation(
                service.address,
                "its tasks get public addresses",
                "network_configuration.assign_public_ip",
            )


RULE = Rule(
    id="ecs-public-ip",
    title="Tasks have no public IP address.",
    failure="A wrong security group rule exposes the containers to the internet.",
    sources=(
        "FSBP ECS.2",
        "CKV_AWS_333",
    ),
    severity=Severity.HIGH,
    pack="production",
    repair=(
        "Set `assign_public_ip = false` in subnets with NAT (setting: `network=PrivateVpc(...)`)."
    ),
    violations=_violations,
)
