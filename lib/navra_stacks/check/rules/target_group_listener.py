"""A listener forwards to the target group of a service."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import LISTENER_RULES, LISTENERS, forwarding, target_groups
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    if not any(True for _ in document.all(*LISTENERS)):
        return
    if document.is_opaque("default_action", *LISTENERS):
        return
    if document.is_opaque("action", *LISTENER_RULES):
        return
    for service in document.all("aws_ecs_service"):
        for group in target_groups(service):
            if group.is_data or group.base in document.in_modules or forwarding(document, group):
                continue
            yield Violation(
                service.address,
                f"no listener or listener rule forwards to {group.address}",
                "load_balancer[0].target_group_arn",
            )


RULE = Rule(
    id="target-group-listener",
    title="A listener forwards to the target group of a service.",
    failure="ECS refuses to create the service, because its target group has no load balancer.",
    sources=("AWS: InvalidParameterException of CreateService",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Forward to the target group in a listener or listener rule (setting: `Routing`).",
    violations=_violations,
)
