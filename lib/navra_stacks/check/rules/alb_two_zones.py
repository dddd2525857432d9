"""A load balancer has subnets in two Availability Zones or more."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import application_balancers
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_SUBNET = re.compile(r"subnet-[0-9a-f]+|\$\{(?:data\.)?aws_subnet\.\w+\.id\}")


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for balancer in application_balancers(document):
        subnets = balancer.texts("subnets")
        if not subnets or not all(map(_SUBNET.fullmatch, subnets)):
            continue
        if len(set(subnets)) < 2:
            yield Violation(
                balancer.address, "it has one subnet; two zones or more are required", "subnets"
            )
            continue
        referred = balancer.referred("subnets", "aws_subnet")
        zones = {subnet.string("availability_zone") for subnet in referred}
        if len(referred) == len(set(subnets)) and None not in zones and len(zones) < 2:
            yield Violation(
                balancer.address,
                f"all of its subnets are in {next(iter(zones))}; two zones or more are required",
                "subnets",
            )


RULE = Rule(
    id="alb-two-zones",
    title="A load balancer has subnets in two Availability Zones or more.",
    failure=(
        "An Application Load Balancer in one zone cannot be created, and any in one zone fails "
        "with it."
    ),
    sources=("FSBP ELB.13",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Add a subnet in another Availability Zone to `subnets` (setting: `network`).",
    violations=_violations,
)
