"""The load balancers, listeners and ECS services of a document, and how they are connected."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource
from navra_stacks.check.values import Values

__all__ = [
    "BALANCERS",
    "LISTENERS",
    "LISTENER_RULES",
    "TARGET_GROUPS",
    "actions",
    "application_balancers",
    "forwarding",
    "is_fargate",
    "is_internet_facing",
    "is_shifting",
    "production_rules",
    "target_groups",
]

BALANCERS = ("aws_lb", "aws_alb")
LISTENERS = ("aws_lb_listener", "aws_alb_listener")
LISTENER_RULES = ("aws_lb_listener_rule", "aws_alb_listener_rule")
TARGET_GROUPS = ("aws_lb_target_group", "aws_alb_target_group")

_SHIFTING = ("BLUE_GREEN", "CANARY", "LINEAR")


def application_balancers(document: CheckedDocument) -> Iterator[CheckedResource]:
    """Yield the Application Load Balancers."""
    for balancer in document.all(*BALANCERS):
        if balancer.string("load_balancer_type", "application") == "application":
            yield balancer


def is_internet_facing(balancer: CheckedResource) -> bool:
    """Return True if a load balancer is known to be reachable from the internet."""
    return balancer.flag("internal", False) is False


def actions(resource: CheckedResource) -> tuple[Values, ...]:
    """Return the actions of a listener or listener rule."""
    return resource.blocks("default_action") + resource.blocks("action")


def target_groups(service: CheckedResource) -> tuple[CheckedResource, ...]:
    """Return the target groups of an ECS service, without the alternate ones."""
    return tuple(
        group
        for block in service.blocks("load_balancer")
        for group in service.document.find(block.refers_to("target_group_arn"), *TARGET_GROUPS)
    )


def forwarding(document: CheckedDocument, group: CheckedResource) -> tuple[CheckedResource, ...]:
    """Return the listeners and listener rules that refer to a target group."""
    return document.referring(group, *LISTENERS, *LISTENER_RULES)


def is_shifting(service: CheckedResource) -> bool:
    """Return True if ECS or CodeDeploy shifts the traffic of a service between target groups."""
    strategy = service.block("deployment_configuration").string("strategy", "ROLLING")
    controller = service.block("deployment_controller").string("type", "ECS")
    return strategy in _SHIFTING or controller == "CODE_DEPLOY"


def production_rules(document: CheckedDocument) -> tuple[CheckedResource, ...]:
    """Return the listener rules whose weights ECS changes."""
    addresses = {
        address
        for service in document.all("aws_ecs_service")
        for block in service.blocks("load_balancer")
        for address in block.block("advanced_configuration").refers_to("production_listener_rule")
    }
    return document.find(addresses, *LISTENER_RULES)


def is_fargate(resource: CheckedResource) -> bool:
    """Return True if a service or task definition is known to run on Fargate."""
    if resource.type == "aws_ecs_task_definition":
        return "FARGATE" in (resource.texts("requires_compatibilities") or ())
    return resource.string("launch_type") == "FARGATE" or bool(
        resource.blocks("capacity_provider_strategy")
    )
