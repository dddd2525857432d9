"""A target group is in the VPC of the tasks that it receives."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import target_groups
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        network = service.block("network_configuration")
        names = document.references(network.body.get("subnets"), service.module)
        vpcs = {
            vpc.base
            for subnet in document.find(names, "aws_subnet")
            for vpc in subnet.referred("vpc_id", "aws_vpc")
        }
        for group in target_groups(service):
            own = {vpc.base for vpc in group.referred("vpc_id", "aws_vpc")}
            if own and vpcs and not own & vpcs:
                yield Violation(
                    group.address,
                    f"it is in {', '.join(sorted(own))}, but the tasks of {service.address} are in "
                    f"{', '.join(sorted(vpcs))}",
                    "vpc_id",
                )


RULE = Rule(
    id="target-group-vpc",
    title="A target group is in the VPC of the tasks that it receives.",
    failure="ECS cannot register the tasks, and the apply fails.",
    sources=("AWS: RegisterTargets",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set `vpc_id` of the target group to the VPC of the subnets of the service.",
    violations=_violations,
)
