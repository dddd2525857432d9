"""Tasks without a public address have a route to their image registry."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import is_fargate
from navra_stacks.check.networks import default_routes
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _has_endpoints(document: CheckedDocument) -> bool:
    """Return True if images can be pulled from ECR through a VPC endpoint."""
    names = [one.text("service_name") or "" for one in document.all("aws_vpc_endpoint")]
    return any("ecr.dkr" in name or "${each." in name for name in names)


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if _has_endpoints(document):
        return
    for service in document.all("aws_ecs_service"):
        network = service.block("network_configuration")
        if service.is_absent("network_configuration") or not is_fargate(service):
            continue
        if network.flag("assign_public_ip", False) is not False:
            continue
        for subnet in document.find(network.refers_to("subnets"), "aws_subnet"):
            routes = default_routes(document, subnet)
            if routes is None or "other" in routes:
                continue
            reason = (
                "is public, but its tasks have no public address"
                if "internet" in routes
                else "has no default route and no VPC endpoint of ECR"
            )
            yield Violation(
                service.address, f"{subnet.address} {reason}", "network_configuration.subnets"
            )
            break


RULE = Rule(
    id="ecs-private-egress",
    title="Tasks without a public address have a route to their image registry.",
    failure="No task starts, because Fargate cannot pull the image.",
    sources=("AWS: Fargate task networking",),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        "Add a NAT gateway or VPC endpoints (setting: `PrivateVpc.nat`), or assign public "
        "addresses in public subnets."
    ),
    violations=_violations,
)
