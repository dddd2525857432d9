"""Three accounts with the recorded environment, each created in another way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.support.handmade_account.console import ACCOUNT, REGION, Console
from tests.support.handmade_account.environment import HandmadeEnvironment, tags
from tests.support.handmade_account.recorded_ids import VPC
from tests.support.handmade_account.variations import OTHER_NAMES, Variation, extra_tags, merged
from tests.support.handmade_account.variations.cluster import CONNECTED
from tests.support.handmade_account.variations.roles import SHARED_EXECUTION_ROLE

__all__ = ["Account", "build"]


class Account(StrEnum):
    """Who created the account's environment."""

    BY_HAND = "by hand"
    """By API calls, with one execution role for all services."""

    CONSOLE = "from the console"
    """By the ECS console, which creates CloudFormation stacks."""

    OTHER_TOOL = "by another tool"
    """By another tool, with names and tags of its own, and leftovers of CodeDeploy."""

    RECORDED = "as recorded"
    """By API calls, with the names of the record."""


def build(
    account: Account, console: Console, variations: Sequence[Variation] = ()
) -> HandmadeEnvironment:
    """Build an account, and change it by variations."""
    style = STYLES[account]
    arguments = merged(style.arguments(console), *(variation.arguments for variation in variations))
    environment = HandmadeEnvironment(console, **arguments).build()
    style.complete(environment)
    for variation in variations:
        variation.change(environment)
    return environment


@dataclass(frozen=True)
class Style:
    """How an account was created."""

    arguments: Callable[[Console], Mapping[str, Any]] = lambda _: {}
    """Returns the arguments of the environment's class."""

    complete: Callable[[HandmadeEnvironment], None] = lambda _: None
    """Completes the environment after it was built."""


def _ecs_tags(**values: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


SHARED_ROLE: dict[str, Any] = {
    "execution_roles": {"frontend": "aep-task-execution", "backend": "aep-task-execution"}
}

CREATED_FROM = "ecs-console-v2"

CONSOLE: dict[str, Any] = merged(
    SHARED_EXECUTION_ROLE,
    CONNECTED,
    {
        "task_roles": {},
        "arguments": {
            "CreateCluster": {
                "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
                "tags": _ecs_tags(**{"ecs:cluster:createdFrom": CREATED_FROM}),
            },
            "CreateService": {
                "launchType": None,
                "capacityProviderStrategy": [
                    {"capacityProvider": "FARGATE", "base": 0, "weight": 1}
                ],
                "enableECSManagedTags": True,
            },
            "RegisterTaskDefinition": {
                "tags": _ecs_tags(
                    **{
                        "ecs:taskDefinition:createdFrom": CREATED_FROM,
                        "ecs:taskDefinition:stackId": (
                            f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/ECS-Console-V2-"
                            "TaskDefinition-2c3d4e5f-6a7b-8c9d-0e1f-2a3b4c5d6e7f/0a1b2c3d"
                        ),
                    }
                )
            },
        },
    },
)
"""What the console proposes: one execution role, no task role, a capacity provider strategy, and a
cluster with a namespace for Service Connect and the default logging of ECS Exec.
"""


def _stacks_of_the_console(environment: HandmadeEnvironment) -> None:
    """Create the stacks of the cluster and the services, and tag the services with them.

    moto's stacks create the services again, but with few of their arguments. So the services are
    created once more: they have the same ARNs. The stacks of the task definitions do not exist: in
    moto, they would register further revisions.
    """
    for service, suffix in (("frontend", "4a5b6c7d"), ("backend", "8e9f0a1b")):
        name = f"aep-{service}-staging-svc"
        environment.arns[f"stack {service}"] = _stack(
            environment.console,
            f"ECS-Console-V2-Service-{name}-aep-staging-{suffix}",
            "AWS::ECS::Service",
            Cluster="aep-staging",
            DesiredCount=1,
            ServiceName=name,
            TaskDefinition=environment.arns[f"task {service}"],
        )
    environment.create_services()
    for service in ("frontend", "backend"):
        stack_id = environment.arns[f"stack {service}"]
        environment.console("ecs").tag_resource(
            resourceArn=environment.arns[f"service {service}"],
            tags=_ecs_tags(**{"ecs:service:stackId": stack_id}),
        )


def _stack_of_the_cluster(console: Console) -> Mapping[str, Any]:
    """Create the stack of the cluster, which the environment creates once more."""
    _stack(
        console,
        "Infra-ECS-Cluster-aep-staging-0c1d2e3f",
        "AWS::ECS::Cluster",
        ClusterName="aep-staging",
    )
    return CONSOLE


def _stack(console: Console, name: str, type_: str, **properties: Any) -> str:
    """Create a stack with one resource, and return its ID."""
    resources = {"Resource": {"Type": type_, "Properties": properties}}
    created = console("cloudformation").create_stack(
        StackName=name, TemplateBody=json.dumps({"Resources": resources})
    )
    return str(created["StackId"])


def _leftovers_of_another_tool(environment: HandmadeEnvironment) -> None:
    """Tag the resources, and create what is left of blue/green deployments with CodeDeploy."""
    extra_tags(
        environment,
        **{"copilot-application": "aep", "copilot-environment": "staging"},
    )
    elb, codedeploy = environment.console("elbv2"), environment.console("codedeploy")
    role = environment.console("iam").create_role(
        RoleName="aep-codedeploy",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )["Role"]["Arn"]
    codedeploy.create_application(applicationName="aep-staging", computePlatform="ECS")
    for service, port in (("frontend", 80), ("backend", 8787)):
        green = f"{environment.target_groups[service]}-green"
        elb.create_target_group(
            Name=green,
            Protocol="HTTP",
            Port=port,
            VpcId=VPC,
            TargetType="ip",
            Tags=tags(**{"copilot-application": "aep"}),
        )
        codedeploy.create_deployment_group(
            applicationName="aep-staging",
            deploymentGroupName=f"aep-{service}",
            serviceRoleArn=role,
            deploymentStyle={
                "deploymentType": "BLUE_GREEN",
                "deploymentOption": "WITH_TRAFFIC_CONTROL",
            },
            ecsServices=[
                {"clusterName": "aep-staging", "serviceName": f"aep-{service}-staging-svc"}
            ],
            loadBalancerInfo={
                "targetGroupPairInfoList": [
                    {
                        "targetGroups": [
                            {"name": environment.target_groups[service]},
                            {"name": green},
                        ],
                        "prodTrafficRoute": {"listenerArns": [environment.arns["https"]]},
                    }
                ]
            },
        )


STYLES: Mapping[Account, Style] = {
    Account.RECORDED: Style(),
    Account.BY_HAND: Style(lambda _: SHARED_ROLE),
    Account.CONSOLE: Style(_stack_of_the_cluster, _stacks_of_the_console),
    Account.OTHER_TOOL: Style(lambda _: OTHER_NAMES, _leftovers_of_another_tool),
}
