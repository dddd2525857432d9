"""Tasks that RunTask starts, compared with moto without patches."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from navra_stacks.rehearsal.emulator.client import Emulator
from tests.emulated.rehearsal.moto_patches.conftest import REGION
from tests.support.emulator_clients import Client


def run_task(client: Client) -> str:
    """Run a Fargate task of two containers in a VPC without DNS host names."""
    ec2, ecs = client("ec2"), client("ecs")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="migrate",
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="256",
        memory="512",
        containerDefinitions=[
            {"name": "init", "image": "busybox:1", "essential": False},
            {"name": "web", "image": "web:1"},
        ],
    )
    network = {"subnets": [subnet], "securityGroups": [group], "assignPublicIp": "DISABLED"}
    (task,) = ecs.run_task(
        cluster="shop",
        taskDefinition="migrate",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": network},
    )["tasks"]
    assert task["lastStatus"] == "PROVISIONING"
    return str(task["taskArn"])


def describe(client: Client, task: str) -> dict[str, Any]:
    (found,) = client("ecs").describe_tasks(cluster="shop", tasks=[task])["tasks"]
    return dict(found)


def test_a_fargate_task_can_be_run(patched: Client, unpatched: Client) -> None:
    assert run_task(patched)
    with pytest.raises((ClientError, TypeError)):
        run_task(unpatched)


def test_the_exit_codes_exist_once_the_task_has_stopped(patched: Client) -> None:
    task = run_task(patched)
    running = describe(patched, task)
    assert running["lastStatus"] == "RUNNING"
    assert [one["lastStatus"] for one in running["containers"]] == ["RUNNING", "RUNNING"]
    assert not any("exitCode" in one for one in running["containers"])
    stopped = describe(patched, task)
    assert (stopped["lastStatus"], stopped["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    codes = {one["name"]: one["exitCode"] for one in stopped["containers"]}
    assert codes == {"init": 0, "web": 0}
    assert describe(patched, task) == stopped


def test_the_exit_code_of_a_family_can_be_set(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", 1)
    task = run_task(patched)
    describe(patched, task)
    assert {one["exitCode"] for one in describe(patched, task)["containers"]} == {1}


def test_containers_that_do_not_start_have_no_exit_code(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", None)
    stopped = describe(patched, run_task(patched))
    assert (stopped["lastStatus"], stopped["stopCode"]) == ("STOPPED", "TaskFailedToStart")
    assert not any("exitCode" in one for one in stopped["containers"])


def test_a_reset_removes_the_exit_codes(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", 1)
    running.reset()
    task = run_task(patched)
    describe(patched, task)
    assert {one["exitCode"] for one in describe(patched, task)["containers"]} == {0}


def test_the_waiter_of_the_sdk_ends_with_the_task(patched: Client) -> None:
    task = run_task(patched)
    waiter = patched("ecs").get_waiter("tasks_stopped")
    waiter.wait(cluster="shop", tasks=[task], WaiterConfig={"Delay": 0, "MaxAttempts": 3})
    assert describe(patched, task)["lastStatus"] == "STOPPED"
