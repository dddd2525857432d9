"""The commands that deploy: their inputs and exit statuses."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from navra_stacks.cli.app import main
from navra_stacks.deploy.description import FILE_NAME
from navra_stacks.deploy.outcome import Outcome, Status
from navra_stacks.stacks.deployment_file import describe_deployment
from tests.support.deployed_shop import environment
from tests.support.shop import shop


class FakeDeployer:
    """Records the calls, and returns an outcome."""

    outcome = Outcome(Status.DONE, running={"web": "shop-web-qa:2"})

    def __init__(self, *arguments: Any) -> None:
        self.options = arguments[-1]
        calls.append(("options", self.options))

    def deploy(self, targets: dict[str, str], *, dry_run: bool) -> Outcome:
        calls.append(("deploy", targets, dry_run))
        return self.outcome

    def rollback(self, names: list[str], *, to: str) -> Outcome:
        calls.append(("rollback", names, to))
        return self.outcome

    def run(self, service: Any, task: Any, arguments: Any) -> Outcome:
        calls.append(("run", service.name, task.name, list(arguments)))
        return self.outcome


calls: list[Any] = []


@pytest.fixture(autouse=True)
def deployer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A deployer without AWS, and the descriptions of two environments."""
    calls.clear()
    for name in ("GITHUB_SHA", "GITHUB_ACTOR", "CDKTF_OUTDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("navra_stacks.deploy.deployment.Deployer", FakeDeployer)
    monkeypatch.setattr(
        "navra_stacks.cli.deploy.open_account", lambda *arguments: SimpleNamespace()
    )
    for settings in (environment(), shop(name="live")):
        directory = tmp_path / "stacks" / settings.names.stack
        directory.mkdir(parents=True)
        text = describe_deployment(settings).to_json()
        (directory / FILE_NAME).write_text(text, encoding="utf-8")
    return tmp_path


def navra(directory: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main([*arguments, "--outdir", str(directory)])
    return int(end.value.code or 0)


def test_targets_are_passed_to_the_deployment(
    deployer: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_SHA", "abc")
    monkeypatch.setenv("GITHUB_ACTOR", "pipeline")
    assert navra(deployer, "deploy", "qa", "web=2.0", "api=3.0", "--timeout", "5") == 0
    ((_, options), call) = calls
    assert call == ("deploy", {"web": "2.0", "api": "3.0"}, False)
    assert (options.timeout_seconds, options.commit, options.actor) == (300, "abc", "pipeline")
    assert capsys.readouterr().out == "web runs shop-web-qa:2\n"


def test_services_are_moved_at_the_same_time_on_request(deployer: Path) -> None:
    assert navra(deployer, "deploy", "qa", "web=2.0", "api=3.0", "--parallel") == 0
    assert navra(deployer, "deploy", "qa", "web=2.0", "api=3.0") == 0
    assert [call[1].parallel for call in calls if call[0] == "options"] == [True, False]


@pytest.mark.parametrize("status", Status)
def test_the_exit_status_is_that_of_the_outcome(
    status: Status,
    deployer: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reason = "" if status is Status.DONE else "the reason"
    monkeypatch.setattr(FakeDeployer, "outcome", Outcome(status, reason, {"web": "x:1"}))
    assert navra(deployer, "deploy", "shop-qa", "web=2.0", "--json") == int(status)
    output = capsys.readouterr()
    assert json.loads(output.out) == {
        "status": int(status),
        "outcome": status.name.lower(),
        "reason": reason,
        "running": {"web": "x:1"},
    }
    assert reason in output.err


def test_a_service_without_a_tag_is_restarted_only_on_request(
    deployer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert navra(deployer, "deploy", "qa", "web", "api=2.0", "--restart") == 0
    assert calls[-1] == ("deploy", {"web": "", "api": "2.0"}, False)
    assert navra(deployer, "deploy", "qa", "web") == 2
    assert "is not of the form SERVICE=TAG" in capsys.readouterr().err


def test_a_rollback_concerns_all_services_of_a_pipeline(deployer: Path) -> None:
    assert navra(deployer, "rollback", "qa") == 0
    assert calls[-1] == ("rollback", ["web", "api"], "")
    assert navra(deployer, "rollback", "qa", "web", "--to", "7") == 0
    assert calls[-1] == ("rollback", ["web"], "7")


def test_a_one_off_task_gets_the_arguments_after_the_dashes(deployer: Path) -> None:
    with pytest.raises(SystemExit) as end:
        main(["run", "qa", "api", "migrate", "--outdir", str(deployer), "--", "--sql", "-v"])
    assert not end.value.code
    assert calls[-1] == ("run", "api", "migrate", ["--sql", "-v"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["deploy", "qa", "web=latest"], "'latest' is not allowed"),
        (["deploy", "qa", "web=1", "web=2"], "web is given twice"),
        (["deploy", "qua", "web=1"], "has no environment 'qua'"),
        (["rollback", "qa", "--to", "7"], "--to needs exactly one service"),
        (["rollback", "qa", "web", "--to", "x:7"], "--to 'x:7' is not the number of a revision"),
        (["run", "qa", "api", "migrat"], "has no one-off task 'migrat'; did you mean 'migrate'"),
        (["run", "qa", "web", "migrate"], "its tasks are none"),
        (["logs", "qa", "web", "--since", "soon"], "'soon' is not a duration"),
    ],
)
def test_a_mistake_has_status_2_and_changes_nothing(
    arguments: list[str], message: str, deployer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert navra(deployer, *arguments) == 2
    assert message in capsys.readouterr().err
    assert [call for call in calls if call[0] != "options"] == []


def test_a_name_that_several_stacks_have_is_a_mistake(
    deployer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = deployer / "stacks" / "cafe-qa"
    other.mkdir()
    (other / FILE_NAME).write_text("{}", encoding="utf-8")
    assert navra(deployer, "deploy", "qa", "web=1") == 2
    assert "'qa' can be cafe-qa or shop-qa; use the name of the stack" in capsys.readouterr().err


def test_without_a_synthesis_the_repair_is_navra_synth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert navra(tmp_path / "empty", "status", "qa") == 2
    assert "write it with `navra synth`" in capsys.readouterr().err
