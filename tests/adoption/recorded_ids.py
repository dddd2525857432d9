"""What an emulated account is asked to call things: the ids that the record knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["GROUPS", "VPC", "give"]

VPC = "vpc-0652a6de1c9efdc2f"
GROUPS = {
    "aep-staging-alb-sg": "sg-08200836125a8f3af",
    "aep-staging-ecs-frontend-sg": "sg-052b6de52177c40be",
    "aep-staging-ecs-backend-sg": "sg-024e491e60830af98",
}


def give() -> None:
    """Let moto, in this process, give these ids: to the first default VPC, and by a group's name.

    moto draws the ids of EC2, and has no way to ask for one.
    """
    from moto.ec2.models import security_groups, vpcs

    vpcs.VPCBackend.create_vpc = _named(  # type: ignore[method-assign]
        vpcs.VPCBackend.create_vpc,
        vpcs,
        "random_vpc_id",
        lambda _, arguments: VPC if arguments.get("is_default") else None,
    )
    security_groups.SecurityGroupBackend.create_security_group = _named(  # type: ignore[method-assign]
        security_groups.SecurityGroupBackend.create_security_group,
        security_groups,
        "random_security_group_id",
        lambda name, arguments: GROUPS.get(name or arguments.get("name", "")),
    )


def _named(
    create: Callable[..., Any],
    module: Any,
    drawing: str,
    wanted: Callable[[Any, dict[str, Any]], str | None],
) -> Callable[..., Any]:
    draw = getattr(module, drawing)

    def created(self: Any, *positional: Any, **arguments: Any) -> Any:
        if self.region_name != "us-east-1":
            return create(self, *positional, **arguments)
        id_ = wanted(positional[0] if positional else None, arguments)
        setattr(module, drawing, draw if id_ is None else lambda: id_)
        try:
            return create(self, *positional, **arguments)
        finally:
            setattr(module, drawing, draw)

    return created
