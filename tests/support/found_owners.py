"""Found resources, and an account with their tags and CloudFormation stacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from navra_stacks.account.aws_reader import OperationError
from navra_stacks.account.lookup import FoundResources
from navra_stacks.adoption.owners import Owner, find_owners
from navra_stacks.terraform.document import TerraformDocument
from tests.support.fake_account import FakeAccount

__all__ = [
    "BALANCER",
    "BALANCER_ARN",
    "CLUSTER",
    "CLUSTER_ARN",
    "CLUSTER_MEMBER",
    "ECS",
    "EMPTY",
    "GROUP",
    "GROUP_ARN",
    "IDS",
    "LIVE",
    "LOGS",
    "ROLE",
    "SERVICE",
    "SERVICE_ARN",
    "SERVICE_MEMBER",
    "STACK_TAG",
    "TARGETS",
    "TARGETS_ARN",
    "TASK",
    "TASK_ARN",
    "WEB",
    "Stacks",
    "found",
    "member",
    "owners",
    "stack_id",
    "stacks",
    "tags_of",
]

CLUSTER, SERVICE, TASK = (
    "aws_ecs_cluster.cluster",
    "aws_ecs_service.web",
    "aws_ecs_task_definition.web",
)
GROUP, LOGS, ROLE = "aws_security_group.web", "aws_cloudwatch_log_group.web", "aws_iam_role.web"
BALANCER, TARGETS = "aws_lb.load_balancer", "aws_lb_target_group.web"

ECS = "arn:aws:ecs:eu-west-1:111122223333"
CLUSTER_ARN, SERVICE_ARN = f"{ECS}:cluster/shop", f"{ECS}:service/shop/web"
TASK_ARN = f"{ECS}:task-definition/web:2"
GROUP_ARN = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1234567890abcdef0"
BALANCER_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/web/1"
TARGETS_ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1"

IDS = {
    CLUSTER: "shop",
    SERVICE: "shop/web",
    TASK: TASK_ARN,
    GROUP: "sg-1234567890abcdef0",
    LOGS: "/ecs/web",
    ROLE: "web",
    BALANCER: BALANCER_ARN,
    TARGETS: TARGETS_ARN,
}
LIVE: Mapping[str, Mapping[str, Any]] = {
    CLUSTER: {"clusterArn": CLUSTER_ARN},
    SERVICE: {"serviceArn": SERVICE_ARN, "clusterArn": CLUSTER_ARN},
    LOGS: {"arn": "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/web:*"},
}


def stack_id(name: str, account: str = "111122223333", region: str = "eu-west-1") -> str:
    return f"arn:aws:cloudformation:{region}:{account}:stack/{name}/00000000-0000"


WEB = stack_id("web")
STACK_TAG = "aws:cloudformation:stack-id"


def tags_of(**by_arn: Mapping[str, str]) -> Any:
    """Return a function that responds to GetResources with the tags of the listed ARNs."""

    def get_resources(ResourceARNList: Sequence[str]) -> dict[str, Any]:
        return {
            "ResourceTagMappingList": [
                {
                    "ResourceARN": arn,
                    "Tags": [{"Key": key, "Value": value} for key, value in by_arn[arn].items()],
                }
                for arn in ResourceARNList
                if arn in by_arn
            ]
        }

    return get_resources


def member(logical_id: str, type_: str, physical_id: str | None, **more: str) -> dict[str, Any]:
    described = {
        "LogicalResourceId": logical_id,
        "ResourceType": f"AWS::{type_}",
        "ResourceStatus": "CREATE_COMPLETE",
    }
    return described | ({} if physical_id is None else {"PhysicalResourceId": physical_id}) | more


CLUSTER_MEMBER = member("Cluster", "ECS::Cluster", "shop")
SERVICE_MEMBER = member("Service", "ECS::Service", SERVICE_ARN)


def no_stack(name: str) -> OperationError:
    return OperationError(
        f"cloudformation DescribeStacks: ValidationError: Stack for {name} does not exist"
    )


class Stacks:
    """Responses of CloudFormation for stacks by ID, each with its status and its resources."""

    def __init__(
        self, stacks: Mapping[str, tuple[str, list[dict[str, Any]]]], roots: Mapping[str, str]
    ) -> None:
        self.stacks = stacks
        self.roots = roots
        self.described: list[str] = []
        self.searched: list[str] = []

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        self.described.append(StackName)
        if StackName not in self.stacks:
            raise no_stack(StackName)
        stack = {"StackId": StackName, "StackStatus": self.stacks[StackName][0]}
        root = self.roots.get(StackName)
        return {"Stacks": [stack | ({} if root is None else {"RootId": root})]}

    def list_stack_resources(self, StackName: str) -> list[dict[str, Any]]:
        return self.stacks[StackName][1]

    def describe_stack_resources(self, PhysicalResourceId: str) -> dict[str, Any]:
        self.searched.append(PhysicalResourceId)
        for id_, (_, members) in self.stacks.items():
            if any(one.get("PhysicalResourceId") == PhysicalResourceId for one in members):
                return {"StackResources": [{"StackId": id_, **one} for one in members]}
        raise no_stack(PhysicalResourceId)

    def responses(self) -> dict[str, Any]:
        return {
            name: getattr(self, name)
            for name in ("describe_stacks", "list_stack_resources", "describe_stack_resources")
        }


def stacks(
    *members: dict[str, Any], status: str = "CREATE_COMPLETE", id_: str = WEB, **more: Any
) -> Stacks:
    """Return CloudFormation with one stack, unless `more` has others by ID."""
    return Stacks({id_: (status, list(members)), **more.get("others", {})}, more.get("roots", {}))


def found(*addresses: str, **live: Mapping[str, Any]) -> FoundResources:
    return FoundResources(
        ids={address: IDS[address] for address in addresses},
        live={address: LIVE.get(address, {}) for address in addresses} | live,
    )


EMPTY = TerraformDocument({})


def owners(
    resources: FoundResources, responses: Mapping[str, Any], document: TerraformDocument = EMPTY
) -> tuple[Owner, ...]:
    """Return the owners, after a check that all of them could be read."""
    base = {"get_resources": tags_of(), **stacks().responses()}
    result, unchecked = find_owners(document, resources, FakeAccount({**base, **responses}))
    assert unchecked == ()
    return result
