"""A whole run without containers: order, values of secrets, and what is left."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.local import diagnosis, service_run
from navra_stacks.local.application import Application
from navra_stacks.local.engine import EngineError, Image
from navra_stacks.local.options import LocalOptions
from navra_stacks.local.runner import LocalRun
from navra_stacks.local.secrets.secrets_file import SecretsFile
from navra_stacks.local.verdict import LocalResult
from tests.support.document_builder import document
from tests.unit.local.fake_engine import FakeEngine

VALUE = "s3cret-value-of-the-key"
KEY = {
    "name": "API_KEY",
    "valueFrom": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/key-AbCdEf",
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (service_run, diagnosis):
        monkeypatch.setattr(module, "RUNNING_SECONDS", 0.2)
    monkeypatch.setattr(diagnosis, "ended_for_memory", lambda container: False)


def application(*containers: Mapping[str, Any]) -> Application:
    definition = "aws_ecs_task_definition.web"
    body = {"family": "web", "container_definitions": json.dumps(containers)}
    service = {"name": "web", "task_definition": f"${{{definition}.arn}}"}
    return Application(document({definition: body, "aws_ecs_service.web": service}), "shop-qa")


class Images(FakeEngine):
    """An engine that has every image."""

    def image(self, reference: str) -> Any:
        return Image("X86_64", "")


def run(engine: FakeEngine, found: Application, **options: Any) -> tuple[LocalResult, list[str]]:
    lines: list[str] = []
    with LocalRun(found, found.services, engine, LocalOptions(**options), lines.append) as running:
        running.start()
        running.stop()
        return running.result, lines


WEB = {"name": "web", "image": "web", "secrets": [KEY]}
SECRETS = SecretsFile({"API_KEY": VALUE})


def test_a_run_that_works_leaves_nothing() -> None:
    engine = Images()
    result, lines = run(engine, application(WEB), secrets=SECRETS)
    assert result.services[0].status == "running"
    assert any("calls to AWS fail" in one for one in result.differences)
    assert engine.containers == {}
    assert lines[-1].startswith("stopping: the tasks have up to 30 s")


def test_the_values_of_secrets_are_neither_on_a_command_line_nor_in_the_output() -> None:
    engine = Images({"web": 'echo "key $API_KEY"; exit 1'})
    result, lines = run(engine, application(WEB), secrets=SECRETS)
    assert "web | key ***" in lines
    assert VALUE not in json.dumps(result.as_json())
    assert VALUE not in repr([call.arguments for call in engine.calls])
    assert VALUE not in "\n".join(lines)


def test_a_secret_without_a_value_is_a_fault_before_a_container_is_created() -> None:
    engine = Images()
    result, _ = run(engine, application(WEB))
    assert [fault.kind for fault in result.services[0].faults] == ["secret-missing"]
    assert result.services[0].status == "not started"
    assert engine.commands("create") == []


def test_an_engine_can_be_used_for_another_run() -> None:
    engine = Images()
    run(engine, application({"name": "web", "image": "web"}))
    assert engine.directory is None or engine.directory.is_dir()


def test_with_keep_the_containers_stay() -> None:
    engine = Images()
    run(engine, application({"name": "web", "image": "web"}), is_kept=True)
    assert any(name.endswith("-web.web") for name in engine.containers)
    engine.remove("container", list(engine.containers))


def test_an_error_leaves_nothing() -> None:
    engine = Images()
    engine.rejected["network"] = "no more networks"
    with pytest.raises(EngineError, match="no more networks"):
        run(engine, application({"name": "web", "image": "web"}))
    assert engine.containers == {}


def test_the_user_of_an_image_is_that_of_the_container() -> None:
    engine = Images()
    engine.image = lambda reference: Image("X86_64", "app")  # type: ignore[method-assign]
    run(engine, application({"name": "web", "image": "web"}))
    (call,) = engine.commands("create")
    assert "--user=app" in call


def with_files(name: str, *mounts: tuple[str, str, str]) -> dict[str, Any]:
    """Return a service with EFS volumes: their names, file systems and paths."""
    container = {
        "name": name,
        "image": name,
        "mountPoints": [{"sourceVolume": one, "containerPath": path} for one, _, path in mounts],
    }
    definition = f"aws_ecs_task_definition.{name}"
    volumes = [
        {"name": one, "efs_volume_configuration": [{"file_system_id": system}]}
        for one, system, _ in mounts
    ]
    body = {
        "family": name,
        "container_definitions": json.dumps([container]),
        "volume": volumes,
    }
    service = {"name": name, "task_definition": f"${{{definition}.arn}}"}
    return {definition: body, f"aws_ecs_service.{name}": service}


def test_services_with_the_same_file_system_have_the_same_directory() -> None:
    engine = Images()
    resources = {
        **with_files("api", ("uploads", "fs-1", "/uploads"), ("own", "fs-2", "/own")),
        **with_files("worker", ("files", "fs-1", "/files")),
    }
    directories: list[Path] = []

    def check(running: LocalRun) -> None:
        found = {
            target: Path(source)
            for call in engine.commands("create")
            for one in call
            if one.startswith("--volume=")
            for source, target in [one.removeprefix("--volume=").split(":")[:2]]
        }
        assert engine.commands("volume") == []
        assert found["/uploads"] == found["/files"] != found["/own"]
        assert found["/files"].stat().st_mode & 0o7777 == 0o1777
        directories.extend(found.values())

    found = Application(document(resources), "shop-qa")
    with LocalRun(found, found.services, engine, LocalOptions(), print) as running:
        running.start()
        check(running)
    assert [one for one in directories if one.exists()] == []


def start_and_wait(engine: FakeEngine, found: Application, report: Callable[[str], None]) -> None:
    with LocalRun(found, found.services, engine, LocalOptions(), report) as running:
        running.start()
        running.wait()


def interrupt_after(seconds: float) -> None:
    """Send the signal of Ctrl-C to the main thread, in which the test runs."""
    assert threading.current_thread() is threading.main_thread()
    number = threading.get_ident()
    threading.Timer(seconds, signal.pthread_kill, (number, signal.SIGINT)).start()


FAILING = {
    "name": "web",
    "image": "web",
    "healthCheck": {"command": ["CMD", "check"], "interval": 300},
}


def test_an_interrupted_start_ends_soon_and_leaves_nothing() -> None:
    engine = Images(health=(1,))
    found = application(FAILING)
    start = time.monotonic()
    interrupt_after(1)
    with pytest.raises(KeyboardInterrupt):
        start_and_wait(engine, found, lambda line: None)
    assert time.monotonic() - start < 30
    assert engine.containers == {}


def test_the_tasks_of_an_interrupted_start_can_be_stopped() -> None:
    engine = Images(health=(1,))
    found = application(FAILING)
    with LocalRun(found, found.services, engine, LocalOptions(), lambda line: None) as running:
        interrupt_after(1)
        with pytest.raises(KeyboardInterrupt):
            running.start()
        running.stop()
        assert running.result.services[0].faults == []
    assert len(engine.commands("kill")) == 1


def test_a_stop_that_is_interrupted_kills() -> None:
    engine = Images({"web": "trap '' TERM; while :; do sleep 0.1; done"})
    found = application({"name": "web", "image": "web", "stopTimeout": 120})
    with LocalRun(found, found.services, engine, LocalOptions(), lambda line: None) as running:
        running.start()
        interrupt_after(0.5)
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            running.stop()
        assert time.monotonic() - start < 30
        assert running.result.services[0].faults == []
    assert engine.containers == {}


class EndedReader:
    """A reader of the output that ends after a line."""

    def __init__(self, last: str) -> None:
        self._last = last
        self._has_ended = False

    def __call__(self, line: str) -> None:
        if self._has_ended:
            raise BrokenPipeError
        self._has_ended = line.endswith(self._last)


@pytest.mark.parametrize("last", ["early", "late"])
def test_a_reader_of_the_output_that_ends_is_an_error_of_the_run(last: str) -> None:
    """An error of a thread would be an error of this test, too."""
    program = "echo early; echo more; sleep 1.5; echo late; echo more; exec sleep 600"
    engine = Images({"web": program}, health=(0,) if last == "late" else (1,))
    found = application(FAILING)
    with pytest.raises(BrokenPipeError):
        start_and_wait(engine, found, EndedReader(last))
    assert engine.containers == {}


def test_a_service_that_ends_after_it_was_healthy_fails_the_check() -> None:
    engine = Images({"web": "sleep 1; exit 3"})
    found = application({"name": "web", "image": "web", "user": "101"})
    with LocalRun(found, found.services, engine, LocalOptions(), lambda line: None) as running:
        assert running.start().passed
        time.sleep(1.5)
        running.check()
        (service,) = running.result.services
    assert (service.status, [one.kind for one in service.faults]) == ("stopped", ["exit"])
    assert len(engine.commands("create")) == 1


def test_the_tasks_end_while_the_run_waits() -> None:
    engine = Images({"web": "sleep 1; exit 3"})
    found = application({"name": "web", "image": "web"})
    with LocalRun(found, found.services, engine, LocalOptions(), lambda line: None) as running:
        running.start()
        running.wait()
        (service,) = running.result.services
    assert (service.status, [one.kind for one in service.faults]) == ("stopped", ["exit"])
