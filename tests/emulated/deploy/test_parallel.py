"""With `--parallel`, services are moved at the same time, and return together after a failure."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from navra_stacks.deploy.outcome import Outcome, Status
from tests.support.deployed_shop import API, WEB, DeployedShop
from tests.support.handmade_account.console import REGION

BOTH = {"web": "2.0", "api": "2.0"}


def deploy(deployed: DeployedShop) -> Outcome:
    return deployed.deployer(parallel=True).deploy(BOTH)


def test_the_second_service_is_moved_before_the_first_has_ended(deployed: DeployedShop) -> None:
    def wait_for_both(_: float) -> None:
        if threading.current_thread() is threading.main_thread():  # the migrations
            return
        end = time.monotonic() + 10
        while deployed.calls().count("ecs:UpdateService") < 2 and time.monotonic() < end:
            time.sleep(0.02)

    account = deployed.account(sleep=wait_for_both)
    outcome = deployed.deployer(account, parallel=True).deploy({"web": "2.0", "api": ""})
    assert outcome.status is Status.DONE, (outcome, deployed.lines)
    first_end = next(n for n, line in enumerate(deployed.lines) if ": successful" in line)
    moved = {line.partition(":")[0] for line in deployed.lines[:first_end] if "in progress" in line}
    assert moved == {"web", "api"}
    assert deployed.image(WEB).endswith(deployed.digests["shop-web:2.0"])
    assert deployed.image(API).endswith(deployed.digests["shop-api:1.0"])


def test_migrations_run_before_any_service_is_moved(deployed: DeployedShop) -> None:
    deployed.emulator.set_exit_code(REGION, "shop-api-qa-migrate", 1)
    outcome = deploy(deployed)
    assert outcome.status is Status.FAILED
    assert "ecs:UpdateService" not in deployed.calls()


@pytest.mark.parametrize("failed", ["web", "api"])
def test_the_others_return_if_one_fails(failed: str, deployed: DeployedShop) -> None:
    service = deployed.description.service(failed).service
    deployed.emulator.script_deployments(REGION, service, ["breaker"])
    outcome = deploy(deployed)
    assert outcome.status is Status.FAILED, (outcome, deployed.lines)
    assert f"the deployment of {failed} ended as ROLLBACK_SUCCESSFUL" in outcome.reason
    assert deployed.image(WEB) == "shop-web:1.0"
    assert deployed.image(API) == "shop-api:1.0"


def test_all_failures_are_reported(deployed: DeployedShop) -> None:
    for service in (WEB, API):
        deployed.emulator.script_deployments(REGION, service, ["breaker"])
    outcome = deploy(deployed)
    assert outcome.status is Status.FAILED
    assert "the deployment of web" in outcome.reason
    assert "the deployment of api" in outcome.reason


def test_one_service_that_is_unknown_makes_the_outcome_unknown(deployed: DeployedShop) -> None:
    deployed.emulator.script_deployments(REGION, WEB, ["rollback-failed"])
    deployed.emulator.script_deployments(REGION, API, ["breaker"])
    assert deploy(deployed).status is Status.UNKNOWN


def test_an_interrupted_thread_starts_no_deployment(
    deployed: DeployedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = deployed.account()
    deployer = deployed.deployer(account, parallel=True)
    original = account.change

    def interrupted_after_registering(operation: str, **arguments: object) -> dict[str, object]:
        response = original(operation, **arguments)
        if threading.current_thread() is not threading.main_thread():
            account.interrupt_threads()
        return response

    monkeypatch.setattr(account, "change", interrupted_after_registering)
    with pytest.raises(KeyboardInterrupt):
        deployer.deploy({"web": "2.0"})
    assert deployed.calls() == ["ecs:RegisterTaskDefinition"]
    assert deployed.lines[-1] == "web: interrupted: no deployment was started"


def test_an_interruption_ends_each_thread_with_a_truthful_line(deployed: DeployedShop) -> None:
    moving = threading.Barrier(2, timeout=10)
    interrupted = threading.Event()
    seen = threading.local()

    def interrupt_when_both_are_moving(_: float) -> None:
        is_moving = any(line.startswith("web: in progress") for line in deployed.lines) and any(
            line.startswith("api: in progress") for line in deployed.lines
        )
        if threading.current_thread() is threading.main_thread() or not is_moving:
            return
        if not getattr(seen, "waited", False):
            seen.waited = True
            if moving.wait() == 0:
                os.kill(os.getpid(), signal.SIGINT)
                interrupted.set()
        interrupted.wait(10)
        time.sleep(0.2)  # until the main thread has handled the signal

    deployed.emulator.script_deployments(REGION, WEB, ["never-stable"])
    deployed.emulator.script_deployments(REGION, API, ["never-stable"])
    account = deployed.account(sleep=interrupt_when_both_are_moving)
    deployer = deployed.deployer(account, parallel=True, timeout_seconds=10**6)
    with pytest.raises(KeyboardInterrupt):
        deployer.deploy(BOTH)
    ends = [line for line in deployed.lines if "interrupted" in line]
    assert sorted(line.partition(":")[0] for line in ends) == ["api", "web"]
    assert all(line.endswith("continues in AWS") for line in ends)
    assert set(deployed.lines[-2:]) == set(ends)
