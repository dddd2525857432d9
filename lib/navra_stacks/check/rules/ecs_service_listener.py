"""A service is created after the listener of its target group."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import forwarding, target_groups
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        dependencies = document.dependencies(service)
        for group in target_groups(service):
            owners = {one.base for one in forwarding(document, group)}
            if owners and not owners & dependencies:
                yield Violation(
                    service.address,
                    f"it does not depend on {' or '.join(sorted(owners))}, which forwards to it",
                    "depends_on",
                )


RULE = Rule(
    id="ecs-service-listener",
    title="A service is created after the listener of its target group.",
    failure="ECS refuses to create the service, because its target group has no load balancer yet.",
    sources=("aws#3495",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="List the listener, or the listener rule, in `depends_on` of the service.",
    violations=_violations,
)
