"""Deployments that shift traffic: their lifecycle stages, weights and pauses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulated.rehearsal.moto_patches.conftest import Begin
from tests.support.emulator_clients import Client, describe_service
from tests.support.service_deployments import (
    listed,
    poll,
    polls,
    revision,
    settled,
    shown,
    statuses,
)

SHIFT = {"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 1}


def test_a_shift_passes_through_the_lifecycle_stages(patched: Client, begin: Begin) -> None:
    found = list(polls(patched, begin("success", SHIFT)))
    stages = [(one["lifecycleStage"], weights(one)) for one in found]
    assert stages == [
        ("PRE_SCALE_UP", (0, 100, 0)),
        ("SCALE_UP", (0, 100, 0)),
        ("POST_SCALE_UP", (0, 100, 0)),
        ("TEST_TRAFFIC_SHIFT", (0, 100, 100)),
        ("POST_TEST_TRAFFIC_SHIFT", (0, 100, 100)),
        ("PRODUCTION_TRAFFIC_SHIFT", (100, 0, 100)),
        ("POST_PRODUCTION_TRAFFIC_SHIFT", (100, 0, 100)),
        ("BAKE_TIME", (100, 0, 100)),
        ("CLEAN_UP", (100, 0, 100)),
        ("CLEAN_UP", (100, 0, 100)),
    ]
    assert [one["status"] for one in found] == ["IN_PROGRESS"] * 9 + ["SUCCESSFUL"]
    assert found[7]["sourceServiceRevisions"][0]["runningTaskCount"] == 2
    assert found[8]["sourceServiceRevisions"][0]["runningTaskCount"] == 0


def weights(deployment: dict[str, Any]) -> tuple[float, ...]:
    """Return the production weights of target and source, and the target's test weight."""
    target, (source,) = deployment["targetServiceRevision"], deployment["sourceServiceRevisions"]
    name = "requestedProductionTrafficWeight"
    return target[name], source[name], target["requestedTestTrafficWeight"]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        ({"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 40.0}}, [40, 80, 100]),
        ({"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 20.0}}, [20, 100]),
        ({"strategy": "CANARY"}, [5, 100]),
        ({"strategy": "BLUE_GREEN"}, [100]),
    ],
    ids=str,
)
def test_the_production_traffic_shifts_in_the_steps_of_the_strategy(
    patched: Client, begin: Begin, configuration: dict[str, Any], expected: list[float]
) -> None:
    found = list(polls(patched, begin("success", configuration)))
    shifts = [one for one in found if one["lifecycleStage"] == "PRODUCTION_TRAFFIC_SHIFT"]
    assert [weights(one)[0] for one in shifts] == expected
    assert found[-1]["status"] == "SUCCESSFUL"


def test_an_alarm_in_the_bake_time_rolls_back(patched: Client, begin: Begin) -> None:
    alarms = {"alarmNames": ["web-5xx", "web-slow"], "enable": True, "rollback": True}
    found = list(polls(patched, begin("alarm", {**SHIFT, "alarms": alarms})))
    assert found[-3]["alarms"]["status"] == "MONITORING"
    assert (found[-3]["lifecycleStage"], weights(found[-3])[0]) == ("BAKE_TIME", 100)
    assert [one["status"] for one in found[-3:]] == [
        "IN_PROGRESS",
        "ROLLBACK_IN_PROGRESS",
        "ROLLBACK_SUCCESSFUL",
    ]
    assert found[-1]["alarms"] == {
        "status": "TRIGGERED",
        "alarmNames": ["web-5xx", "web-slow"],
        "triggeredAlarmNames": ["web-5xx"],
    }
    assert weights(found[-1])[:2] == (0, 100)
    (source,) = found[-1]["sourceServiceRevisions"]
    assert found[-1]["rollback"]["serviceRevisionArn"] == source["arn"]
    assert shown(patched) == [("PRIMARY", "web:1", 2, "COMPLETED")]


def paused(client: Client, arn: str) -> dict[str, Any]:
    """Describe a deployment until it waits, and return its hook."""
    for one in polls(client, arn):
        if hooks := one.get("lifecycleHookDetails"):
            return dict(hooks[0])
    raise AssertionError("the deployment did not wait")


def test_a_paused_deployment_waits_until_it_is_continued(patched: Client, begin: Begin) -> None:
    arn, ecs = begin("pause", SHIFT), patched("ecs")
    hook = paused(patched, arn)
    assert hook.items() >= {"targetType": "PAUSE", "status": "AWAITING_ACTION"}.items()
    assert statuses(patched, arn, most=20) == ["IN_PROGRESS"]
    assert poll(patched, arn)["lifecycleStage"] == "POST_TEST_TRAFFIC_SHIFT"
    with pytest.raises(ecs.exceptions.InvalidParameterException):
        ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId="another")
    ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook["hookId"])
    assert statuses(patched, arn) == ["IN_PROGRESS", "SUCCESSFUL"]
    with pytest.raises(ecs.exceptions.InvalidParameterException):
        ecs.continue_service_deployment(serviceDeploymentArn=arn, hookId=hook["hookId"])


def test_a_paused_deployment_can_be_rolled_back(patched: Client, begin: Begin) -> None:
    arn = begin("pause", SHIFT)
    hook = paused(patched, arn)["hookId"]
    patched("ecs").continue_service_deployment(
        serviceDeploymentArn=arn, hookId=hook, action="ROLLBACK"
    )
    assert listed(patched)[0]["status"] == "ROLLBACK_REQUESTED"
    assert settled(patched, arn)["status"] == "ROLLBACK_SUCCESSFUL"
    assert "lifecycleHookDetails" not in poll(patched, arn)


def test_a_deployment_pauses_at_the_stages_of_its_hooks(patched: Client, begin: Begin) -> None:
    hook = {
        "targetType": "PAUSE",
        "lifecycleStages": ["PRE_SCALE_UP", "POST_PRODUCTION_TRAFFIC_SHIFT"],
        "timeoutConfiguration": {"timeoutInMinutes": 5, "action": "CONTINUE"},
    }
    arn = begin("pause", {**SHIFT, "lifecycleHooks": [hook]})
    for stage in hook["lifecycleStages"]:
        waiting = paused(patched, arn)
        assert waiting["timeoutAction"] == "CONTINUE"
        assert poll(patched, arn)["lifecycleStage"] == stage
        patched("ecs").continue_service_deployment(
            serviceDeploymentArn=arn, hookId=waiting["hookId"]
        )
    assert settled(patched, arn)["status"] == "SUCCESSFUL"


def test_a_linear_deployment_pauses_at_each_shift(patched: Client, begin: Begin) -> None:
    hook = {"targetType": "PAUSE", "lifecycleStages": ["PRODUCTION_TRAFFIC_SHIFT"]}
    linear = {"strategy": "LINEAR", "linearConfiguration": {"stepPercent": 50.0}}
    arn = begin("pause", {**linear, "lifecycleHooks": [hook]})
    for weight in (50, 100):
        waiting = paused(patched, arn)
        assert weights(poll(patched, arn))[0] == weight
        patched("ecs").continue_service_deployment(
            serviceDeploymentArn=arn, hookId=waiting["hookId"]
        )
    assert settled(patched, arn)["status"] == "SUCCESSFUL"


def test_a_shift_after_a_superseded_one_begins_with_a_reconciliation(
    patched: Client, begin: Begin
) -> None:
    begin("superseded", SHIFT)
    for _ in range(4):
        describe_service(patched)
    newer = listed(patched)[0]["serviceDeploymentArn"]
    found = poll(patched, newer)
    assert found["lifecycleStage"] == "RECONCILE_SERVICE"
    # The completed revision is the first source, and the only one with traffic.
    sources = found["sourceServiceRevisions"]
    assert [one["requestedProductionTrafficWeight"] for one in sources] == [100, 0]
    assert revision(patched, sources[0]["arn"])["taskDefinition"].endswith("/web:1")
    assert settled(patched, newer)["status"] == "SUCCESSFUL"
