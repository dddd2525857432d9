"""Status, rollback, one-off tasks and logs of a deployed environment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from navra_stacks.deploy.logs import log_lines, parse_since
from navra_stacks.deploy.outcome import Status
from navra_stacks.deploy.status import ServiceStatus, read_status, status_lines
from navra_stacks.errors import NavraError
from tests.support.deployed_shop import API, CLUSTER, WEB, DeployedShop
from tests.support.handmade_account.console import REGION


def status_of(deployed: DeployedShop, name: str = "web") -> ServiceStatus:
    (found,) = (
        one for one in read_status(deployed.description, deployed.account()) if one.name == name
    )
    return found


# Status


def test_a_service_without_pending_settings_does_not_lag(deployed: DeployedShop) -> None:
    assert not status_of(deployed).lags
    assert deployed.deploy(web="2.0").status is Status.DONE
    found = status_of(deployed)
    assert not found.lags
    assert (found.revision, found.tag, found.tasks) == ("shop-web-qa:2", "2.0", "2 of 2 tasks")
    assert found.images[0].endswith(deployed.digests["shop-web:2.0"])
    assert [line.split("  ")[1:] for line in found.history] == [
        ["successful", "shop-web-qa:2"],
        ["successful", "shop-web-qa:1"],
    ]


def test_settings_that_are_not_deployed_are_listed_without_their_values(
    deployed: DeployedShop,
) -> None:
    deployed.deploy(web="2.0")
    newest = deployed.apply(deployed.web, tag="1.0", LOG_LEVEL="very-verbose")
    found = status_of(deployed)
    assert found.lags
    assert found.pending == ("web.environment.LOG_LEVEL is added",)
    lines = list(status_lines((found,)))
    assert f"  the settings of {newest} are not deployed:" in lines
    assert "very-verbose" not in "\n".join(lines)
    assert deployed.deploy(web="2.0").status is Status.DONE
    assert not status_of(deployed).lags


def test_a_deployment_in_progress_is_shown(deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(REGION, WEB, ["never-stable"])
    deployed.client("ecs").update_service(cluster=CLUSTER, service=WEB, forceNewDeployment=True)
    found = status_of(deployed)
    assert found.deployment
    assert found.lags
    assert f"  a deployment is in progress: {found.deployment}" in list(status_lines((found,)))


# Rollback


def test_a_rollback_goes_to_the_last_successful_revision_not_to_the_previous_number(
    deployed: DeployedShop,
) -> None:
    assert deployed.deploy(web="2.0").status is Status.DONE
    deployed.apply(deployed.web, LOG_LEVEL="debug")
    assert deployed.deploy(web="3.0").status is Status.DONE
    outcome = deployed.deployer().rollback(["web"])
    assert outcome.status is Status.DONE, outcome
    assert outcome.running["web"] == "shop-web-qa:2"


def test_a_rollback_stops_a_deployment_in_progress(deployed: DeployedShop) -> None:
    newer = deployed.apply(deployed.web, tag="2.0")
    deployed.emulator.script_deployments(REGION, WEB, ["never-stable"])
    deployed.client("ecs").update_service(cluster=CLUSTER, service=WEB, taskDefinition=newer)
    deployed.emulator.clear_recorded_calls()
    outcome = deployed.deployer().rollback(["web"])
    assert outcome.status is Status.DONE, outcome
    assert outcome.running["web"] == "shop-web-qa:1"
    assert deployed.calls() == ["ecs:StopServiceDeployment"]


def test_a_rollback_to_a_chosen_revision(deployed: DeployedShop) -> None:
    deployed.deploy(web="2.0")
    assert deployed.deployer().rollback(["web"], to="1").running["web"] == "shop-web-qa:1"
    assert deployed.deployer().rollback(["api"]).status is Status.REFUSED


def test_a_revision_that_does_not_exist_is_refused(deployed: DeployedShop) -> None:
    outcome = deployed.deployer().rollback(["web"], to="9")
    assert outcome.status is Status.REFUSED
    assert "shop-web-qa:9 cannot be read" in outcome.reason
    assert deployed.calls() == []


def test_a_second_rollback_does_not_return_to_the_rejected_revision(
    deployed: DeployedShop,
) -> None:
    deployed.deploy(web="2.0")
    assert deployed.deployer().rollback(["web", "web"]).running["web"] == "shop-web-qa:1"
    outcome = deployed.deployer().rollback(["web"])
    assert outcome.status is Status.REFUSED
    assert "has returned from shop-web-qa:2; pass a revision with --to" in outcome.reason


def test_a_rollback_to_the_running_revision_changes_nothing(deployed: DeployedShop) -> None:
    assert deployed.deployer().rollback(["web"], to="1").status is Status.DONE
    assert deployed.calls() == []


def test_all_services_are_checked_before_the_first_one_is_moved(deployed: DeployedShop) -> None:
    deployed.deploy(web="2.0")
    deployed.emulator.clear_recorded_calls()
    assert deployed.deployer().rollback(["web", "api"]).status is Status.REFUSED
    assert deployed.calls() == []


def test_the_whole_history_is_read(deployed: DeployedShop) -> None:
    deployed.deploy(web="2.0")
    for _ in range(25):
        deployed.client("ecs").update_service(cluster=CLUSTER, service=WEB, forceNewDeployment=True)
        for _ in range(4):
            deployed.live(WEB)
    assert deployed.deployer().rollback(["web"]).running["web"] == "shop-web-qa:1"


def test_an_environment_without_a_pipeline_has_nothing_to_roll_back(
    deployed: DeployedShop,
) -> None:
    with pytest.raises(NavraError, match="has no service that a pipeline deploys"):
        deployed.deployer().rollback([])


def test_a_rollback_to_an_image_that_was_deleted_is_refused(deployed: DeployedShop) -> None:
    deployed.deploy(web="2.0")
    deployed.client("ecr").batch_delete_image(
        repositoryName="shop-web", imageIds=[{"imageTag": "1.0"}]
    )
    outcome = deployed.deployer().rollback(["web"])
    assert outcome.status is Status.REFUSED
    assert "the image of shop-web-qa:1 cannot be started" in outcome.reason


def test_a_deregistered_revision_is_refused(deployed: DeployedShop) -> None:
    deployed.deploy(web="2.0")
    deployed.client("ecs").deregister_task_definition(taskDefinition="shop-web-qa:1")
    outcome = deployed.deployer().rollback(["web"])
    assert outcome.status is Status.REFUSED
    assert "shop-web-qa:1 is deregistered" in outcome.reason


# One-off tasks


def test_a_task_runs_with_the_image_of_the_service_and_appended_arguments(
    deployed: DeployedShop,
) -> None:
    deployed.deploy(api="2.0")
    deployed.emulator.clear_recorded_calls()
    (task,) = deployed.api.one_off_tasks
    outcome = deployed.deployer().run(deployed.api, task, ["--sql"])
    assert outcome.status is Status.DONE
    (call,) = (
        one for one in deployed.emulator.recorded_calls() if one["operation"] == "ecs:RunTask"
    )
    overrides = call["parameters"]["overrides"]["containerOverrides"]
    assert overrides == [{"name": "api", "command": ["alembic", "upgrade", "head", "--sql"]}]
    registered = deployed.client("ecs").describe_task_definition(
        taskDefinition="shop-api-qa-migrate"
    )["taskDefinition"]
    assert registered["containerDefinitions"][0]["image"].endswith(deployed.digests["shop-api:2.0"])


def test_a_failed_task_has_status_1(deployed: DeployedShop) -> None:
    deployed.emulator.set_exit_code(REGION, "shop-api-qa-migrate", 5)
    (task,) = deployed.api.one_off_tasks
    outcome = deployed.deployer().run(deployed.api, task, ())
    assert outcome.status is Status.FAILED
    assert "exit code 5" in outcome.reason


# Logs


def test_log_events_are_printed_in_order_and_by_task(deployed: DeployedShop) -> None:
    logs, now = deployed.client("logs"), datetime.now(UTC)
    for task in ("one", "two"):
        stream = f"web/web/{task}"
        logs.create_log_stream(logGroupName=deployed.web.log_group, logStreamName=stream)
        logs.put_log_events(
            logGroupName=deployed.web.log_group,
            logStreamName=stream,
            logEvents=[
                {"timestamp": int(now.timestamp() * 1000) + offset, "message": f"{task} {offset}"}
                for offset in (-60_000, 0)
            ],
        )
    since = now - timedelta(minutes=5)
    every = list(log_lines(deployed.account(), deployed.web, since=since))
    assert len(every) == 4
    assert every == sorted(every)
    one = list(log_lines(deployed.account(), deployed.web, since=since, task="one"))
    assert [line.rpartition("  ")[2] for line in one] == ["one -60000", "one 0"]
    recent = log_lines(deployed.account(), deployed.web, since=now - timedelta(seconds=5))
    assert len(list(recent)) == 2


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("15m", 900), ("2h", 7200), ("1d", 86400)]
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_since(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "1w", "-1h", "1.5h", "9999999h"])
def test_another_duration_is_a_mistake(text: str) -> None:
    with pytest.raises(NavraError, match="is not a duration"):
        parse_since(text)


def test_a_duration_has_a_limit() -> None:
    with pytest.raises(NavraError, match="is longer than 3653 days"):
        parse_since("999999d")


def test_the_services_that_are_not_named_keep_running(deployed: DeployedShop) -> None:
    deployed.deploy(web="2.0")
    assert deployed.image(API) == "shop-api:1.0"
