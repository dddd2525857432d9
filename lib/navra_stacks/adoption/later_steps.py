"""The steps after an import that bring the settings into force which live values replace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["LaterStep", "later_step"]


class LaterStep(NamedTuple):
    """The step that brings a setting into force after the import."""

    step: str
    """The step, as an instruction."""

    risk: str
    """The effect of the step on what runs."""


_REVISION = LaterStep(
    "remove `keeps` of the task definition from the inventory, and apply: Terraform registers a "
    "revision from the settings",
    "the next deploy starts tasks with the containers, variables and roles of the settings; the "
    "live revision remains for a rollback",
)
_STRATEGY = LaterStep(
    "set `capacity` of the service to the live strategy, and remove both entries from `keeps`",
    "none: the live strategy stays",
)

_STEPS: Mapping[tuple[str, str], LaterStep] = {
    ("aws_ecs_service", "capacity_provider_strategy"): _STRATEGY,
    ("aws_ecs_service", "launch_type"): _STRATEGY,
    ("aws_ecs_service", "platform_version"): LaterStep(
        "remove the entry from `keeps`, and apply",
        "ECS starts a deployment on the latest platform version",
    ),
    ("aws_lb_listener", "ssl_policy"): LaterStep(
        "set `load_balancer.tls_policy` to the live policy, and remove the entry from `keeps`",
        "none: the live policy stays",
    ),
}


def later_step(type_: str, argument: str) -> LaterStep:
    """Return the step that brings the setting of an argument into force.

    Args:
        type_: The Terraform type of the resource.
        argument: An argument whose live value replaces the value of the settings.
    """
    if type_ == "aws_ecs_task_definition":
        return _REVISION
    return _STEPS.get(
        (type_, argument),
        LaterStep(
            "remove the entry from `keeps`, and apply",
            "Terraform replaces the resource, and `navra guard` refuses the plan",
        ),
    )
