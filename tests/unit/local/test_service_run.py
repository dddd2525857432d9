"""One service: its status, and the diagnosis of the reasons, without containers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from navra_stacks.local import service_run
from navra_stacks.local.application import LocalService, TargetPort
from navra_stacks.local.load_balancer.target_group import HealthCheck, TargetGroup
from navra_stacks.local.service_run import ServiceRun
from navra_stacks.local.task_model import ContainerModel, Dependency, HealthCommand, TaskModel
from tests.unit.local.fake_engine import LABELS, FakeEngine, inputs, task
from tests.unit.local.test_health_faults import server

GROUP = "aws_lb_target_group.web"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the times for which a service without health checks is observed."""
    monkeypatch.setattr(service_run, "_RUNNING_SECONDS", 0.2)
    monkeypatch.setattr(service_run, "_SECONDS_WITHOUT_TARGETS", 1)
    monkeypatch.setattr(service_run, "_TRIAL_SECONDS", 1, raising=False)
    monkeypatch.setattr(service_run, "ended_for_memory", lambda container: False)


class Balancer:
    """A load balancer whose targets have one status."""

    def __init__(self, check: HealthCheck, status: str) -> None:
        group = TargetGroup(GROUP, "web", 8080, health_check=check)
        self.balancer = SimpleNamespace(target_groups={GROUP: group}, idle_timeout=60)
        self.status = status
        self.registered: list[Any] = []

    def register(self, *arguments: Any, **options: Any) -> object:
        self.registered.append(options)
        return SimpleNamespace(arguments=arguments, **options)

    def deregister(self, target: object) -> None:
        self.registered.clear()

    def state(self, target: object) -> object:
        return SimpleNamespace(status=self.status)


def service(model: TaskModel, *targets: TargetPort) -> LocalService:
    main = model.containers[-1].name
    return LocalService("web", "shop-web", model, main, (main,), targets, 0)


@contextmanager
def run(engine: FakeEngine, model: TaskModel, balancer: Balancer | None = None) -> Iterator[Any]:
    targets = () if balancer is None else (TargetPort(GROUP, "app", 8080),)
    balancers: Any = () if balancer is None else (balancer,)
    found = ServiceRun(
        engine,
        LABELS,
        service(model, *targets),
        inputs(model),
        balancers,
        "shop.example",
        lines.append,
    )
    lines.clear()
    try:
        found.run()
        yield found
    finally:
        end = time.monotonic() + 10
        while not (found.task._started or found.task.ended.is_set()) and time.monotonic() < end:
            time.sleep(0.02)
        found.task.remove()


lines: list[str] = []


def kinds(found: ServiceRun) -> list[str]:
    return [fault.kind for fault in found.result.faults]


APP = ContainerModel("app", "i")


def test_a_service_without_a_target_runs_if_it_does_not_end_at_once() -> None:
    with run(FakeEngine(), task(APP)) as found:
        assert (found.result.status, found.result.faults) == ("running", [])


def test_a_service_that_ends_has_its_exit_code_and_the_end_of_its_log() -> None:
    engine = FakeEngine({"app": "seq 1 20; exit 3"})
    with run(engine, task(APP)) as found:
        assert (found.result.status, kinds(found)) == ("stopped", ["exit"])
        assert "ended with 3" in found.result.faults[0].message
        assert found.result.log == tuple(map(str, range(11, 21)))
    assert "web/app | 20" in lines


def test_a_target_that_is_healthy_makes_the_service_healthy() -> None:
    balancer = Balancer(HealthCheck(), "healthy")
    with run(FakeEngine(), task(APP.replace(ports=(8080,))), balancer) as found:
        assert (found.result.status, found.result.limit) == ("healthy", 60)
        assert balancer.registered[0]["container_port"] == 8080
        found.deregister()
        assert balancer.registered == []


class Ports(FakeEngine):
    """An engine that publishes the ports of servers of the test."""

    def __init__(self, ports: dict[int, int]) -> None:
        super().__init__()
        self.published = ports

    def ports(self, container: str) -> dict[int, int]:
        return self.published


QUICK = HealthCheck(path="/up", interval=1, unhealthy_threshold=1)


def test_a_target_that_is_not_healthy_is_diagnosed() -> None:
    balancer = Balancer(QUICK, "unhealthy")
    model = task(APP.replace(ports=(8080,)))
    with (
        server(lambda request: (404, "")) as port,
        run(Ports({8080: port}), model, balancer) as found,
    ):
        assert (found.result.status, kinds(found)) == ("unhealthy", ["health-path"])


def test_the_diagnosis_requests_the_port_of_the_health_check() -> None:
    check = HealthCheck(path="/up", interval=1, unhealthy_threshold=1, port=9000)
    balancer = Balancer(check, "unhealthy")
    model = task(APP.replace(ports=(8080, 9000)))
    with (
        server(lambda request: (200, "")) as traffic,
        server(lambda request: (404, "")) as health,
        run(Ports({8080: traffic, 9000: health}), model, balancer) as found,
    ):
        assert kinds(found) == ["health-path"]


class Checked(FakeEngine):
    """An engine in which the health command of one container fails."""

    def run(self, *arguments: str, **options: Any) -> Any:
        done = super().run(*arguments, **options)
        if arguments[0] == "exec" and arguments[1].endswith(".app"):
            done.returncode = 1
        return done


def test_the_container_whose_health_command_fails_is_named() -> None:
    health = HealthCommand(("check",))
    model = task(ContainerModel("side", "i", health=health), APP.replace(health=health))
    with run(Checked(), model) as found:
        assert found.result.status == "unhealthy"
        (fault,) = found.result.faults
        assert "of the container app" in fault.message


def test_a_process_that_was_ended_for_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_run, "ended_for_memory", lambda container: True)
    with run(FakeEngine({"app": "exit 137"}), task(APP, memory=512)) as found:
        (fault,) = found.result.faults
        assert (fault.kind, fault.repair.startswith("raise services.web.memory")) == (
            "out-of-memory",
            True,
        )
        assert "its 512 MiB of memory" in fault.message


def test_an_image_of_another_architecture_that_cannot_be_executed() -> None:
    engine = FakeEngine({"app": "echo 'exec /srv/app: exec format error'; exit 1"})
    with run(engine, task(APP)) as found:
        assert kinds(found) == ["architecture"]


def test_a_container_that_cannot_be_started() -> None:
    engine = FakeEngine()
    engine.rejected["create"] = "unknown user"
    with run(engine, task(APP)) as found:
        assert kinds(found) == ["exit"]
        assert "unknown user" in found.result.faults[0].message


def test_a_dependency_that_fails_is_named_with_its_dependents() -> None:
    engine = FakeEngine({"migrate": "exit 2"})
    first = ContainerModel("migrate", "i", is_essential=False)
    model = task(first, APP.replace(depends_on=(Dependency("migrate", "SUCCESS"),)))
    with run(engine, model) as found:
        (fault,) = found.result.faults
        assert fault.kind == "dependency"
        assert fault.message == ("app did not start, because the container migrate ended with 2")


def test_a_container_that_ignores_sigterm_is_a_fault() -> None:
    engine = FakeEngine({"app": "trap '' TERM; echo ready; while :; do sleep 1; done"})
    with run(engine, task(APP.replace(stop_seconds=0))) as found:
        end = time.monotonic() + 30
        while found.task.lines("app") != ["ready"] and time.monotonic() < end:
            time.sleep(0.02)
        found.stop()
        (fault,) = found.result.faults
        assert (fault.kind, found.result.passed) == ("stop-timeout", False)
        assert "services.web.container.stop_timeout_seconds" in fault.repair


class ReadOnlyFails(FakeEngine):
    """An engine in which a container with a read-only root ends at once."""

    def run(self, *arguments: str, **options: Any) -> Any:
        if arguments[0] == "create" and "--read-only" in arguments:
            arguments = tuple("failing" if one == "side" else one for one in arguments)
        return super().run(*arguments, **options)


def test_the_paths_of_the_container_that_failed_are_read() -> None:
    engine = ReadOnlyFails({"failing": "exit 1"})
    engine.diff = "C /var\nC /var/lib\nA /var/lib/side\n"
    model = task(ContainerModel("side", "i", has_read_only_root=True), APP)
    with run(engine, model):
        names = {call[1].rpartition(".")[2] for call in engine.commands("diff")}
        assert names == {"side"}
