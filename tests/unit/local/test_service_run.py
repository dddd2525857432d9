"""One service: its status, and the diagnosis of the reasons, without containers."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer
from types import SimpleNamespace
from typing import Any

import pytest

from navra_stacks.local import diagnosis, service_run
from navra_stacks.local.application import LocalService, TargetPort
from navra_stacks.local.engine import EngineError
from navra_stacks.local.load_balancer.target_group import HealthCheck, TargetGroup
from navra_stacks.local.service_run import ServiceRun
from navra_stacks.local.task_model import ContainerModel, Dependency, HealthCommand, TaskModel
from tests.unit.local.fake_engine import LABELS, FakeEngine, inputs, task
from tests.unit.local.test_health_faults import server

GROUP = "aws_lb_target_group.web"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the times for which a service without health checks is observed."""
    for module in (service_run, diagnosis):
        monkeypatch.setattr(module, "RUNNING_SECONDS", 0.2)
    monkeypatch.setattr(service_run, "LIMIT_WITHOUT_TARGETS", 1)
    monkeypatch.setattr(service_run, "_SLOW_SECONDS", (1, 1))
    monkeypatch.setattr(diagnosis, "_TRIAL_SECONDS", 1)
    monkeypatch.setattr(diagnosis, "ended_for_memory", lambda container: False)


class Balancer:
    """A load balancer whose targets have one status."""

    def __init__(self, check: HealthCheck, status: str) -> None:
        group = TargetGroup(GROUP, "web", 8080, health_check=check)
        self.balancer = SimpleNamespace(target_groups={GROUP: group}, idle_timeout=60)
        self.status = status
        self.registered: list[Any] = []
        self.last_result: object = None

    def register(self, *arguments: Any, **options: Any) -> object:
        self.registered.append(options)
        return SimpleNamespace(arguments=arguments, **options)

    def deregister(self, target: object) -> None:
        self.registered.clear()

    def state(self, target: object) -> object:
        return SimpleNamespace(status=self.status, last_result=self.last_result)


def service(model: TaskModel, *targets: TargetPort) -> LocalService:
    main = model.containers[-1].name
    return LocalService("web", "shop-web", model, main, (main,), targets, 0)


def context(engine: FakeEngine, stopping: Event | None = None) -> Any:
    """Return the run, with the parts that a service uses."""
    return SimpleNamespace(
        application=SimpleNamespace(host="shop.example"),
        engine=engine,
        labels=LABELS,
        report=lines.append,
        stopping=stopping or Event(),
    )


@contextmanager
def run(engine: FakeEngine, model: TaskModel, balancer: Balancer | None = None) -> Iterator[Any]:
    targets = () if balancer is None else (TargetPort(GROUP, "app", 8080),)
    balancers: Any = () if balancer is None else (balancer,)
    found = ServiceRun(context(engine), service(model, *targets), inputs(model), balancers)
    lines.clear()
    try:
        found.run()
        yield found
    finally:
        end = time.monotonic() + 10
        while not (found.task.started or found.task.ended.is_set()) and time.monotonic() < end:
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
    health = HealthCommand(("check",), interval=1, retries=1)
    model = task(ContainerModel("side", "i", health=health), APP.replace(health=health))
    with run(Checked(), model) as found:
        assert found.result.status == "unhealthy"
        (fault,) = found.result.faults
        assert "of the container app" in fault.message


def test_a_process_that_was_ended_for_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "ended_for_memory", lambda container: True)
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
        found.stop(Event())
        (fault,) = found.result.faults
        assert (fault.kind, found.result.passed) == ("stop-timeout", False)
        assert "services.web.container.stop_timeout_seconds" in fault.repair


def test_a_task_that_ends_after_it_was_healthy_is_not_tried_without_its_restrictions() -> None:
    engine = FakeEngine({"app": "sleep 1; echo bye; exit 3"})
    with run(engine, task(APP.replace(user="101", has_read_only_root=True))) as found:
        assert found.result.status == "running"
        assert found.task.ended.wait(10)
        found.check_again()
        found.check_again()
        assert (found.result.status, kinds(found)) == ("stopped", ["exit"])
        assert "ended with 3" in found.result.faults[0].message
        assert found.result.log == ("bye",)
        assert len(engine.commands("create")) == 1


def test_a_target_that_is_unhealthy_after_it_was_healthy_is_diagnosed_again() -> None:
    balancer = Balancer(QUICK, "healthy")
    with (
        server(lambda request: (404, "")) as port,
        run(Ports({8080: port}), task(APP.replace(ports=(8080,))), balancer) as found,
    ):
        found.check_again()
        assert (found.result.status, kinds(found)) == ("healthy", [])
        balancer.status = "unhealthy"
        found.check_again()
        assert (found.result.status, kinds(found)) == ("unhealthy", ["health-path"])


class SlowStart(Balancer):
    """A load balancer whose targets are healthy some seconds after their registration."""

    def __init__(self, seconds: float) -> None:
        super().__init__(QUICK, "unhealthy")
        self.seconds = seconds
        self.start = 0.0

    def register(self, *arguments: Any, **options: Any) -> object:
        self.start = time.monotonic()
        return super().register(*arguments, **options)

    def state(self, target: object) -> object:
        if time.monotonic() - self.start > self.seconds:
            self.status = "healthy"
        return super().state(target)


def test_a_service_that_is_healthy_after_its_limit_starts_too_slowly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service_run, "_SLOW_SECONDS", (20, 20))
    with run(FakeEngine(), task(APP.replace(ports=(8080,))), SlowStart(1.5)) as found:
        assert (found.result.status, kinds(found)) == ("unhealthy", ["slow-start"])
        (fault,) = found.result.faults
        assert "not within 1 s" in fault.message
        assert "services.web.health_check_grace_seconds" in fault.repair


def test_a_wrong_status_is_not_a_slow_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_run, "_SLOW_SECONDS", (60, 60))
    balancer = Balancer(QUICK, "unhealthy")
    balancer.last_result = SimpleNamespace(kind="status")
    start = time.monotonic()
    with (
        server(lambda request: (404, "")) as port,
        run(Ports({8080: port}), task(APP.replace(ports=(8080,))), balancer) as found,
    ):
        assert kinds(found) == ["health-path"]
        assert time.monotonic() - start < 30


def test_a_container_that_waits_for_too_long_is_named_with_its_dependency(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service_run, "_START_SECONDS", 1)
    model = task(
        ContainerModel("database", "i", health=HealthCommand(("check",))),
        APP.replace(depends_on=(Dependency("database", "HEALTHY"),)),
    )
    with run(FakeEngine(health=(1,)), model) as found:
        (fault,) = found.result.faults
        assert (found.result.status, fault.kind) == ("unhealthy", "dependency")
        assert fault.message == (
            "app was not started, because database is not yet in the condition HEALTHY"
        )


def test_the_time_starts_with_the_main_container() -> None:
    engine = FakeEngine({"first": "sleep 2; exit 0"})
    first = ContainerModel("first", "i", is_essential=False)
    model = task(first, APP.replace(depends_on=(Dependency("first", "SUCCESS"),)))
    with run(engine, model) as found:
        assert found.result.status == "running"
        assert found.result.seconds < 2
        assert found.task.started["app"] - found.task.started["first"] >= 2


def test_a_task_that_the_engine_rejects_is_a_fault_of_its_service() -> None:
    engine = FakeEngine()
    engine.rejected["run"] = "no more ports"
    targets = TargetPort(GROUP, "app", 8080)
    model = task(APP.replace(ports=(8080,)))
    found = ServiceRun(context(engine), service(model, targets), inputs(model), ())
    found.run()
    assert kinds(found) == ["exit"]
    assert "no more ports" in found.result.faults[0].message
    assert (found.result.status, found.result.passed) == ("not started", False)


def test_a_run_that_ends_meanwhile_is_not_waited_for() -> None:
    balancer = Balancer(HealthCheck(interval=300), "initial")
    stopping = Event()
    model = task(APP.replace(ports=(8080,)))
    target = TargetPort(GROUP, "app", 8080)
    found = ServiceRun(
        context(FakeEngine(), stopping),
        service(model, target),
        inputs(model),
        (balancer,),  # type: ignore[arg-type]
    )
    Timer(0.3, stopping.set).start()
    start = time.monotonic()
    try:
        found.run()
    finally:
        found.task.remove()
    assert time.monotonic() - start < 20
    assert (found.result.status, found.result.faults) == ("not started", [])


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


def test_a_container_that_others_remove_is_named() -> None:
    engine = FakeEngine()
    with run(engine, task(APP)) as found:
        engine.remove("container", [found.task.container_name("app")])
        assert found.task.ended.wait(10)
        found.check_again()
        (fault,) = found.result.faults
        assert fault.message == "the container app was removed from the engine"


class WithoutTrials(FakeEngine):
    """An engine that has no port for a trial."""

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        if arguments[0] == "run" and any("-trial-" in one for one in arguments):
            raise EngineError("no free port")
        return super().run(*arguments, **options)


def test_a_trial_that_cannot_start_is_no_evidence() -> None:
    model = task(APP.replace(user="101", has_read_only_root=True))
    with run(WithoutTrials({"app": "exit 3"}), model) as found:
        assert kinds(found) == ["exit"]


def test_a_health_command_of_another_container_does_not_make_the_service_run() -> None:
    side = ContainerModel("side", "i", is_essential=False, health=HealthCommand(("check",)))
    with run(FakeEngine({"app": "sleep 0.12; exit 1"}), task(side, APP)) as found:
        assert found.result.status == "stopped"
