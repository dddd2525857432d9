"""The tasks of services: which are listed, and why they failed."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from tests.emulated.rehearsal.moto_patches.conftest import REGION
from tests.support.emulator_clients import Client, create_service
from tests.support.one_off_tasks import log_messages, run_task
from tests.support.service_deployments import (
    SERVICE,
    deploy,
    listed,
    poll,
    register,
    settled,
)

GROUP = "/shop/web"
LOGS = {
    "logDriver": "awslogs",
    "options": {
        "awslogs-group": GROUP,
        "awslogs-region": REGION,
        "awslogs-stream-prefix": "web",
    },
}


def tasks(client: Client, status: str | None = None, **filters: str) -> list[dict[str, Any]]:
    """List tasks, by default those of the service, and describe them."""
    filters = filters or {"serviceName": "web"}
    if status is not None:
        filters["desiredStatus"] = status
    arns = client("ecs").list_tasks(cluster="shop", **filters)["taskArns"]
    if not arns:
        return []
    return list(client("ecs").describe_tasks(cluster="shop", tasks=arns)["tasks"])


def fail(client: Client, emulator: Emulator, **failure: Any) -> list[dict[str, Any]]:
    """Deploy a revision whose tasks fail, and return the failed tasks."""
    client("logs").create_log_group(logGroupName=GROUP)
    create_service(client)
    emulator.script_deployments(REGION, "web", ["breaker"], **failure)
    deployed = deploy(client, taskDefinition=register(client, logConfiguration=LOGS))
    settled(client, deployed)
    stopped = tasks(client, "STOPPED")
    return [one for one in stopped if one["taskDefinitionArn"].endswith("/web:2")]


def test_the_running_tasks_of_a_service_are_listed(patched: Client, unpatched: Client) -> None:
    create_service(patched)
    found = tasks(patched)
    assert [one["lastStatus"] for one in found] == ["RUNNING", "RUNNING"]
    assert {one["group"] for one in found} == {"service:web"}
    assert tasks(patched, "RUNNING") == found
    assert tasks(patched, "STOPPED") == []
    create_service(unpatched)
    assert tasks(unpatched) == []


def test_a_task_names_the_deployment_that_started_it(patched: Client) -> None:
    service = create_service(patched)
    first = service["deployments"][0]["id"]
    assert {one["startedBy"] for one in tasks(patched)} == {first}
    settled(patched, deploy(patched))
    running, stopped = tasks(patched), tasks(patched, "STOPPED")
    assert {one["startedBy"] for one in stopped} == {first} != {running[0]["startedBy"]}
    assert {one["taskDefinitionArn"].rpartition("/")[2] for one in running} == {"web:2"}
    assert {one["stopCode"] for one in stopped} == {"ServiceSchedulerInitiated"}


def test_new_tasks_are_pending_before_they_run(patched: Client) -> None:
    create_service(patched)
    arn = deploy(patched)
    poll(patched, arn)
    found = tasks(patched)
    assert sorted(one["lastStatus"] for one in found) == ["PENDING"] * 2 + ["RUNNING"] * 2
    pending = [one for one in found if one["lastStatus"] == "PENDING"]
    assert tasks(patched, startedBy=pending[0]["startedBy"]) == pending
    poll(patched, arn)
    assert [one["lastStatus"] for one in tasks(patched)] == ["RUNNING"] * 4


def test_failed_tasks_have_an_exit_code_and_log_lines(patched: Client, running: Emulator) -> None:
    failed = fail(patched, running, exit_code=3, log_lines=["starting", "no such module"])
    assert [one["containers"][0]["exitCode"] for one in failed if "startedAt" in one] == [3, 3, 3]
    failed = [one for one in failed if one["stopCode"] == "EssentialContainerExited"]
    assert len(failed) == 3
    assert {one["stoppedReason"] for one in failed} == {"Essential container in task exited"}
    for one in failed:
        stream = f"web/web/{one['taskArn'].rpartition('/')[2]}"
        assert log_messages(patched, stream, GROUP) == ["starting", "no such module"]


def test_tasks_without_an_image_do_not_start(patched: Client, running: Emulator) -> None:
    failed = fail(patched, running, cause="image")
    failed = [one for one in failed if one["stopCode"] == "TaskFailedToStart"]
    assert len(failed) == 3
    for one in failed:
        (container,) = one["containers"]
        assert "exitCode" not in container
        assert container["reason"].startswith("CannotPullContainerError: ")
        assert one["stoppedReason"] == container["reason"]
    assert patched("logs").describe_log_streams(logGroupName=GROUP)["logStreams"] == []


def test_tasks_can_fail_their_health_checks(patched: Client, running: Emulator) -> None:
    failed = fail(patched, running, cause="health-check")
    reasons = [one["stoppedReason"] for one in failed]
    assert reasons.count("Task failed container health checks") == 3


def test_tasks_of_a_target_group_fail_its_health_checks(patched: Client, running: Emulator) -> None:
    group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/1"
    balancer = {"targetGroupArn": group, "containerName": "web", "containerPort": 80}
    create_service(patched, loadBalancers=[balancer])
    running.script_deployments(REGION, "web", ["never-stable"], cause="health-check")
    arn = deploy(patched)
    for _ in range(3):
        poll(patched, arn)
    reasons = {one["stoppedReason"] for one in tasks(patched, "STOPPED")}
    assert reasons == {f"Task failed ELB health checks in (target-group {group})"}
    assert poll(patched, arn)["deploymentCircuitBreaker"]["failureCount"] == 0


def test_tasks_are_listed_by_family(patched: Client) -> None:
    create_service(patched)
    migration = run_task(patched)
    assert len(tasks(patched, family="web")) == 2
    (found,) = tasks(patched, family="migrate")
    assert found["taskArn"] == migration["taskArn"]
    assert found["group"] == "family:migrate"
    assert tasks(patched, family="we") == []


def test_one_off_tasks_are_not_tasks_of_the_service(patched: Client) -> None:
    create_service(patched)
    run_task(patched)
    assert len(tasks(patched)) == 2
    assert len(patched("ecs").list_tasks(cluster="shop")["taskArns"]) == 3


def test_unknown_tasks_and_services_are_reported(patched: Client, unpatched: Client) -> None:
    create_service(patched)
    ecs = patched("ecs")
    (failure,) = ecs.describe_tasks(cluster="shop", tasks=["missing"])["failures"]
    assert failure["reason"] == "MISSING"
    assert failure["arn"].endswith(":task/shop/missing")
    with pytest.raises(ecs.exceptions.ServiceNotFoundException):
        ecs.list_tasks(cluster="shop", serviceName="missing")
    create_service(unpatched)
    assert unpatched("ecs").describe_tasks(cluster="shop", tasks=["missing"])["failures"] == []


def test_a_deleted_service_has_no_tasks(patched: Client) -> None:
    create_service(patched)
    patched("ecs").delete_service(**SERVICE, force=True)
    assert patched("ecs").list_tasks(cluster="shop")["taskArns"] == []


def test_the_tasks_of_a_service_are_no_resources_of_their_own(
    patched: Client, running: Emulator
) -> None:
    create_service(patched)
    settled(patched, deploy(patched))
    assert len(listed(patched)) == 2
    kinds = {one["kind"] for one in running.created_since_snapshot()}
    assert kinds == {"Cluster", "Service", "TaskDefinition"}
