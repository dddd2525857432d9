"""One task: dependencies, essential containers, health commands, logs, stop and removal."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread, Timer
from typing import IO

import pytest

from navra_stacks.local.engine import EngineError
from navra_stacks.local.running_task import RunningTask
from navra_stacks.local.task_model import (
    ContainerModel,
    Dependency,
    HealthCommand,
    TaskModel,
    Volume,
)
from tests.unit.local.fake_engine import LABELS, RUNS, FakeEngine, inputs, task

SECONDS = 10


@contextmanager
def running(
    engine: FakeEngine,
    model: TaskModel,
    on_line: Callable[[ContainerModel, str], None] | None = None,
) -> Iterator[RunningTask]:
    arguments = () if on_line is None else (on_line,)
    found = RunningTask(engine, LABELS, "web", model, inputs(model), *arguments)
    try:
        found.start()
        yield found
        until(lambda: found.ended.is_set() or set(created(engine)) == set(found.started) != set())
    finally:
        found.remove()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def created(engine: FakeEngine) -> list[str]:
    """Return the containers of the task in the order of their creation."""
    names = [word for call in engine.commands("create") for word in call if "--name=" in word]
    return [name.rpartition(".")[2] for name in names]


def test_the_pause_container_owns_the_network_of_the_other_containers() -> None:
    engine = FakeEngine()
    model = task(ContainerModel("app", "i", ports=(80, 81)), volumes=(Volume("data"),))
    with running(engine, model) as found:
        until(lambda: created(engine) == ["app"])
        (pause,) = engine.commands("run")
        assert "--network=network" in pause
        assert pause[-1] == "pause"
        assert found.ports == {80: 40000, 81: 40001}
        (app,) = engine.commands("create")
        (name,) = (word for word in pause if word.startswith("--name="))
        assert f"--network=container:{name.removeprefix('--name=')}" in app
        (volume,) = engine.commands("volume")
        assert volume[-1] == LABELS.name("web", "data")
        assert all(set(LABELS.options) < set(one) for one in (pause, app, volume))


def test_a_container_with_the_name_pause_is_another_container() -> None:
    engine = FakeEngine()
    with running(engine, task(ContainerModel("pause", "i"))) as found:
        until(lambda: bool(engine.commands("create")) or found.ended.is_set())
        assert found.end is None


def test_the_entry_point_precedes_the_command() -> None:
    engine = FakeEngine()
    model = ContainerModel("app", "i", entry_point=("/run.sh", "-x"), command=("serve", "now"))
    with running(engine, task(model)):
        until(lambda: created(engine) == ["app"])
        (call,) = engine.commands("create")
        assert call[-4:] == ("app", "-x", "serve", "now")
        assert "--entrypoint=/run.sh" in call


def test_the_log_is_passed_on_with_its_container() -> None:
    lines: list[tuple[str, str]] = []
    engine = FakeEngine({"app": "echo one; echo two >&2; exit 3"})
    with running(
        engine, task(ContainerModel("app", "i")), lambda of, line: lines.append((of.name, line))
    ) as found:
        assert found.ended.wait(SECONDS)
        assert lines == [("app", "one"), ("app", "two")]
        assert found.lines("app") == ["one", "two"]
        assert found.end is not None
        assert (found.end.exit_code, found.end.error) == (3, "")


def test_only_the_last_lines_of_a_long_log_are_stored() -> None:
    engine = FakeEngine({"app": "seq 1 1000"})
    with running(engine, task(ContainerModel("app", "i"))) as found:
        assert found.ended.wait(SECONDS)
        assert found.lines("app")[-1] == "1000"
        assert len(found.lines("app")) == 400


def test_the_end_of_an_essential_container_ends_the_task() -> None:
    engine = FakeEngine({"side": "exit 0"})
    model = task(ContainerModel("side", "i"), ContainerModel("app", "i"))
    with running(engine, model) as found:
        assert found.ended.wait(SECONDS)
        assert found.end is not None
        assert found.end.container.name == "side"


def test_the_end_of_another_container_does_not_end_the_task() -> None:
    engine = FakeEngine({"side": "exit 1"})
    side = ContainerModel("side", "i", is_essential=False)
    with running(engine, task(side, ContainerModel("app", "i"))) as found:
        assert found.wait("side").exit_code == 1
        until(lambda: "app" in found.started)
        assert not found.ended.wait(0.3)


def two(condition: str, *, is_essential: bool = False, **first: object) -> TaskModel:
    return task(
        ContainerModel("first", "i", is_essential=is_essential, **first),  # type: ignore[arg-type]
        ContainerModel("app", "i", depends_on=(Dependency("first", condition),)),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("condition", "program"),
    [("START", RUNS), ("COMPLETE", "exit 4"), ("SUCCESS", "exit 0")],
)
def test_a_container_starts_when_its_dependency_is_met(condition: str, program: str) -> None:
    engine = FakeEngine({"first": program})
    with running(engine, two(condition)):
        until(lambda: created(engine) == ["first", "app"])


def test_a_container_waits_for_a_dependency_to_be_healthy() -> None:
    engine = FakeEngine(health=(1, 0))
    model = two("HEALTHY", is_essential=True, health=HealthCommand(("check",)))
    with running(engine, model) as found:
        until(lambda: created(engine) == ["first"])
        assert found.unhealthy()
        until(lambda: created(engine) == ["first", "app"])
        assert not found.unhealthy()
        assert len(engine.commands("exec")) >= 2


@pytest.mark.parametrize(("condition", "program"), [("SUCCESS", "exit 4"), ("HEALTHY", "exit 0")])
def test_a_dependency_that_can_no_longer_be_met_ends_the_task(condition: str, program: str) -> None:
    health = HealthCommand(("check",)) if condition == "HEALTHY" else None
    engine = FakeEngine({"first": program}, health=(1,))
    with running(engine, two(condition, health=health)) as found:
        assert found.ended.wait(SECONDS)
        assert found.end is not None
        assert found.end.container.name == "first"
        assert created(engine) == ["first"]


def test_a_container_is_unhealthy_after_its_retries() -> None:
    engine = FakeEngine(health=(0, 1))
    health = HealthCommand(("check",), interval=1, retries=1)
    with running(engine, task(ContainerModel("app", "i", health=health))) as found:
        until(lambda: not found.unhealthy())
        until(lambda: bool(found.unhealthy()))


def test_a_task_without_a_health_command_is_healthy() -> None:
    engine = FakeEngine()
    with running(engine, task(ContainerModel("app", "i"))) as found:
        assert not found.unhealthy()


def test_a_container_that_the_engine_rejects_ends_the_task_with_the_reason() -> None:
    engine = FakeEngine()
    engine.rejected["create"] = "invalid user"
    with running(engine, task(ContainerModel("app", "i"))) as found:
        assert found.ended.wait(SECONDS)
        assert found.end is not None
        assert "invalid user" in found.end.error
        assert found.wait("app") is found.end


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_secret_with_a_refused_name_ends_the_task_with_the_reason() -> None:
    engine = FakeEngine()
    model = task(ContainerModel("app", "i"))
    found = RunningTask(
        engine, LABELS, "web", model, inputs(model, app={"DOCKER_HOST": "tcp://elsewhere"})
    )
    try:
        found.start()
        assert found.ended.wait(3)
        assert found.end is not None
        assert "DOCKER_HOST" in found.end.error
    finally:
        found.remove()


def test_a_network_that_the_engine_rejects_is_an_error() -> None:
    engine = FakeEngine()
    engine.rejected["run"] = "no such network"
    model = task(ContainerModel("app", "i"))
    with pytest.raises(EngineError, match="no such network"):
        RunningTask(engine, LABELS, "web", model, inputs(model)).start()


def test_a_port_that_another_process_has_taken_meanwhile_is_replaced() -> None:
    engine = TakenPort()
    with running(engine, task(ContainerModel("app", "i", ports=(80,)))) as found:
        assert found.ports == {80: 40000}
        assert len(engine.commands("run")) == 2


class TakenPort(FakeEngine):
    """An engine whose first port is in use."""

    def run(self, *arguments: str, **options: object) -> object:  # type: ignore[override]
        if arguments[0] == "run" and not self.commands("run"):
            self.rejected["run"] = "listen tcp 127.0.0.1:40000: bind: address already in use"
        try:
            return super().run(*arguments, **options)  # type: ignore[arg-type]
        finally:
            self.rejected.pop("run", None)


def test_containers_are_stopped_with_their_timeouts_and_dependents_first() -> None:
    engine = FakeEngine()
    model = task(
        ContainerModel("database", "i", stop_seconds=2),
        ContainerModel("app", "i", stop_seconds=90, depends_on=(Dependency("database", "START"),)),
    )
    with running(engine, model) as found:
        until(lambda: len(engine.commands("create")) == 2 and len(found.started) == 2)
        stops = found.stop(Event())
        assert [(one.container.name, one.was_killed) for one in stops] == [
            ("app", False),
            ("database", False),
        ]
        assert [call[1:] for call in engine.commands("kill")] == [
            ("--signal=SIGTERM", found.container_name("app")),
            ("--signal=SIGTERM", found.container_name("database")),
        ]
        assert found.end is None


def test_a_container_that_ignores_sigterm_is_reported_as_killed() -> None:
    engine = FakeEngine({"app": "trap '' TERM; echo ready; while :; do sleep 1; done"})
    with running(engine, task(ContainerModel("app", "i", stop_seconds=0))) as found:
        until(lambda: found.lines("app") == ["ready"])
        (stop,) = found.stop(Event())
        assert stop.was_killed


def test_a_container_that_has_ended_is_not_stopped() -> None:
    engine = FakeEngine({"app": "exit 0"})
    with running(engine, task(ContainerModel("app", "i"))) as found:
        assert found.ended.wait(SECONDS)
        assert found.stop(Event()) == []


def test_the_stop_signal_of_the_image_is_sent() -> None:
    engine = FakeEngine()
    # Not SIGQUIT, which the processes of a job in the background ignore.
    engine.stop_signal = "SIGUSR1"
    with running(engine, task(ContainerModel("app", "i"))) as found:
        until(lambda: "app" in found.started)
        (stop,) = found.stop(Event())
        assert not stop.was_killed
        assert engine.commands("kill")[0][1] == "--signal=SIGUSR1"


def test_containers_without_a_dependency_between_them_are_stopped_at_the_same_time(
    tmp_path: Path,
) -> None:
    """Each one ends only after the other one has received its signal, too."""
    ends = "trap 'touch {0}; while ! test -e {1}; do sleep 0.05; done; exit 0' TERM; echo ready; "
    waits = "while :; do sleep 0.05; done"
    one, two = tmp_path / "one", tmp_path / "two"
    engine = FakeEngine(
        {"one": ends.format(one, two) + waits, "two": ends.format(two, one) + waits}
    )
    model = task(ContainerModel("one", "i"), ContainerModel("two", "i"))
    with running(engine, model) as found:
        until(lambda: [found.lines(name) for name in ("one", "two")] == [["ready"], ["ready"]])
        stops = found.stop(Event())
        assert {one.container.name: one.was_killed for one in stops} == {"one": False, "two": False}


def test_an_interrupted_stop_kills_at_once_without_a_fault() -> None:
    engine = FakeEngine({"app": "trap '' TERM; echo ready; while :; do sleep 1; done"})
    at_once = Event()
    with running(engine, task(ContainerModel("app", "i", stop_seconds=120))) as found:
        until(lambda: found.lines("app") == ["ready"])
        Timer(0.3, at_once.set).start()
        start = time.monotonic()
        (stop,) = found.stop(at_once)
        assert time.monotonic() - start < 30
        assert not stop.was_killed
        assert engine.commands("kill")[-1][1] == "--signal=SIGKILL"


def test_a_container_that_others_remove_ends_the_task() -> None:
    engine = FakeEngine()
    with running(engine, task(ContainerModel("app", "i"))) as found:
        until(lambda: "app" in found.started)
        engine.remove("container", [found.container_name("app")])
        assert found.ended.wait(SECONDS)
        assert found.end is not None
        assert found.end.error == "was removed from the engine"


def test_the_health_command_of_a_container_that_is_not_essential_does_not_count() -> None:
    engine = FakeEngine(health=(1,))
    health = HealthCommand(("check",))
    side = ContainerModel("side", "i", is_essential=False, health=health)
    with running(engine, task(side, ContainerModel("app", "i"))) as found:
        assert found.unhealthy() == []


def test_removal_leaves_no_container_and_no_thread() -> None:
    engine = FakeEngine()
    model = task(
        ContainerModel("app", "i", health=HealthCommand(("check",))),
        ContainerModel("side", "i"),
        volumes=(Volume("data"),),
    )
    with running(engine, model) as found:
        until(lambda: len(engine.commands("create")) == 2 and len(found.started) == 2)
    assert engine.containers == {}
    assert [thread for thread in found._threads if thread.is_alive()] == []
    assert engine.commands("volume")[-1][1:] == ("rm", "--force", LABELS.name("web", "data"))


def test_a_container_that_is_being_created_during_the_removal_is_removed_too() -> None:
    engine = SlowCreation()
    model = task(ContainerModel("app", "i"))
    found = RunningTask(engine, LABELS, "web", model, inputs(model))
    found.start()
    assert engine.is_creating.wait(SECONDS)
    found.remove()
    try:
        assert list(engine.containers) == []
    finally:
        engine.remove("container", list(engine.containers))


class SlowCreation(FakeEngine):
    """An engine that takes a while to create a container."""

    def __init__(self) -> None:
        super().__init__()
        self.is_creating = Event()

    def run(self, *arguments: str, **options: object) -> object:  # type: ignore[override]
        if arguments[0] == "create":
            self.is_creating.set()
            time.sleep(0.3)
        return super().run(*arguments, **options)  # type: ignore[arg-type]


def test_the_paths_that_a_container_has_written() -> None:
    engine = FakeEngine()
    engine.diff = "C /var\nA /var/cache/app\nD /tmp/x\n"
    with running(engine, task(ContainerModel("app", "i"))) as found:
        assert found.written_paths("app") == {"/var": False, "/var/cache/app": True}


def test_waiting_for_a_task_that_is_removed_meanwhile_ends() -> None:
    engine = FakeEngine()
    model = task(ContainerModel("app", "i"))
    with running(engine, model) as found:
        until(lambda: created(engine) == ["app"])
        found.remove()
        waiting = WaitingThread(found)
        waiting.start()
        waiting.join(timeout=3)
        assert not waiting.is_alive()


class WaitingThread(Thread):
    """Waits for the end of the container app, for which an error is an end too."""

    def __init__(self, found: RunningTask) -> None:
        super().__init__(daemon=True)
        self._found = found

    def run(self) -> None:
        with suppress(EngineError):
            self._found.wait("app")


class Late(FakeEngine):
    """An engine that rejects signals until a container has run for half a second."""

    runs_at = 0.0

    def attach(self, name: str) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
        self.runs_at = time.monotonic() + 0.5
        return super().attach(name)

    def kill(self, container: str, signal: str | None = None) -> bool:
        return time.monotonic() > self.runs_at and super().kill(container, signal)


def test_a_container_that_does_not_run_yet_gets_the_signal_later() -> None:
    with running(Late(), task(ContainerModel("app", "i", stop_seconds=10))) as found:
        until(lambda: "app" in found.started)
        (stop,) = found.stop(Event())
        assert not stop.was_killed


def test_a_container_that_others_remove_is_not_waited_for() -> None:
    engine = FakeEngine({"app": "trap '' TERM; echo ready; while :; do sleep 0.1; done"})
    with running(engine, task(ContainerModel("app", "i", stop_seconds=30))) as found:
        until(lambda: found.lines("app") == ["ready"])
        removal = Timer(0.5, engine.remove, ("container", [found.container_name("app")]))
        removal.start()
        (stop,) = found.stop(Event())
        removal.join()
        assert not stop.was_killed
        assert stop.seconds < 20
