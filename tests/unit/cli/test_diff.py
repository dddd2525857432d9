"""`navra diff`: the sides of a comparison, and the formats of the report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from navra_stacks.cli.app import main
from tests.support.repository import ROOT

SETTINGS = """
from tests.support.shop import shop, web

QA = shop(web(desired_count={count}))
LIVE = QA.replace(name="live")
BOTH = (QA, LIVE)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the module `shops`, whose service has two tasks."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "shops", raising=False)  # of another test
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the process that reads a commit
    (tmp_path / "shops.py").write_text(SETTINGS.format(count=2), encoding="utf-8")
    return tmp_path


def navra(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["diff", *arguments])
    return int(end.value.code or 0)


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=shop", "-c", "user.email=shop@example.com")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def test_only_the_name_differs(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert navra("qa", "live", "--from", "shops:BOTH") == 0
    output = capsys.readouterr().out
    assert output.startswith("qa -> live: 1 settings differ; resources: 0 added, 0 removed, ")
    assert "\naccount and Region\n  name: qa -> live\n" in output


def test_an_environment_is_compared_with_a_commit(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git("init", "--quiet")
    git("add", "shops.py")
    git("commit", "--quiet", "--message", "Describe the shop")
    git("tag", "v1")
    (project / "shops.py").write_text(SETTINGS.format(count=3), encoding="utf-8")
    assert navra("live@v1", "live", "--from", "shops:BOTH") == 0
    output = capsys.readouterr().out
    assert "services.web.desired_count: 2 -> 3" in output
    assert "~ aws_ecs_service.web_service: desired_count" in output
    listed = subprocess.run(
        ["git", "worktree", "list"], check=True, capture_output=True, text=True
    ).stdout
    assert len(listed.splitlines()) == 1  # the temporary one is removed


@pytest.mark.parametrize(
    ("side", "message"),
    [
        ("qa@nowhere", "qa@nowhere: the repository has no commit, tag or branch 'nowhere'"),
        ("qa@--help", "qa@--help: the repository has no commit, tag or branch '--help'"),
        ("qaa", "did you mean 'qa'?"),
        ("missing.json", "missing.json cannot be read"),
    ],
)
def test_a_mistake_is_reported(
    side: str, message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git("init", "--quiet")
    assert navra(side, "live", "--from", "shops:BOTH") == 2
    assert message in capsys.readouterr().err


@pytest.fixture
def committed(project: Path) -> Path:
    """The project as a repository with the branch `fix/#1`, and a later change."""
    git("init", "--quiet")
    git("add", "shops.py")
    git("commit", "--quiet", "--message", "Describe the shop")
    git("branch", "fix/#1")
    (project / "shops.py").write_text(SETTINGS.format(count=3), encoding="utf-8")
    return project


def test_a_branch_can_have_any_name(committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert navra("live@fix/#1", "live", "--from", "shops:BOTH") == 0
    assert "services.web.desired_count: 2 -> 3" in capsys.readouterr().out


def test_settings_on_the_python_path_are_those_of_the_commit(
    committed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = committed / "src"
    source.mkdir()
    (source / "sourced.py").write_text(SETTINGS.format(count=2), encoding="utf-8")
    git("add", "src")
    git("commit", "--quiet", "--message", "Move the settings")
    (source / "sourced.py").write_text(SETTINGS.format(count=5), encoding="utf-8")
    monkeypatch.syspath_prepend(str(source))
    monkeypatch.delitem(sys.modules, "sourced", raising=False)
    monkeypatch.setenv("PYTHONPATH", f"{source}{os.pathsep}{ROOT}")
    assert navra("live@HEAD", "live", "--from", "sourced:BOTH") == 0
    assert "services.web.desired_count: 2 -> 5" in capsys.readouterr().out


def test_settings_that_are_not_in_the_repository_are_refused(
    committed: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "installed_shops.py").write_text(SETTINGS.format(count=2), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{elsewhere}{os.pathsep}{ROOT}")
    assert navra("live@HEAD", "live", "--from", "installed_shops:BOTH") == 2
    error = capsys.readouterr().err
    assert "live@HEAD: installed_shops was imported from" in error
    assert "not from the commit" in error


def test_output_of_the_settings_does_not_disturb(
    committed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (committed / "shops.py").read_text(encoding="utf-8")
    (committed / "shops.py").write_text(f"print('loaded')\n{text}", encoding="utf-8")
    git("commit", "--quiet", "--all", "--message", "Print")
    assert navra("live@HEAD", "live", "--from", "shops:BOTH") == 0


def test_a_directory_that_did_not_exist_is_reported(
    committed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (committed / "later").mkdir()
    monkeypatch.chdir(committed / "later")
    assert navra("live@HEAD", "live", "--from", "shops:BOTH") == 2
    assert "live@HEAD: the directory later/ did not exist" in capsys.readouterr().err


def documents(project: Path) -> tuple[str, str]:
    """Write two documents, and return their paths."""
    for name, size in (("a", 1), ("b", 2)):
        queue = {"jobs": {"name": "jobs|x", "delay_seconds": size}}
        content = {"resource": {"aws_sqs_queue": queue}}
        (project / f"{name}.tf.json").write_text(json.dumps(content), encoding="utf-8")
    return "a.tf.json", "b.tf.json"


def test_documents_are_compared_without_settings(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert navra(*documents(project)) == 0
    assert capsys.readouterr().out == (
        "a.tf.json -> b.tf.json: 0 settings differ; resources: 0 added, 0 removed, 1 changed\n"
        "\nothers\n  ~ aws_sqs_queue.jobs: delay_seconds\n"
    )


def test_json_has_settings_and_resources(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert navra(*documents(project), "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "settings": [],
        "resources": [
            {"address": "aws_sqs_queue.jobs", "kind": "changed", "arguments": ["delay_seconds"]}
        ],
    }


def test_markdown_has_a_table_for_each_area(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert navra("qa", "live", "--markdown", "--from", "shops:BOTH") == 0
    output = capsys.readouterr().out
    assert output.startswith("## qa → live\n\n1 settings differ; ")
    assert "### account and Region\n\n| setting | qa | live |\n|---|---|---|\n" in output
    assert "| `name` | qa | live |\n" in output
