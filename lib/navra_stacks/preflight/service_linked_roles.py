"""Check of the service-linked roles, which AWS services create at their first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from navra_stacks.preflight.finding import Finding, note, passed
from navra_stacks.preflight.target import Target
from navra_stacks.settings.data.cache import Cache
from navra_stacks.settings.data.database import Database
from navra_stacks.settings.environment import Environment

__all__ = ["check_service_linked_roles"]


class ServiceLinkedRole(NamedTuple):
    """The role of one AWS service."""

    name: str

    principal: str
    """The service that assumes the role, the argument of ``create-service-linked-role``."""

    is_needed: Callable[[Environment], bool]


ROLES = (
    # Each service creates its role at the first use if the caller has the permission
    # iam:CreateServiceLinkedRole. Sources, in this order:
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAM.ServiceLinkedRoles.html
    # https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/using-service-linked-roles.html
    # https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html
    ServiceLinkedRole("AWSServiceRoleForECS", "ecs.amazonaws.com", lambda _: True),
    ServiceLinkedRole(
        "AWSServiceRoleForElasticLoadBalancing",
        "elasticloadbalancing.amazonaws.com",
        lambda _: True,
    ),
    ServiceLinkedRole(
        "AWSServiceRoleForRDS",
        "rds.amazonaws.com",
        lambda environment: isinstance(environment.database, Database),
    ),
    ServiceLinkedRole(
        "AWSServiceRoleForElastiCache",
        "elasticache.amazonaws.com",
        lambda environment: isinstance(environment.cache, Cache),
    ),
    ServiceLinkedRole(
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "ecs.application-autoscaling.amazonaws.com",
        lambda environment: any(map(environment.autoscaling_of, environment.services)),
    ),
)


def check_service_linked_roles(target: Target) -> Iterator[Finding]:
    """Report the roles that do not exist yet; this does not stop an apply with the permission."""
    for role in ROLES:
        if not role.is_needed(target.environment):
            continue
        if target.account.find("iam", "get_role", RoleName=role.name) is not None:
            yield passed(role.name, "exists")
        else:
            yield note(
                role.name,
                "does not exist; the apply creates it if the credentials have the permission "
                "iam:CreateServiceLinkedRole",
                "to create it now: `aws iam create-service-linked-role --aws-service-name "
                f"{role.principal}`",
            )
