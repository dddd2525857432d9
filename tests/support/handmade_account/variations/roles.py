"""Variations of the roles of tasks."""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["SHARED_EXECUTION_ROLE", "VARIATIONS"]

SERVICES = ("frontend", "backend")

SHARED_EXECUTION_ROLE: dict[str, Any] = {
    "execution_roles": dict.fromkeys(SERVICES, "ecsTaskExecutionRole"),
}
"""The execution role that the console creates once, for all services of the account."""

OWN_ROLES: dict[str, Any] = {
    "execution_roles": {service: f"aep-{service}-staging-execution" for service in SERVICES},
    "task_roles": {service: f"aep-{service}-staging-task" for service in SERVICES},
}
"""Each service has its own roles, with the names of the record."""

CREATE_ROLE: dict[str, Any] = {
    "arguments": {
        "CreateRole": {
            "Description": "Tasks of AEP",
            "MaxSessionDuration": 7200,
            "Path": "/service/",
            "PermissionsBoundary": "arn:aws:iam::aws:policy/PowerUserAccess",
        }
    }
}


def inline_policy_of_a_task_role(environment: HandmadeEnvironment) -> None:
    """Give the first role of the account a second inline policy and a managed policy."""
    iam = environment.console("iam")
    role = min(environment.execution_roles.values())
    iam.put_role_policy(
        RoleName=role,
        PolicyName="console-access",
        PolicyDocument=(
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
            '"Action": "ssmmessages:*", "Resource": "*"}]}'
        ),
    )
    iam.attach_role_policy(RoleName=role, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")


VARIATIONS = (
    Variation("one execution role", Kind.ROLES, arguments=SHARED_EXECUTION_ROLE),
    Variation("own roles", Kind.ROLES, arguments=OWN_ROLES),
    Variation("no task role", Kind.ROLES, arguments={"task_roles": {}}),
    Variation("path, boundary, description and session", Kind.ROLES, arguments=CREATE_ROLE),
    Variation("more policies", Kind.ROLES, inline_policy_of_a_task_role),
)
