"""An AWS account of any size in memory, and a document that describes a part of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["MemoryAccount", "document_with_roles"]

ACCOUNT, REGION = "111122223333", "eu-west-1"


def document_with_roles(roles: int) -> TerraformDocument:
    """Return a document of applications that have `roles` IAM roles in total, two for each.

    Each application has a service, its task definition, a log group, and policies of the roles.
    """
    resources: dict[str, dict[str, Any]] = {
        "aws_ecs_cluster": {"web": {"name": "web"}},
    }
    for number in range(roles // 2):
        for type_, name, body in _application(number):
            resources.setdefault(type_, {})[name] = body
    return TerraformDocument({"resource": resources})


def _application(number: int) -> list[tuple[str, str, dict[str, Any]]]:
    name = f"web{number}"
    task, execution = f"{name}_task_role", f"{name}_execution_role"
    return [
        ("aws_iam_role", task, {"name": f"shop-{name}-task"}),
        ("aws_iam_role", execution, {"name": f"shop-{name}-execution"}),
        (
            "aws_iam_role_policy",
            name,
            {"name": "app", "role": f"${{aws_iam_role.{task}.name}}"},
        ),
        (
            "aws_iam_role_policy_attachment",
            name,
            {
                "role": f"${{aws_iam_role.{execution}.name}}",
                "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            },
        ),
        ("aws_cloudwatch_log_group", name, {"name": f"/ecs/{name}"}),
        (
            "aws_ecs_task_definition",
            name,
            {
                "family": name,
                "task_role_arn": f"${{aws_iam_role.{task}.arn}}",
                "execution_role_arn": f"${{aws_iam_role.{execution}.arn}}",
                "container_definitions": "[]",
            },
        ),
        (
            "aws_ecs_service",
            name,
            {
                "name": name,
                "cluster": "${aws_ecs_cluster.web.id}",
                "task_definition": f"${{aws_ecs_task_definition.{name}.arn}}",
            },
        ),
    ]


class MemoryAccount(AwsAccount):
    """An account with `roles` IAM roles, half of which are those of live task definitions.

    The tasks of an application have roles with other names than those in the document, as in an
    account that was set up in the console.
    """

    def __init__(self, roles: int) -> None:
        super().__init__(REGION, account_id=ACCOUNT)
        kinds = ("task", "execution")
        self._names = {f"console-web{n}-{kind}" for n in range(roles // 4) for kind in kinds}
        self._names |= {f"other-{number}" for number in range(roles - len(self._names))}

    def find(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """Return the response of an operation."""
        self.calls[f"{service}:{operation}"] += 1
        respond: Callable[..., Any] | None = getattr(self, f"_{operation}", None)
        return None if respond is None else respond(**arguments)

    def list_all(self, service: str, operation: str, **arguments: Any) -> list[Any]:
        """Return the items of a listing; empty for an operation that the account does not have."""
        response = self.find(service, operation, **arguments)
        return [] if response is None else list(response["items"])

    def _get_caller_identity(self) -> Mapping[str, Any]:
        return {"Account": ACCOUNT}

    def _get_role(self, RoleName: str) -> Mapping[str, Any] | None:
        if RoleName not in self._names:
            return None
        arn = f"arn:aws:iam::{ACCOUNT}:role/{RoleName}"
        return {"Role": {"RoleName": RoleName, "Arn": arn, "RoleId": RoleName}}

    def _get_role_policy(self, RoleName: str, PolicyName: str) -> Mapping[str, Any]:
        return {"RoleName": RoleName, "PolicyName": PolicyName}

    def _list_roles(self) -> Mapping[str, Any]:
        return {"items": [self._get_role(name) for name in sorted(self._names)]}

    def _list_role_policies(self, RoleName: str) -> Mapping[str, Any]:
        return {"items": [f"app-of-{RoleName}"]}

    def _describe_log_groups(self, logGroupNamePrefix: str = "") -> Mapping[str, Any]:
        group = {"logGroupName": logGroupNamePrefix, "arn": "arn:logs", "creationTime": 0}
        return {"items": [group] if logGroupNamePrefix.startswith("/ecs/web") else []}

    def _describe_clusters(self, **_: Any) -> Mapping[str, Any]:
        arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/web"
        return {"clusters": [{"clusterName": "web", "clusterArn": arn, "status": "ACTIVE"}]}

    def _describe_services(self, cluster: str, services: list[str]) -> Mapping[str, Any]:
        (name,) = services
        arn = f"{cluster.replace(':cluster/', ':service/')}/{name}"
        return {"services": [{"serviceName": name, "serviceArn": arn, "status": "ACTIVE"}]}

    def _describe_task_definition(self, taskDefinition: str) -> Mapping[str, Any]:
        role = f"arn:aws:iam::{ACCOUNT}:role/console-{taskDefinition}"
        arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{taskDefinition}:1"
        return {
            "taskDefinition": {
                "taskDefinitionArn": arn,
                "family": taskDefinition,
                "revision": 1,
                "taskRoleArn": f"{role}-task",
                "executionRoleArn": f"{role}-execution",
            }
        }
