"""The `navra local` command: its inputs, its output and its exit statuses."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from navra_stacks.cli import required_packages
from navra_stacks.cli.app import main
from navra_stacks.local.options import LocalOptions
from navra_stacks.local.verdict import Fault, LocalResult, ServiceResult
from tests.unit.local.fake_engine import Container, FakeEngine

DOCUMENT = {
    "resource": {
        "aws_ecs_task_definition": {
            "web": {
                "family": "web",
                "container_definitions": json.dumps([{"name": "web", "image": "nginx"}]),
            }
        },
        "aws_ecs_service": {
            "web": {"name": "web", "task_definition": "${aws_ecs_task_definition.web.arn}"}
        },
    }
}

FAULT = Fault("health-path", "GET /up is answered with 404", "set the path")
HEALTHY = ServiceResult("web", "healthy", 2.04, 60.0)
UNHEALTHY = ServiceResult("web", "unhealthy", 61.0, 60.0, [FAULT], ("last line",))


class FakeRun:
    """Takes the place of the run."""

    service = HEALTHY
    options: LocalOptions
    steps: list[str]

    def __init__(self, *arguments: Any) -> None:
        self.__class__.options = arguments[3]
        self.__class__.steps = [f"select {','.join(one.name for one in arguments[1])}"]
        self._report = arguments[4]

    def __enter__(self) -> Self:
        self._report("progress")
        return self

    def __exit__(
        self,
        type_: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.steps.append("removed")

    def __getattr__(self, name: str) -> Any:
        def step() -> LocalResult:
            self.steps.append(name)
            return self.result

        return step

    @property
    def result(self) -> LocalResult:
        urls = {"443": "http://localhost:8080"}
        return LocalResult("web", "podman", urls, [self.service], differences=("no web ACL",))


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    found = FakeEngine()
    monkeypatch.setattr("navra_stacks.local.engine.find_engine", lambda name: found)
    monkeypatch.setattr("navra_stacks.local.runner.LocalRun", FakeRun)
    monkeypatch.setattr(FakeRun, "service", HEALTHY)
    return found


@pytest.fixture
def path(tmp_path: Path) -> str:
    found = tmp_path / "web.tf.json"
    found.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return str(found)


def status_of(*arguments: str) -> object:
    with pytest.raises(SystemExit) as end:
        main(["local", *arguments])
    return end.value.code or 0


def test_a_check_ends_with_the_result(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(path, "--check") == 0
    assert FakeRun.steps[:2] == ["select web", "start"]
    assert FakeRun.steps[-2:] == ["stop", "removed"]
    output = capsys.readouterr().out
    assert "web: healthy after 2.0 s (ECS replaces the task after 60 s)" in output
    assert "Different from Fargate:\n  no web ACL" in output


def test_a_fault_is_printed_with_its_repair_and_the_log(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(FakeRun, "service", UNHEALTHY)
    assert status_of(path, "--check") == 1
    output = capsys.readouterr().out
    assert "  health-path: GET /up is answered with 404; set the path" in output
    assert "  log: last line" in output


def test_without_check_it_runs_until_ctrl_c(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(path) == 0
    assert [one for one in FakeRun.steps if one in ("start", "wait", "stop", "removed")] == [
        "start",
        "wait",
        "stop",
        "removed",
    ]
    assert "listener 443: http://localhost:8080" in capsys.readouterr().out


def test_json_is_on_standard_output_and_the_progress_on_standard_error(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(path, "--check", "--json") == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["services"][0]["status"] == "healthy"
    assert "progress" in output.err


def test_the_options_reach_the_run(path: str, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets.env"
    secrets.write_text("KEY=value", encoding="utf-8")
    secrets.chmod(0o600)
    assert (
        status_of(
            *(path, "web", "--check", "--image", "web=a:1", "--secrets", str(secrets)),
            *("--data", "URL=docker.io/library/postgres:17", "--port", "0", "--platform"),
            *("--keep", "--keep-alive-seconds", "2", "--profile", "dev"),
        )
        == 0
    )
    options = FakeRun.options
    assert options.images == {"web": "a:1"}
    assert options.secrets.value("web", "KEY") == "value"
    assert options.data_images == {"URL": "docker.io/library/postgres:17"}
    assert (options.port, options.use_platform, options.is_kept) == (0, True, True)
    assert (options.keep_alive_seconds, options.profile) == (2, "dev")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("wbe",), "did you mean 'web'?"),
        (("--image", "web"), "is not of the form SERVICE=IMAGE"),
        (("--image", "wbe=a"), "did you mean 'web'?"),
        (("--data", "URL"), "the option is not NAME=IMAGE"),
        (("--data", "URL=postgres://u:p@h/d"), "into the file of --secrets"),
        (("--secrets", "missing.env"), "cannot be read"),
        (("--port", "70000"), "65000"),
    ],
)
def test_an_invalid_option_has_the_status_2_and_the_repair(
    path: str, arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status_of(path, *arguments) == 2
    assert message in " ".join(capsys.readouterr().err.split())


def test_a_document_without_services_has_the_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "queue.tf.json"
    path.write_text('{"resource": {"aws_sqs_queue": {"q": {}}}}', encoding="utf-8")
    assert status_of(str(path)) == 2
    assert "has no aws_ecs_service" in capsys.readouterr().err


def test_the_environment_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of() == 2
    assert "ENV is missing" in capsys.readouterr().err


def test_clean_removes_and_ends(engine: FakeEngine, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of("--clean") == 0
    assert capsys.readouterr().out == "removed: nothing was left\n"
    engine.containers["a"] = Container("image")
    assert status_of("--clean") == 0
    assert capsys.readouterr().out == "removed: 1 container\n"


def test_clean_reports_an_engine_that_fails(engine: FakeEngine) -> None:
    engine.rejected["ps"] = "database is locked"
    engine.labelled = lambda kind, label: super(  # type: ignore[method-assign]
        FakeEngine, engine
    ).labelled(kind, label)
    assert status_of("--clean") != 0


@pytest.mark.parametrize(
    ("options", "missing", "packages"),
    [((), "aiohttp", "aiohttp"), (("--profile", "shop"), "boto3", "boto3")],
)
def test_a_missing_package_is_reported_with_its_repair(
    options: tuple[str, ...],
    missing: str,
    packages: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        required_packages, "find_spec", lambda name: None if name == missing else object()
    )
    with pytest.raises(SystemExit) as end:
        main(["local", "qa", *options])
    assert end.value.code == 2
    error = capsys.readouterr().err
    assert f"requires {packages}: in a checkout run `make dev`" in error
