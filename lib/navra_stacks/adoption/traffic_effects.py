"""The effects of a change in place on running traffic."""

from __future__ import annotations

from collections.abc import Mapping

from navra_stacks.guard.exposures import exposures
from navra_stacks.guard.weakened_protections import weakened_protections
from navra_stacks.terraform.plan import AttributePath, Change

__all__ = ["traffic_effects"]

_DEPLOYMENT = "ECS starts a deployment, which replaces the tasks"
_TARGETS = "targets that fail the changed check receive no requests"

_EFFECTS: Mapping[tuple[str, str], str] = {
    # Amazon ECS API Reference, UpdateService.
    **{
        ("aws_ecs_service", argument): _DEPLOYMENT
        for argument in """capacity_provider_strategy launch_type load_balancer
        network_configuration platform_version service_connect_configuration service_registries
        task_definition volume_configuration vpc_lattice_configurations""".split()
    },
    ("aws_ecs_service", "desired_count"): "ECS starts or stops tasks",
    # Elastic Load Balancing API Reference, LoadBalancerAttribute and SetSecurityGroups.
    ("aws_lb", "drop_invalid_header_fields"): "requests with invalid header names change",
    ("aws_lb", "enable_http2"): "clients negotiate another protocol",
    ("aws_lb", "idle_timeout"): "idle connections are closed after another time",
    ("aws_lb", "security_groups"): "other rules determine which requests are accepted",
    ("aws_lb", "subnets"): "the load balancer gets other addresses",
    ("aws_lb_listener", "certificate_arn"): "the listener presents another certificate",
    ("aws_lb_listener", "mutual_authentication"): "clients are authenticated differently",
    ("aws_lb_listener_rule", "priority"): "rules are evaluated in another order",
    ("aws_lb_target_group", "stickiness"): "requests of a session reach other targets",
    **{
        ("aws_lb_target_group", f"health_check.{argument}"): _TARGETS
        for argument in ("enabled", "matcher", "path", "port", "protocol", "timeout")
    },
}
"""The effects by resource type and argument. An argument of a nested block is written without
indexes."""


def traffic_effects(change: Change) -> dict[AttributePath, str]:
    """Return the effects of a change in place on running traffic, by the path of the argument.

    The effects include those that the guard reports: a weaker protection, an exposure, and traffic
    that is routed elsewhere.
    """
    found: dict[AttributePath, str] = {}
    for path, _, _ in change.differences:
        names = [part for part in path if isinstance(part, str)]
        keys = [(change.type, ".".join(names[:length])) for length in range(len(names), 0, -1)]
        effect = next((_EFFECTS[key] for key in keys if key in _EFFECTS), None)
        if effect is not None:
            found[path] = effect
    for path, why in (*weakened_protections(change), *exposures(change)):
        found.setdefault(path, why)
    return found
