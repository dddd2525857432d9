"""A call of AWS that fails leads to no second deployment or migration, and to a truthful status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from navra_stacks.account.aws_reader import AccountError
from navra_stacks.deploy.account import CHANGES
from navra_stacks.deploy.outcome import Status
from tests.support.deployed_shop import API, CLUSTER, DeployedShop
from tests.support.handmade_account.console import REGION

MUTATING = ("ecs:RegisterTaskDefinition", "ecs:RunTask", "ecs:UpdateService")


def started(deployed: DeployedShop) -> Counter[str]:
    """Return how many deployments and migrations have started."""
    ecs = deployed.client("ecs")
    deployments = ecs.list_service_deployments(cluster=CLUSTER, service=API)
    tasks = [
        arn
        for status in ("RUNNING", "STOPPED")
        for arn in ecs.list_tasks(
            cluster=CLUSTER, family="shop-api-qa-migrate", desiredStatus=status
        )["taskArns"]
    ]
    return Counter(
        deployments=len(deployments["serviceDeployments"]) - 1,  # without the first one
        migrations=len(tasks),
    )


@pytest.mark.parametrize("kind", ["throttle", "error", "lost"])
@pytest.mark.parametrize("operation", MUTATING)
def test_one_failed_answer_converges_without_a_second_start(
    operation: str, kind: str, deployed: DeployedShop
) -> None:
    deployed.emulator.fail_call(operation, kind, attempts=1)
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.DONE, (outcome, deployed.lines)
    assert started(deployed) == {"deployments": 1, "migrations": 1}
    assert deployed.image(API).endswith(deployed.digests["shop-api:2.0"])


@pytest.mark.parametrize(
    ("operation", "occurrence"),
    [
        ("ecs:RegisterTaskDefinition", 1),
        ("ecs:RunTask", 1),
        ("ecs:RegisterTaskDefinition", 2),
        ("ecs:UpdateService", 1),
    ],
)
def test_a_denied_call_ends_with_what_ran_before(
    operation: str, occurrence: int, deployed: DeployedShop
) -> None:
    deployed.emulator.fail_call(operation, "denied", occurrence=occurrence)
    if (operation, occurrence) == ("ecs:RegisterTaskDefinition", 1):
        # Nothing was changed, so this is a missing permission of the caller.
        with pytest.raises(AccountError, match="not allowed to call ecs:RegisterTaskDefinition"):
            deployed.deploy(api="2.0")
    else:
        outcome = deployed.deploy(api="2.0")
        assert outcome.status is Status.FAILED, outcome
        assert f"not allowed to call {operation}" in outcome.reason
    assert deployed.image(API) == "shop-api:1.0"
    assert started(deployed)["deployments"] == 0


@pytest.mark.parametrize("kind", ["throttle", "error", "lost"])
def test_one_failed_answer_to_a_stop_converges(kind: str, deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(REGION, API, ["never-stable"])
    deployed.emulator.fail_call("ecs:StopServiceDeployment", kind, attempts=1)
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.FAILED, (outcome, deployed.lines)
    assert started(deployed) == {"deployments": 1, "migrations": 1}
    assert deployed.image(API) == "shop-api:1.0"


def test_a_denied_stop_is_unknown(deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(REGION, API, ["never-stable"])
    deployed.emulator.fail_call("ecs:StopServiceDeployment", "denied")
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.UNKNOWN, (outcome, deployed.lines)
    assert "not allowed to call ecs:StopServiceDeployment" in outcome.reason


@pytest.mark.parametrize("kind", ["error", "lost"])
def test_an_answer_that_stays_lost_is_unknown(kind: str, deployed: DeployedShop) -> None:
    for occurrence in range(1, 4):
        deployed.emulator.fail_call("ecs:RunTask", kind, occurrence=occurrence)
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.UNKNOWN
    assert outcome.reason.endswith("; migrate may run; no service was moved")
    assert started(deployed)["migrations"] <= 1
    assert "ecs:UpdateService" not in deployed.calls()


@pytest.mark.parametrize(
    ("operation", "occurrence"),
    [
        ("ecs:RunTask", 1),
        ("ecs:DescribeTasks", 1),
        ("ecs:RegisterTaskDefinition", 2),
        ("ecs:UpdateService", 1),
        ("ecs:DescribeServiceDeployments", 1),
        ("ecs:DescribeServiceDeployments", 3),
    ],
)
def test_credentials_that_expire_after_a_change_are_unknown(
    operation: str, occurrence: int, deployed: DeployedShop
) -> None:
    deployed.emulator.expire_credentials(operation, occurrence=occurrence)
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.UNKNOWN, outcome
    assert "the AWS credentials have expired" in outcome.reason
    deployed.emulator.clear_faults()
    assert max(started(deployed).values()) <= 1


@pytest.mark.parametrize(
    "operation", ["sts:GetCallerIdentity", "ecs:DescribeServices", "ecs:RegisterTaskDefinition"]
)
def test_credentials_that_expire_before_a_change_are_an_error(
    operation: str, deployed: DeployedShop
) -> None:
    deployed.emulator.expire_credentials(operation)
    with pytest.raises(AccountError, match="the AWS credentials have expired"):
        deployed.deploy(api="2.0")
    assert deployed.calls() in ([], ["ecs:RegisterTaskDefinition"])  # the latter was rejected


@pytest.mark.parametrize("operation", ["ecs:DescribeTasks", "ecs:DescribeServiceDeployments"])
def test_single_reads_may_fail_while_a_deployment_is_followed(
    operation: str, deployed: DeployedShop
) -> None:
    for occurrence in (1, 2):
        deployed.emulator.fail_call(operation, "denied", occurrence=occurrence)
    assert deployed.deploy(api="2.0").status is Status.DONE, deployed.lines


def test_a_task_that_cannot_be_read_is_unknown_and_named(deployed: DeployedShop) -> None:
    for occurrence in range(1, 11):
        deployed.emulator.fail_call("ecs:DescribeTasks", "denied", occurrence=occurrence)
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.UNKNOWN
    assert "of migrate may still run" in outcome.reason
    assert "ecs:UpdateService" not in deployed.calls()


def test_a_rejected_one_off_task_has_not_been_started(deployed: DeployedShop) -> None:
    deployed.emulator.fail_call("ecs:RunTask", "denied")
    (task,) = deployed.api.one_off_tasks
    outcome = deployed.deployer().run(deployed.api, task, ())
    assert outcome.status is Status.REFUSED
    assert "not allowed to call ecs:RunTask" in outcome.reason
    assert "read operations" not in outcome.reason


def raising(error: BaseException | type[BaseException]) -> Callable[..., None]:
    """Return a function that raises an error, with any arguments."""

    def fail(*_: object) -> None:
        raise error

    return fail


INTERRUPT = raising(KeyboardInterrupt)


@pytest.mark.parametrize(
    ("prefix", "last", "calls"),
    [
        ("api: runs shop", "interrupted: nothing was changed", 0),
        (
            "api: task running",
            "api: interrupted: migrate may still run in AWS; no service was moved",
            2,
        ),
        ("api: migrate succeeded", "interrupted: `navra status` shows what runs", 2),
        ("api: in progress", "continues in AWS", 4),
        ("api: successful", "has ended, and `navra status` shows what runs", 4),
        ("api: runs shop-api-qa:2", "interrupted: `navra status` shows what runs", 4),
        ("api: deploys shop", "no deployment was started", 3),
    ],
)
def test_an_interruption_leaves_a_truthful_last_line(
    prefix: str, last: str, calls: int, deployed: DeployedShop
) -> None:
    deployer = deployed.deployer(report=deployed.at_line(prefix, INTERRUPT))
    with pytest.raises(KeyboardInterrupt):
        deployer.deploy({"api": "2.0"})
    assert deployed.lines[-1].endswith(last)
    assert len(deployed.calls()) == calls


def test_an_interruption_rolls_back_on_request(deployed: DeployedShop) -> None:
    report = deployed.at_line("web: in progress", INTERRUPT)
    deployer = deployed.deployer(report=report, rollback_on_interrupt=True)
    with pytest.raises(KeyboardInterrupt):
        deployer.deploy({"web": "2.0"})
    assert ": interrupted: ECS is rolling back the deployment " in deployed.lines[-1]
    assert deployed.calls()[-1] == "ecs:StopServiceDeployment"


def test_a_task_of_which_reading_fails_unexpectedly_may_still_run(
    deployed: DeployedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("navra_stacks.deploy.tasks._describe", raising(KeyError("lastStatus")))
    outcome = deployed.deploy(api="2.0")
    assert outcome.status is Status.UNKNOWN, outcome
    assert "of migrate may still run: KeyError('lastStatus')" in outcome.reason
    assert started(deployed)["migrations"] == 1


def test_a_second_interruption_leaves_a_last_line(
    deployed: DeployedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployer = deployed.deployer(report=deployed.at_line("web: in progress", INTERRUPT))
    monkeypatch.setattr("navra_stacks.deploy.mover.ServiceMover._end_interrupted", INTERRUPT)
    with pytest.raises(KeyboardInterrupt):
        deployer.deploy({"web": "2.0"})
    assert deployed.lines[-1] == "web: interrupted: `navra status` shows what runs"


def test_an_unexpected_error_while_services_return_is_unknown(
    deployed: DeployedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.emulator.script_deployments(REGION, API, ["breaker"])
    fail = raising(KeyError("deployments"))
    monkeypatch.setattr("navra_stacks.deploy.mover.ServiceMover.return_to", fail)
    outcome = deployed.deploy(web="2.0", api="2.0")
    assert outcome.status is Status.UNKNOWN
    assert outcome.reason.endswith("; web did not return to shop-web-qa:1")
    assert "web: KeyError('deployments')" in deployed.lines


def test_an_interruption_is_reported_although_the_account_cannot_be_read(
    deployed: DeployedShop,
) -> None:
    def expire_and_interrupt() -> None:
        deployed.emulator.expire_credentials()
        raise KeyboardInterrupt

    deployer = deployed.deployer(report=deployed.at_line("web: in progress", expire_and_interrupt))
    with pytest.raises(KeyboardInterrupt):
        deployer.deploy({"web": "2.0"})
    assert deployed.lines[-1].startswith("web: interrupted: `navra status` shows what runs (")


def test_only_the_listed_operations_change_something(deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(REGION, API, ["never-stable"])
    deployed.deploy(api="2.0")
    deployed.emulator.clear_faults()
    names = {call["operation"].partition(":")[2] for call in deployed.emulator.recorded_calls()}
    changing = {
        name for name in names if not name.startswith(("Describe", "List", "Get", "BatchGet"))
    }
    assert changing == CHANGES
