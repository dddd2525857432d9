"""Tasks that RunTask starts, compared with moto without patches."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from navra_stacks.rehearsal.emulator.client import Emulator
from tests.emulated.rehearsal.moto_patches.conftest import REGION
from tests.support.ecr_images import push_image
from tests.support.emulator_clients import Client
from tests.support.one_off_tasks import (
    GROUP,
    describe,
    ended,
    log_messages,
    register_migration,
    run_again,
    run_task,
)

STATUSES = ["PENDING", "RUNNING", "DEPROVISIONING", "STOPPED", "STOPPED"]


def test_a_fargate_task_can_be_run(patched: Client, unpatched: Client) -> None:
    assert run_task(patched)["lastStatus"] == "PROVISIONING"
    with pytest.raises((ClientError, TypeError)):
        run_task(unpatched)


def test_each_description_changes_the_status_to_the_next(patched: Client) -> None:
    task = run_task(patched)
    found = [describe(patched, task) for _ in STATUSES]
    assert [one["lastStatus"] for one in found] == STATUSES
    assert [one["desiredStatus"] for one in found] == ["RUNNING"] * 2 + ["STOPPED"] * 3
    assert [{two["lastStatus"] for two in one["containers"]} for one in found] == [
        {status} for status in STATUSES
    ]
    assert found[-1] == found[-2]
    assert found[-1].keys() >= {"createdAt", "startedAt", "stoppingAt", "stoppedAt"}


def test_the_exit_codes_exist_once_the_task_has_stopped(patched: Client) -> None:
    task = run_task(patched)
    for _ in STATUSES[:3]:
        assert not any("exitCode" in one for one in describe(patched, task)["containers"])
    stopped = describe(patched, task)
    assert stopped["stopCode"] == "EssentialContainerExited"
    assert stopped["stoppedReason"] == "Essential container in task exited"
    codes = {one["name"]: one["exitCode"] for one in stopped["containers"]}
    assert codes == {"init": 0, "web": 0}


def test_the_exit_code_of_a_family_can_be_set(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", 1)
    stopped = ended(patched, run_task(patched))
    assert {one["exitCode"] for one in stopped["containers"]} == {1}


def test_the_log_lines_of_a_family_can_be_set(patched: Client, running: Emulator) -> None:
    patched("logs").create_log_group(logGroupName=GROUP)
    running.set_exit_code(REGION, "migrate", 1, ["upgrading", "no such table"])
    task = run_task(patched)
    ended(patched, task)
    (stream,) = patched("logs").describe_log_streams(logGroupName=GROUP)["logStreams"]
    identifier = task["taskArn"].rpartition("/")[2]
    assert stream["logStreamName"] == f"migrate/web/{identifier}"
    assert log_messages(patched, stream["logStreamName"]) == ["upgrading", "no such table"]


def test_log_lines_without_a_log_group_are_lost(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", 0, ["upgrading"])
    assert ended(patched, run_task(patched))["lastStatus"] == "STOPPED"
    assert patched("logs").describe_log_groups()["logGroups"] == []


def test_containers_that_do_not_start_have_no_exit_code(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", None)
    task = run_task(patched)
    found = [describe(patched, task) for _ in range(3)]
    assert [one["lastStatus"] for one in found] == ["PENDING", "DEPROVISIONING", "STOPPED"]
    assert found[-1]["stopCode"] == "TaskFailedToStart"
    assert found[-1]["stoppedReason"].startswith("CannotPullContainerError: ")
    assert not any("exitCode" in one for one in found[-1]["containers"])
    assert "startedAt" not in found[-1]


def test_a_missing_image_in_ecr_does_not_start(patched: Client) -> None:
    account = patched("sts").get_caller_identity()["Account"]
    repository = f"{account}.dkr.ecr.us-east-1.amazonaws.com/web"
    patched("ecr").create_repository(repositoryName="web")
    # In an empty repository nothing is missing: it is that of a test that pushes no images.
    stopped = ended(patched, run_task(patched, f"{repository}:1"))
    assert stopped["stopCode"] == "EssentialContainerExited"
    digest = push_image(patched, "web", "2")
    network = {"networkConfiguration": _network_of(stopped)}
    stopped = ended(patched, run_again(patched, **network))
    assert stopped["stopCode"] == "TaskFailedToStart"
    reasons = {one["name"]: one.get("reason", "") for one in stopped["containers"]}
    assert f"{repository}:1: not found" in reasons["web"]
    assert reasons["init"] == ""
    # As in a container engine, a digest has precedence over a tag.
    for reference, code in (
        (":2", "EssentialContainerExited"),
        (f":1@{digest}", "EssentialContainerExited"),
        (f"@{digest}", "EssentialContainerExited"),
        (f":2@sha256:{'0' * 64}", "TaskFailedToStart"),
    ):
        register_migration(patched, f"{repository}{reference}")
        assert ended(patched, run_again(patched, **network))["stopCode"] == code


def _network_of(task: dict[str, Any]) -> dict[str, Any]:
    details = {one["name"]: one.get("value") for one in task["attachments"][0]["details"]}
    return {"awsvpcConfiguration": {"subnets": [details["subnetId"]], "securityGroups": []}}


def test_a_task_can_run_until_it_is_stopped(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", 0, runs_until_stopped=True)
    task = run_task(patched)
    assert [describe(patched, task)["lastStatus"] for _ in range(10)][1:] == ["RUNNING"] * 9
    patched("ecs").stop_task(cluster="shop", task=task["taskArn"], reason="too slow")
    stopped = describe(patched, task)
    assert (stopped["stopCode"], stopped["stoppedReason"]) == ("UserInitiated", "too slow")
    assert {one["exitCode"] for one in stopped["containers"]} == {137}


def test_a_stopped_task_leaves_no_network_interface(patched: Client, running: Emulator) -> None:
    def kinds() -> set[str]:
        return {one["kind"] for one in running.created_since_snapshot()}

    task = run_task(patched)
    assert "NetworkInterface" in kinds()
    ended(patched, task)
    assert "NetworkInterface" not in kinds()


def test_an_unknown_task_cannot_be_stopped(patched: Client, unpatched: Client) -> None:
    ecs = patched("ecs")
    ecs.create_cluster(clusterName="shop")
    with pytest.raises(ecs.exceptions.InvalidParameterException, match="was not found"):
        ecs.stop_task(cluster="shop", task="missing")
    unpatched("ecs").create_cluster(clusterName="shop")
    with pytest.raises(Exception, match="no registered tasks"):
        unpatched("ecs").stop_task(cluster="shop", task="missing", reason="")


def test_the_same_client_token_returns_the_same_task(patched: Client) -> None:
    first = run_task(patched, clientToken="one")
    arguments = {"networkConfiguration": _network_of(first)}
    second = run_again(patched, clientToken="two", **arguments)
    assert run_again(patched, clientToken="two", **arguments)["taskArn"] == second["taskArn"]
    assert len({first["taskArn"], second["taskArn"]}) == 2
    with pytest.raises(ClientError) as refused:
        run_again(patched, clientToken="two", count=2, **arguments)
    assert refused.value.response["Error"]["Code"] == "ConflictException"
    assert refused.value.response["resourceIds"] == [second["taskArn"]]


def test_the_tags_and_overrides_of_a_task_are_returned(patched: Client) -> None:
    tags = [{"key": "navra:tag", "value": "1"}]
    overrides = {"containerOverrides": [{"name": "web", "command": ["migrate"]}]}
    task = run_task(patched, tags=tags, overrides=overrides, startedBy="deploy")
    assert task["tags"] == tags
    found = describe(patched, task, include=["TAGS"])
    assert (found["tags"], found["startedBy"]) == (tags, "deploy")
    assert found["overrides"]["containerOverrides"] == overrides["containerOverrides"]


def test_a_reset_removes_the_exit_codes(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", 1)
    running.reset()
    stopped = ended(patched, run_task(patched))
    assert {one["exitCode"] for one in stopped["containers"]} == {0}


def test_the_waiter_of_the_sdk_ends_with_the_task(patched: Client) -> None:
    task = run_task(patched)
    waiter = patched("ecs").get_waiter("tasks_stopped")
    waiter.wait(
        cluster="shop", tasks=[task["taskArn"]], WaiterConfig={"Delay": 0, "MaxAttempts": 4}
    )
    assert describe(patched, task)["lastStatus"] == "STOPPED"


def test_a_task_can_stop_at_once(patched: Client, running: Emulator) -> None:
    running.set_exit_code(REGION, "migrate", 1, stops_at_once=True)
    stopped = describe(patched, run_task(patched))
    assert stopped["lastStatus"] == "STOPPED"
    assert {one["exitCode"] for one in stopped["containers"]} == {1}
