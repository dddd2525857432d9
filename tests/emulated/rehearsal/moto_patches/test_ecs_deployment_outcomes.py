"""The scripted outcomes of service deployments, step by step."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.emulator.service_deployments.outcomes import OUTCOMES, UNKNOWN_STATUS
from tests.emulated.rehearsal.moto_patches.conftest import BREAKER, REGION, Begin
from tests.support.emulator_clients import Client, create_service, describe_service
from tests.support.service_deployments import (
    SERVICE,
    deploy,
    listed,
    poll,
    polls,
    revision,
    settled,
    shown,
    statuses,
)


def messages(client: Client) -> str:
    return "\n".join(event["message"] for event in describe_service(client)["events"])


def test_a_successful_deployment_replaces_the_tasks(patched: Client, begin: Begin) -> None:
    arn = begin("success")
    assert listed(patched)[0]["status"] == "PENDING"
    old = ("ACTIVE", "web:1", 2, "COMPLETED")
    assert shown(patched) == [("PRIMARY", "web:2", 0, "IN_PROGRESS"), old]
    assert shown(patched) == [("PRIMARY", "web:2", 2, "IN_PROGRESS"), old]
    assert shown(patched) == [("PRIMARY", "web:2", 2, "COMPLETED")]
    found = poll(patched, arn)
    assert found["status"] == "SUCCESSFUL"
    assert found.keys() >= {"createdAt", "startedAt", "finishedAt"}
    assert found["deploymentCircuitBreaker"] == {
        "status": "MONITORING_COMPLETE",
        "failureCount": 0,
        "threshold": 3,
    }
    assert found["alarms"]["status"] == "DISABLED"
    assert "lifecycleStage" not in found
    assert "(service web) has reached a steady state." in messages(patched)


def test_the_waiter_of_the_sdk_ends_with_the_deployment(patched: Client, begin: Begin) -> None:
    begin("success")
    waiter = patched("ecs").get_waiter("services_stable")
    waiter.wait(cluster="shop", services=["web"], WaiterConfig={"Delay": 0, "MaxAttempts": 3})
    assert listed(patched)[0]["status"] == "SUCCESSFUL"


def test_a_deployment_advances_only_when_it_is_described(patched: Client, begin: Begin) -> None:
    begin("success")
    for _ in range(5):
        assert listed(patched)[0]["status"] == "PENDING"
        assert revision(patched, listed(patched)[0]["targetServiceRevisionArn"])


def test_the_circuit_breaker_rolls_back_after_three_failures(patched: Client, begin: Begin) -> None:
    found = list(polls(patched, begin("breaker")))
    breakers = [one["deploymentCircuitBreaker"] for one in found]
    assert [one["failureCount"] for one in breakers] == [0, 1, 2, 3, 3]
    assert [one["status"] for one in breakers] == ["MONITORING"] * 3 + ["TRIGGERED"] * 2
    assert [one["status"] for one in found] == [
        *["IN_PROGRESS"] * 3,
        "ROLLBACK_IN_PROGRESS",
        "ROLLBACK_SUCCESSFUL",
    ]
    reason = "Service deployment rolled back because the circuit breaker threshold was exceeded."
    assert found[-1]["statusReason"] == found[-1]["rollback"]["reason"] == reason
    restored = revision(patched, found[-1]["rollback"]["serviceRevisionArn"])
    assert restored["taskDefinition"].endswith(":task-definition/web:1")


def test_describe_services_shows_the_rollback(patched: Client, begin: Begin) -> None:
    begin("breaker")
    for failures in range(3):
        service = describe_service(patched)
        assert service["taskDefinition"].endswith("/web:2")
        assert service["deployments"][0]["failedTasks"] == failures
        assert service["runningCount"] == 2
    assert shown(patched) == [
        ("PRIMARY", "web:1", 0, "IN_PROGRESS"),
        ("ACTIVE", "web:2", 0, "FAILED"),
        ("ACTIVE", "web:1", 2, "COMPLETED"),
    ]
    assert shown(patched) == [("PRIMARY", "web:1", 2, "COMPLETED")]
    assert describe_service(patched)["taskDefinition"].endswith("/web:1")
    assert "deployment failed: tasks failed to start." in messages(patched)
    assert "rolling back to (deployment ecs-svc/" in messages(patched)


def test_the_threshold_depends_on_the_desired_count(patched: Client, running: Emulator) -> None:
    create_service(patched, deploymentConfiguration=BREAKER)
    patched("ecs").update_service(**SERVICE, desiredCount=10)
    running.script_deployments(REGION, "web", ["breaker"])
    found = settled(patched, deploy(patched))["deploymentCircuitBreaker"]
    assert (found["failureCount"], found["threshold"]) == (5, 5)


def test_without_rollback_the_deployment_stops_and_the_old_tasks_run(
    patched: Client, begin: Begin
) -> None:
    arn = begin("breaker-without-rollback")
    assert statuses(patched, arn) == ["IN_PROGRESS", "STOP_REQUESTED", "STOPPED"]
    assert "stoppedAt" in poll(patched, arn)
    assert "rollback" not in poll(patched, arn)
    failed = ("PRIMARY", "web:2", 0, "FAILED")
    assert shown(patched) == [failed, ("ACTIVE", "web:1", 2, "COMPLETED")]
    assert describe_service(patched)["taskDefinition"].endswith("/web:2")


def test_a_deployment_that_never_becomes_stable_can_be_rolled_back(
    patched: Client, begin: Begin
) -> None:
    arn = begin("never-stable")
    assert statuses(patched, arn, most=20) == ["IN_PROGRESS"]
    patched("ecs").stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    assert listed(patched)[0]["status"] == "ROLLBACK_REQUESTED"
    assert poll(patched, arn)["status"] == "ROLLBACK_IN_PROGRESS"
    # A second request changes nothing.
    patched("ecs").stop_service_deployment(serviceDeploymentArn=arn)
    assert statuses(patched, arn) == ["ROLLBACK_SUCCESSFUL"]
    assert shown(patched) == [("PRIMARY", "web:1", 2, "COMPLETED")]


def test_a_deployment_can_be_aborted(patched: Client, begin: Begin) -> None:
    arn = begin("never-stable")
    poll(patched, arn)
    assert describe_service(patched)["pendingCount"] == 2
    patched("ecs").stop_service_deployment(serviceDeploymentArn=arn, stopType="ABORT")
    assert listed(patched)[0]["status"] == "STOP_REQUESTED"
    assert statuses(patched, arn) == ["STOPPED"]
    assert shown(patched)[1:] == [("ACTIVE", "web:1", 2, "COMPLETED")]
    assert describe_service(patched)["pendingCount"] == 0


def test_a_rolling_deployment_has_a_bake_time_with_alarms(patched: Client, begin: Begin) -> None:
    found = list(polls(patched, begin("alarm")))
    assert found[-1]["status"] == "ROLLBACK_SUCCESSFUL"
    assert found[-1]["alarms"]["triggeredAlarmNames"] == ["web-errors"]


def test_a_failed_rollback_leaves_the_old_tasks(patched: Client, begin: Begin) -> None:
    arn = begin("rollback-failed")
    expected = ["IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_FAILED"]
    assert statuses(patched, arn) == expected
    assert shown(patched) == [
        ("PRIMARY", "web:1", 0, "FAILED"),
        ("ACTIVE", "web:1", 2, "COMPLETED"),
    ]


def test_a_new_service_has_nothing_to_roll_back_to(patched: Client, running: Emulator) -> None:
    running.script_deployments(REGION, "web", ["breaker"])
    service = create_service(patched, deploymentConfiguration=BREAKER)
    assert service["runningCount"] == 0
    (deployment,) = listed(patched)
    found = settled(patched, deployment["serviceDeploymentArn"])
    assert found["status"] == "ROLLBACK_FAILED"
    assert found["statusReason"] == "No rollback candidate was found to run the rollback."


def test_another_deployment_can_supersede_a_deployment(patched: Client, begin: Begin) -> None:
    arn = begin("superseded")
    assert statuses(patched, arn) == ["IN_PROGRESS", "STOPPED"]
    newer = listed(patched)[0]
    assert newer["serviceDeploymentArn"] != arn
    target = revision(patched, newer["targetServiceRevisionArn"])
    assert target["taskDefinition"].endswith("/web:1")
    found = settled(patched, newer["serviceDeploymentArn"])
    assert found["status"] == "SUCCESSFUL"
    assert len(found["sourceServiceRevisions"]) == 2
    assert shown(patched) == [("PRIMARY", "web:1", 2, "COMPLETED")]


def test_an_update_supersedes_the_deployment_in_progress(patched: Client, begin: Begin) -> None:
    first = begin("never-stable")
    poll(patched, first)
    second = deploy(patched)
    assert [one["status"] for one in listed(patched)][:2] == ["PENDING", "STOPPED"]
    assert settled(patched, second)["status"] == "SUCCESSFUL"
    assert shown(patched) == [("PRIMARY", "web:3", 2, "COMPLETED")]


def test_a_deployment_can_have_a_status_that_the_api_does_not_have(
    patched: Client, begin: Begin
) -> None:
    arn = begin("unknown-status")
    assert statuses(patched, arn, most=10) == ["IN_PROGRESS", UNKNOWN_STATUS]
    model = patched("ecs").meta.service_model.shape_for("ServiceDeploymentStatus")
    assert UNKNOWN_STATUS not in model.enum
    patched("ecs").stop_service_deployment(serviceDeploymentArn=arn)
    assert settled(patched, arn)["status"] == "ROLLBACK_SUCCESSFUL"


def test_the_scripts_are_used_one_after_the_other(patched: Client, running: Emulator) -> None:
    create_service(patched)
    running.script_deployments(REGION, "web", ["breaker", "success", "breaker"])
    found = [settled(patched, deploy(patched))["status"] for _ in range(4)]
    assert found == ["ROLLBACK_SUCCESSFUL", "SUCCESSFUL", "ROLLBACK_SUCCESSFUL", "SUCCESSFUL"]
    running.script_deployments(REGION, "web", ["breaker"])
    running.script_deployments(REGION, "web", [])
    assert settled(patched, deploy(patched))["status"] == "SUCCESSFUL"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_service_without_tasks_can_be_deployed(
    patched: Client, running: Emulator, outcome: str
) -> None:
    create_service(patched, deploymentConfiguration=BREAKER)
    patched("ecs").update_service(**SERVICE, desiredCount=0)
    running.script_deployments(REGION, "web", [outcome])
    arn = deploy(patched)
    assert statuses(patched, arn, most=8)[0] == "IN_PROGRESS"
    assert describe_service(patched)["runningCount"] == 0


def test_unknown_outcomes_and_causes_are_refused(running: Emulator) -> None:
    with pytest.raises(ValueError, match="'done' is not an outcome; use one of"):
        running.script_deployments(REGION, "web", ["done"])
    with pytest.raises(ValueError, match="'bug' is not a cause; use one of"):
        running.script_deployments(REGION, "web", ["breaker"], cause="bug")


def test_a_deployment_in_another_state_cannot_be_continued(patched: Client, begin: Begin) -> None:
    arn = begin("success")
    with pytest.raises(ClientError, match="does not await an action"):
        patched("ecs").continue_service_deployment(serviceDeploymentArn=arn, hookId="hook")
