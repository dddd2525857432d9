"""`navra diff`: the sides of a comparison, and the formats of the report."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support.navra_command import CommandResult, run_navra
from tests.support.repository import ROOT

Diff = Callable[..., CommandResult]

SETTINGS = """
from tests.support.shop import shop, web

QA = shop(web(desired_count={count}))
LIVE = QA.replace(name="live")
BOTH = (QA, LIVE)
"""


@pytest.fixture
def project(module_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the module `shops`, whose service has two tasks."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the process that reads a commit
    describe(module_directory / "shops.py", 2)
    return module_directory


def describe(module: Path, count: int) -> None:
    """Write the settings of shops whose service has a number of tasks."""
    module.write_text(SETTINGS.format(count=count), encoding="utf-8")


@pytest.fixture
def diff(capsys: pytest.CaptureFixture[str]) -> Diff:
    return partial(run_navra, capsys, "diff")


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=shop", "-c", "user.email=shop@example.com")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def committed(project: Path) -> Path:
    """The project as a repository with the branch `fix/#1`, and a later change."""
    git("init", "--quiet")
    git("add", "shops.py")
    git("commit", "--quiet", "--message", "Describe the shop")
    git("branch", "fix/#1")
    describe(project / "shops.py", 3)
    return project


def test_only_the_name_differs(project: Path, diff: Diff) -> None:
    result = diff("qa", "live", "--from", "shops:BOTH")
    assert result.status == 0
    assert result.out.startswith("qa -> live: 1 settings differ; resources: 0 added, 0 removed, ")
    assert "\naccount and Region\n  name: qa -> live\n" in result.out


def test_an_environment_is_compared_with_a_commit(committed: Path, diff: Diff) -> None:
    git("tag", "v1")
    result = diff("live@v1", "live", "--from", "shops:BOTH")
    assert result.status == 0
    assert "services.web.desired_count: 2 -> 3" in result.out
    assert "~ aws_ecs_service.web_service: desired_count" in result.out
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
def test_a_mistake_is_reported(side: str, message: str, project: Path, diff: Diff) -> None:
    git("init", "--quiet")
    result = diff(side, "live", "--from", "shops:BOTH")
    assert result.status == 2
    assert message in result.err


def test_a_branch_can_have_any_name(committed: Path, diff: Diff) -> None:
    result = diff("live@fix/#1", "live", "--from", "shops:BOTH")
    assert result.status == 0
    assert "services.web.desired_count: 2 -> 3" in result.out


def test_settings_on_the_python_path_are_those_of_the_commit(
    committed: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = committed / "src"
    source.mkdir()
    describe(source / "sourced.py", 2)
    git("add", "src")
    git("commit", "--quiet", "--message", "Move the settings")
    describe(source / "sourced.py", 5)
    monkeypatch.syspath_prepend(str(source))
    monkeypatch.setenv("PYTHONPATH", f"{source}{os.pathsep}{ROOT}")
    result = diff("live@HEAD", "live", "--from", "sourced:BOTH")
    assert result.status == 0
    assert "services.web.desired_count: 2 -> 5" in result.out


def test_settings_that_are_not_in_the_repository_are_refused(
    committed: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    diff: Diff,
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    describe(elsewhere / "installed_shops.py", 2)
    monkeypatch.setenv("PYTHONPATH", f"{elsewhere}{os.pathsep}{ROOT}")
    result = diff("live@HEAD", "live", "--from", "installed_shops:BOTH")
    assert result.status == 2
    assert "live@HEAD: installed_shops was imported from" in result.err
    assert "not from the commit" in result.err


def test_output_of_the_settings_does_not_disturb(committed: Path, diff: Diff) -> None:
    text = (committed / "shops.py").read_text(encoding="utf-8")
    (committed / "shops.py").write_text(f"print('loaded')\n{text}", encoding="utf-8")
    git("commit", "--quiet", "--all", "--message", "Print")
    assert diff("live@HEAD", "live", "--from", "shops:BOTH").status == 0


def test_a_directory_that_did_not_exist_is_reported(
    committed: Path, diff: Diff, monkeypatch: pytest.MonkeyPatch
) -> None:
    (committed / "later").mkdir()
    monkeypatch.chdir(committed / "later")
    result = diff("live@HEAD", "live", "--from", "shops:BOTH")
    assert result.status == 2
    assert "live@HEAD: the directory later/ did not exist" in result.err


def documents(project: Path) -> tuple[str, str]:
    """Write two documents, and return their paths."""
    for name, size in (("a", 1), ("b", 2)):
        queue = {"jobs": {"name": "jobs|x", "delay_seconds": size}}
        content = {"resource": {"aws_sqs_queue": queue}}
        (project / f"{name}.tf.json").write_text(json.dumps(content), encoding="utf-8")
    return "a.tf.json", "b.tf.json"


def test_documents_are_compared_without_settings(project: Path, diff: Diff) -> None:
    result = diff(*documents(project))
    assert result.status == 0
    assert result.out == (
        "a.tf.json -> b.tf.json: 0 settings differ; resources: 0 added, 0 removed, 1 changed\n"
        "\nothers\n  ~ aws_sqs_queue.jobs: delay_seconds\n"
    )


def test_json_has_settings_and_resources(project: Path, diff: Diff) -> None:
    result = diff(*documents(project), "--json")
    assert result.status == 0
    assert json.loads(result.out) == {
        "settings": [],
        "resources": [
            {"address": "aws_sqs_queue.jobs", "kind": "changed", "arguments": ["delay_seconds"]}
        ],
    }


def test_markdown_has_a_table_for_each_area(project: Path, diff: Diff) -> None:
    result = diff("qa", "live", "--markdown", "--from", "shops:BOTH")
    assert result.status == 0
    assert result.out.startswith("## qa → live\n\n1 settings differ; ")
    assert "### account and Region\n\n| setting | qa | live |\n|---|---|---|\n" in result.out
    assert "| `name` | qa | live |\n" in result.out
