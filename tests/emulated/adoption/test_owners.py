"""Other owners of the recorded environment: stacks, CodeDeploy and tags in an emulated account."""

from __future__ import annotations

import json
from typing import Any

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.account.lookup import find_resources
from navra_stacks.adoption.owners import Owner, find_owners
from tests.support.account_lookup import Find
from tests.support.document_builder import document
from tests.support.handmade_account.console import Console, tags
from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.synthesized import Built

CLUSTER, SERVICE, TASK = (
    "aws_ecs_cluster.cluster",
    "aws_ecs_service.web",
    "aws_ecs_task_definition.web",
)
BLOCKS: dict[str, dict[str, Any]] = {
    CLUSTER: {"name": "shop"},
    SERVICE: {"cluster": "shop", "name": "web", "task_definition": f"${{{TASK}.arn}}"},
    TASK: {"family": "web"},
}
CONTAINER = {"Name": "web", "Image": "web:1", "Memory": 128}


def create_stack(console: Console, name: str, **resources: tuple[str, dict[str, Any]]) -> str:
    """Create a stack with resources, given by logical ID as their type and their properties."""
    template = {
        "Resources": {
            logical_id: {"Type": f"AWS::ECS::{type_}", "Properties": properties}
            for logical_id, (type_, properties) in resources.items()
        }
    }
    created = console("cloudformation").create_stack(
        StackName=name, TemplateBody=json.dumps(template)
    )
    return str(created["StackId"])


def owners(find: Find, account: AwsAccount) -> tuple[Owner, ...]:
    result, unchecked = find_owners(document(BLOCKS), find(BLOCKS), account)
    assert unchecked == ()
    return result


def test_the_recorded_environment_has_no_other_owner(
    handmade_copy: HandmadeEnvironment, account: AwsAccount, staging: Built
) -> None:
    found = find_resources(staging, account)
    assert len(found.ids) == 31
    account.calls.clear()
    assert find_owners(staging, found, account) == ((), ())
    assert account.calls == {
        "tagging:GetResources": 1,
        "cloudformation:DescribeStackResources": 5,
        "codedeploy:ListApplications": 1,
    }


def test_tags_of_the_recorded_environment_show_another_state(
    handmade_copy: HandmadeEnvironment, account: AwsAccount, staging: Built
) -> None:
    other = {"ManagedBy": "terraform", "repo": "network"}
    arns = handmade_copy.arns
    handmade_copy.console("elbv2").add_tags(ResourceArns=[arns["alb"]], Tags=tags(**other))
    handmade_copy.console("ec2").create_tags(Resources=[arns["sg alb"]], Tags=tags(**other))
    handmade_copy.console("ecs").tag_resource(
        resourceArn=arns["service backend"],
        tags=[{"key": key, "value": value} for key, value in other.items()],
    )
    ((owner,), unchecked) = find_owners(staging, find_resources(staging, account), account)
    assert unchecked == ()
    assert (owner.kind, owner.name, owner.conflicts) == (
        "Terraform state",
        "ManagedBy=terraform, repo=network",
        True,
    )
    assert owner.addresses == (
        "aws_ecs_service.backend_service",
        "aws_lb.load_balancer",
        "aws_security_group.alb_security_group",
    )


def test_the_stacks_of_the_console_are_found(
    console: Console, find: Find, account: AwsAccount
) -> None:
    create_stack(console, "Infra-ECS-Cluster-shop", ECSCluster=("Cluster", {"ClusterName": "shop"}))
    task = {"Family": "web", "ContainerDefinitions": [CONTAINER]}
    create_stack(console, "ECS-Console-V2-TaskDefinition-1", Task=("TaskDefinition", task))
    service = {"Cluster": "shop", "ServiceName": "web", "TaskDefinition": "web:1"}
    create_stack(console, "ECS-Console-V2-Service-1", ECSService=("Service", service))
    result = owners(find, account)
    assert [(owner.kind, owner.name, owner.addresses, owner.conflicts) for owner in result] == [
        ("CloudFormation stack", "ECS-Console-V2-Service-1", (SERVICE,), False),
        ("CloudFormation stack", "ECS-Console-V2-TaskDefinition-1", (TASK,), False),
        ("CloudFormation stack", "Infra-ECS-Cluster-shop", (CLUSTER,), False),
    ]
    assert " on ECSCluster, execute it, then delete the stack" in result[2].repair
    # The tags show all stacks.
    assert account.calls["cloudformation:DescribeStackResources"] == 0
    assert account.calls["cloudformation:ListStackResources"] == 3


def test_a_stack_is_found_after_an_apply_has_removed_the_tags(
    console: Console, find: Find, account: AwsAccount
) -> None:
    create_stack(console, "Infra-ECS-Cluster-shop", ECSCluster=("Cluster", {"ClusterName": "shop"}))
    ecs = console("ecs")
    (cluster,) = ecs.describe_clusters(clusters=["shop"], include=["TAGS"])["clusters"]
    keys = [tag["key"] for tag in cluster["tags"]]
    assert "aws:cloudformation:stack-id" in keys
    ecs.untag_resource(resourceArn=cluster["clusterArn"], tagKeys=keys)
    (owner,) = owners(find, account)
    assert (owner.name, owner.addresses) == ("Infra-ECS-Cluster-shop", (CLUSTER,))


def test_a_deleted_stack_owns_nothing(console: Console, find: Find, account: AwsAccount) -> None:
    template = {
        "Resources": {
            "ECSCluster": {
                "Type": "AWS::ECS::Cluster",
                "Properties": {"ClusterName": "shop"},
                "DeletionPolicy": "Retain",
            }
        }
    }
    cloudformation = console("cloudformation")
    cloudformation.create_stack(StackName="retained", TemplateBody=json.dumps(template))
    assert [owner.name for owner in owners(find, account)] == ["retained"]
    cloudformation.delete_stack(StackName="retained")
    account.clear_cache()
    # The cluster and its tags remain.
    assert CLUSTER in find(BLOCKS).ids
    assert owners(find, account) == ()


def create_service(console: Console, controller: str) -> None:
    ecs = console("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="web", containerDefinitions=[{"name": "web", "image": "web:1", "memory": 128}]
    )
    arguments = {"taskDefinition": "web:1"} if controller != "EXTERNAL" else {}
    ecs.create_service(
        cluster="shop",
        serviceName="web",
        desiredCount=1,
        deploymentController={"type": controller},
        **arguments,
    )


def create_deployment_group(console: Console) -> None:
    codedeploy = console("codedeploy")
    codedeploy.create_application(applicationName="functions", computePlatform="Lambda")
    codedeploy.create_application(applicationName="shop", computePlatform="ECS")
    codedeploy.create_deployment_group(
        applicationName="shop",
        deploymentGroupName="web",
        serviceRoleArn="arn:aws:iam::111122223333:role/codedeploy",
        ecsServices=[{"clusterName": "shop", "serviceName": "web"}],
    )


def test_a_deployment_controller_other_than_ecs_conflicts(
    console: Console, find: Find, account: AwsAccount
) -> None:
    create_service(console, "CODE_DEPLOY")
    create_deployment_group(console)
    (owner,) = owners(find, account)
    assert (owner.kind, owner.name) == ("ECS deployment controller", "CODE_DEPLOY")
    assert (owner.addresses, owner.conflicts) == ((SERVICE,), True)
    assert "--application-name shop --deployment-group-name web`" in owner.repair


def test_a_left_over_deployment_group_does_not_conflict(
    console: Console, find: Find, account: AwsAccount
) -> None:
    create_service(console, "ECS")
    create_deployment_group(console)
    (owner,) = owners(find, account)
    assert (owner.kind, owner.name) == ("CodeDeploy deployment group", "shop/web")
    assert (owner.addresses, owner.conflicts) == ((SERVICE,), False)
