"""Helpers that run one-off tasks in the emulator."""

from __future__ import annotations

from typing import Any

from tests.support.emulator_clients import Client

GROUP = "/shop/migrate"
"""The log group of the task's containers."""


def register_migration(client: Client, image: str = "web:1") -> None:
    """Register a Fargate task definition of two containers that log to CloudWatch Logs."""
    options = {
        "awslogs-group": GROUP,
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "migrate",
    }
    logs = {"logDriver": "awslogs", "options": options}
    client("ecs").register_task_definition(
        family="migrate",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[
            {"name": "init", "image": "busybox:1", "essential": False, "logConfiguration": logs},
            {"name": "web", "image": image, "logConfiguration": logs},
        ],
    )


def network(client: Client) -> dict[str, Any]:
    """Create a VPC without DNS host names and return the network configuration of its subnet."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    settings = {"subnets": [subnet], "securityGroups": [group], "assignPublicIp": "DISABLED"}
    return {"awsvpcConfiguration": settings}


def run_task(client: Client, image: str = "web:1", **arguments: Any) -> dict[str, Any]:
    """Run the migration in a new cluster."""
    register_migration(client, image)
    client("ecs").create_cluster(clusterName="shop")
    return run_again(client, networkConfiguration=network(client), **arguments)


def run_again(client: Client, **arguments: Any) -> dict[str, Any]:
    """Run the migration in the existing cluster."""
    (task,) = client("ecs").run_task(
        cluster="shop", taskDefinition="migrate", launchType="FARGATE", **arguments
    )["tasks"]
    return dict(task)


def describe(client: Client, task: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    """Describe a task, which changes its status to the next."""
    described = client("ecs").describe_tasks(cluster="shop", tasks=[task["taskArn"]], **arguments)
    (found,) = described["tasks"]
    return dict(found)


def ended(client: Client, task: dict[str, Any]) -> dict[str, Any]:
    """Describe a task until it has stopped, and return the last description."""
    for _ in range(10):
        if (found := describe(client, task))["lastStatus"] == "STOPPED":
            return found
    raise AssertionError("the task did not stop")


def log_messages(client: Client, stream: str, group: str = GROUP) -> list[str]:
    """Return the messages of a log stream."""
    found = client("logs").get_log_events(logGroupName=group, logStreamName=stream)
    return [event["message"] for event in found["events"]]
