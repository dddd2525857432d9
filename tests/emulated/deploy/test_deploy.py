"""A deployment ends with the new image, or with what ran before; anything else is unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from navra_stacks.deploy.outcome import Status
from navra_stacks.errors import NavraError
from tests.support.deployed_shop import API, CLUSTER, WEB, DeployedShop
from tests.support.ecr_images import push_image, push_index
from tests.support.handmade_account.console import REGION


def test_a_deployed_image_runs_with_its_digest_and_the_newest_settings(
    deployed: DeployedShop,
) -> None:
    newest = deployed.apply(deployed.web, tag="1.0", LOG_LEVEL="debug")
    outcome = deployed.deploy(web="2.0")
    assert outcome.status is Status.DONE, deployed.lines
    assert deployed.image(WEB) == f"shop-web@{deployed.digests['shop-web:2.0']}"
    running = deployed.running(WEB)
    (container,) = running["containerDefinitions"]
    assert container["environment"] == [{"name": "LOG_LEVEL", "value": "debug"}]
    assert running["navra"]["navra:base"] == newest
    assert running["navra"]["navra:tag"] == "2.0"
    assert running["navra"]["Project"] == "shop"
    assert outcome.running["web"] == "shop-web-qa:3"
    assert outcome.running["api"] == "shop-api-qa:1"
    assert "web:   web.environment.LOG_LEVEL is added" in deployed.lines


def test_a_second_deployment_is_based_on_terraforms_revision_not_on_the_copy(
    deployed: DeployedShop,
) -> None:
    assert deployed.deploy(web="2.0").status is Status.DONE
    assert deployed.deploy(web="3.0").status is Status.DONE
    assert deployed.running(WEB)["navra"]["navra:base"] == "shop-web-qa:1"
    assert deployed.image(WEB) == f"shop-web@{deployed.digests['shop-web:3.0']}"


def test_a_dry_run_only_reads(deployed: DeployedShop) -> None:
    outcome = deployed.deployer().deploy({"web": "2.0", "api": "2.0"}, dry_run=True)
    assert outcome.status is Status.DONE
    assert deployed.calls() == []
    assert any("image" in line for line in deployed.lines)


def test_a_restart_brings_the_settings_into_force_and_keeps_the_image(
    deployed: DeployedShop,
) -> None:
    deployed.deploy(web="2.0")
    newest = deployed.apply(deployed.web, tag="1.0", LOG_LEVEL="debug")
    assert deployed.deploy(web="").status is Status.DONE, deployed.lines
    assert deployed.image(WEB) == f"shop-web@{deployed.digests['shop-web:2.0']}"
    running = deployed.running(WEB)["navra"]
    assert (running["navra:base"], running["navra:tag"]) == (newest, "2.0")


def test_a_restart_deploys_the_digest_that_runs_not_the_tag_that_moved(
    deployed: DeployedShop,
) -> None:
    push_image(deployed.client, "shop-web", "1.0", content="another build")
    assert deployed.deploy(web="").status is Status.DONE, deployed.lines
    assert deployed.image(WEB) == f"shop-web@{deployed.digests['shop-web:1.0']}"


# The migration


def test_the_migration_runs_in_the_new_image_before_the_service_is_moved(
    deployed: DeployedShop,
) -> None:
    deployed.emulator.set_exit_code(REGION, "shop-api-qa-migrate", 0, ["migrated 3 tables"])
    assert deployed.deploy(api="2.0").status is Status.DONE
    assert deployed.calls() == [
        "ecs:RegisterTaskDefinition",
        "ecs:RunTask",
        "ecs:RegisterTaskDefinition",
        "ecs:UpdateService",
    ]
    described = deployed.client("ecs").describe_task_definition(
        taskDefinition="shop-api-qa-migrate"
    )["taskDefinition"]
    (container,) = described["containerDefinitions"]
    assert container["image"].endswith(deployed.digests["shop-api:2.0"])
    assert container["command"] == ["alembic", "upgrade", "head"]
    assert "api:   migrated 3 tables" in deployed.lines


@pytest.mark.parametrize(("exit_code", "reason"), [(1, "exit code 1"), (None, "did not start")])
def test_a_failed_migration_moves_no_service(
    exit_code: int | None, reason: str, deployed: DeployedShop
) -> None:
    deployed.emulator.set_exit_code(REGION, "shop-api-qa-migrate", exit_code)
    outcome = deployed.deploy(web="2.0", api="2.0")
    assert outcome.status is Status.FAILED
    assert reason in outcome.reason
    assert outcome.reason.endswith("the schema may be migrated in part")
    assert "ecs:UpdateService" not in deployed.calls()
    assert deployed.image(API) == "shop-api:1.0"


def test_a_migration_that_does_not_end_is_unknown(deployed: DeployedShop) -> None:
    deployed.emulator.set_exit_code(REGION, "shop-api-qa-migrate", 0, runs_until_stopped=True)
    outcome = deployed.deployer(migration_timeout_seconds=20).deploy({"api": "2.0"})
    assert outcome.status is Status.UNKNOWN
    assert "still runs after the timeout" in outcome.reason
    assert "ecs:UpdateService" not in deployed.calls()


def test_a_migration_that_still_runs_is_not_started_beside_itself(deployed: DeployedShop) -> None:
    deployed.emulator.set_exit_code(REGION, "shop-api-qa-migrate", 0, runs_until_stopped=True)
    deployed.deployer(migration_timeout_seconds=5).deploy({"api": "2.0"})
    deployed.emulator.clear_recorded_calls()
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.REFUSED
    assert "the one-off task migrate of api runs" in outcome.reason
    assert deployed.calls() == []


def test_another_deployment_during_the_migration_is_not_taken_over(deployed: DeployedShop) -> None:
    other = deployed.apply(deployed.api, tag="3.0")

    def deploy_other() -> None:
        deployed.client("ecs").update_service(cluster=CLUSTER, service=API, taskDefinition=other)

    report = deployed.at_line("api: task running", deploy_other)
    outcome = deployed.deployer(report=report).deploy({"api": "2.0"})
    assert outcome.status is Status.UNKNOWN
    assert "because another deployment has started; it was not moved" in outcome.reason
    assert outcome.reason.endswith("; the one-off tasks ran before")
    assert deployed.calls().count("ecs:UpdateService") == 1


def test_a_revision_that_was_registered_by_hand_is_not_the_base(deployed: DeployedShop) -> None:
    newest = deployed.apply(deployed.web, LOG_LEVEL="debug")
    by_hand = deployed.register(deployed.web, LOG_LEVEL="trace")
    assert deployed.deploy(web="2.0").status is Status.DONE
    assert deployed.running(WEB)["navra"]["navra:base"] == newest
    line = f"web: does not use {by_hand}, which neither Terraform nor a deployment registered"
    assert line in deployed.lines


def test_a_service_without_a_revision_of_terraform_is_deployed_from_the_newest_one(
    deployed: DeployedShop,
) -> None:
    """As after the import of a service that was made by hand, before the first apply."""
    deployed.description = replace(deployed.description, revision_tags={"ManagedBy": "other"})
    newest = deployed.apply(deployed.web, LOG_LEVEL="debug")
    for tag in ("2.0", "3.0"):  # the second one finds a copy
        assert deployed.deploy(web=tag).status is Status.DONE
        assert deployed.running(WEB)["navra"]["navra:base"] == newest


def test_the_base_is_found_after_any_number_of_deployments(deployed: DeployedShop) -> None:
    for number in range(12):
        assert deployed.deploy(web="2.0" if number % 2 else "3.0").status is Status.DONE
    assert deployed.running(WEB)["navra"]["navra:base"] == "shop-web-qa:1"
    deployed.emulator.clear_recorded_calls()
    newest = deployed.apply(deployed.web, LOG_LEVEL="debug")
    assert deployed.deploy(web="2.0").status is Status.DONE
    assert deployed.running(WEB)["navra"]["navra:base"] == newest


# Deployments that fail


@pytest.mark.parametrize(
    ("script", "status", "image"),
    [
        ("breaker", Status.FAILED, "shop-web:1.0"),
        ("never-stable", Status.FAILED, "shop-web:1.0"),
        ("breaker-without-rollback", Status.FAILED, "shop-web:1.0"),
        # Another deployment of the revision of before takes over, and ends.
        ("superseded", Status.FAILED, "shop-web:1.0"),
        # It is stopped at the timeout.
        ("unknown-status", Status.FAILED, "shop-web:1.0"),
        ("rollback-failed", Status.UNKNOWN, None),
    ],
)
def test_a_deployment_that_fails_is_never_reported_as_done(
    script: str, status: Status, image: str | None, deployed: DeployedShop
) -> None:
    deployed.emulator.script_deployments(REGION, WEB, [script])
    outcome = deployed.deploy(web="2.0")
    assert outcome.status is status, (outcome, deployed.lines)
    assert outcome.reason
    if image is not None:
        assert deployed.image(WEB) == image
        assert "it runs shop-web-qa:1 as before" in outcome.reason


@pytest.mark.parametrize(
    ("script", "end"),
    [
        ("success", "it has shop-web-qa:2 and 2 of 2 tasks"),
        ("never-stable", "another deployment, of shop-web-qa:2, is in progress"),
    ],
)
def test_a_deployment_of_another_revision_that_takes_over_is_unknown(
    script: str, end: str, deployed: DeployedShop
) -> None:
    other = deployed.apply(deployed.web, tag="3.0")
    deployed.emulator.script_deployments(REGION, WEB, ["never-stable", script])

    def take_over() -> None:
        deployed.client("ecs").update_service(cluster=CLUSTER, service=WEB, taskDefinition=other)

    report = deployed.at_line("web: in progress", take_over)
    outcome = deployed.deployer(report=report).deploy({"web": "2.0"})
    assert outcome.status is Status.UNKNOWN
    assert "the deployment of web ended as STOPPED" in outcome.reason
    assert outcome.reason.endswith(f"; {end}")


def test_the_reason_of_a_failed_task_and_its_last_log_lines_are_reported(
    deployed: DeployedShop,
) -> None:
    deployed.emulator.script_deployments(
        REGION, WEB, ["breaker"], cause="exit", exit_code=3, log_lines=["no DATABASE_URL"]
    )
    assert deployed.deploy(web="2.0").status is Status.FAILED
    assert any("exit code 3" in line for line in deployed.lines)
    assert "web:   no DATABASE_URL" in deployed.lines


def test_tasks_that_failed_by_themselves_are_reported_before_those_that_were_stopped(
    deployed: DeployedShop,
) -> None:
    deployed.client("ecs").update_service(cluster=CLUSTER, service=WEB, desiredCount=10)
    deployed.emulator.script_deployments(REGION, WEB, ["breaker"], exit_code=3)
    assert deployed.deploy(web="2.0").status is Status.FAILED
    reasons = [line for line in deployed.lines if line.startswith("web: task ")]
    assert len(reasons) == 3
    assert all("exit code 3" in line for line in reasons)


def test_a_service_whose_tasks_do_not_run_is_deployed(deployed: DeployedShop) -> None:
    """As after a first apply with a tag that was never pushed."""
    placement = deployed.live(WEB)["networkConfiguration"]
    deployed.client("ecs").delete_service(cluster=CLUSTER, service=WEB, force=True)
    deployed.emulator.script_deployments(REGION, WEB, ["breaker"])
    deployed.create_service(deployed.web, placement)
    deployed.settle(WEB)
    assert deployed.live(WEB)["runningCount"] == 0
    assert deployed.deploy(web="2.0").status is Status.DONE, deployed.lines
    assert deployed.image(WEB).endswith(deployed.digests["shop-web:2.0"])


def test_a_restart_uses_no_digest_of_another_revision(deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(REGION, WEB, ["breaker-without-rollback"])
    newest = deployed.apply(deployed.web, tag="2.0")
    deployed.client("ecs").update_service(cluster=CLUSTER, service=WEB, taskDefinition=newest)
    deployed.settle(WEB)
    outcome = deployed.deployer().deploy({"web": ""}, dry_run=True)
    assert outcome.status is Status.DONE
    assert not any(deployed.digests["shop-web:1.0"] in line for line in deployed.lines)


def test_a_deregistered_revision_is_deployed_again_as_a_copy(deployed: DeployedShop) -> None:
    """Some tools deregister the revision that runs."""
    deployed.apply(deployed.web)
    deployed.client("ecs").deregister_task_definition(taskDefinition="shop-web-qa:1")
    deployed.emulator.script_deployments(REGION, WEB, ["breaker-without-rollback"])
    outcome = deployed.deploy(web="2.0")
    assert any("web: shop-web-qa:1 is deregistered" in line for line in deployed.lines)
    assert outcome.status is Status.FAILED, (outcome, deployed.lines)
    assert "it runs shop-web-qa:4 as before" in outcome.reason
    assert deployed.image(WEB) == "shop-web:1.0"
    assert deployed.running(WEB)["navra"]["navra:base"] == "shop-web-qa:1"


def test_a_deployment_that_takes_too_long_is_stopped_and_rolled_back(
    deployed: DeployedShop,
) -> None:
    deployed.emulator.script_deployments(REGION, WEB, ["never-stable"])
    assert deployed.deploy(web="2.0").status is Status.FAILED
    assert deployed.calls() == [
        "ecs:RegisterTaskDefinition",
        "ecs:UpdateService",
        "ecs:StopServiceDeployment",
    ]
    assert "web: the deployment takes too long, and is stopped" in deployed.lines


def test_services_before_a_failed_one_return_to_what_they_ran(deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(REGION, API, ["breaker"])
    outcome = deployed.deploy(web="2.0", api="2.0")
    assert outcome.status is Status.FAILED
    assert outcome.running == {"web": "shop-web-qa:1", "api": "shop-api-qa:1"}
    assert "web: returns to shop-web-qa:1" in deployed.lines


# Refusals


def test_a_deployment_in_progress_is_refused_before_the_migration(deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(REGION, API, ["never-stable"])
    deployed.client("ecs").update_service(cluster=CLUSTER, service=API, forceNewDeployment=True)
    deployed.emulator.clear_recorded_calls()
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.REFUSED
    assert "a deployment of api is in progress" in outcome.reason
    assert deployed.calls() == []


def test_a_service_that_terraform_deploys_is_refused(deployed: DeployedShop) -> None:
    deployed.describe_web(deployed_by="terraform")
    outcome = deployed.deploy(web="2.0")
    assert outcome.status is Status.REFUSED
    assert "Terraform deploys the service web" in outcome.reason
    assert deployed.calls() == []


def test_another_account_is_refused(deployed: DeployedShop) -> None:
    outcome = deployed.deployer(deployed.account("111122223333")).deploy({"web": "2.0"})
    assert outcome.status is Status.REFUSED
    assert "only account 111122223333 is allowed" in outcome.reason
    assert deployed.calls() == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"web": "9.9"}, "has no image 9.9; push it first"),
        ({"wev": "2.0"}, "has no service 'wev'; did you mean 'web'"),
    ],
)
def test_a_mistake_is_reported_before_anything_is_changed(
    target: dict[str, str], message: str, deployed: DeployedShop
) -> None:
    with pytest.raises(NavraError, match=message):
        deployed.deployer().deploy(target)
    assert deployed.calls() == []


def test_an_image_for_another_architecture_is_a_mistake(deployed: DeployedShop) -> None:
    push_index(deployed.client, "shop-web", "arm", ["arm64"])
    with pytest.raises(NavraError, match="built for arm64, but the tasks need amd64"):
        deployed.deploy(web="arm")
