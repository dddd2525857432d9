"""Terraform refuses to plan where it does not find the local state of a document."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.working_directory import non_interactive_environment
from tests.support.synthesized import Built

Run = subprocess.CompletedProcess[str]


class Directory:
    """The directory of a stack without its resources, which needs no provider."""

    def __init__(self, path: Path, terraform: Terraform) -> None:
        self.path = path
        self._command = terraform.command

    def run(self, *arguments: str) -> Run:
        return subprocess.run(
            [*self._command, *arguments, "-no-color"],
            cwd=self.path,
            env=non_interactive_environment({"PATH": "/usr/bin:/bin"}),
            capture_output=True,
            text=True,
            check=False,
        )

    def copied_to(self, path: Path) -> Directory:
        shutil.copytree(self.path, path)
        copy = object.__new__(Directory)
        copy.path, copy._command = path, self._command
        return copy


@pytest.fixture
def directory(
    installed: tuple[Terraform, Provider], documents: Mapping[str, Built], tmp_path: Path
) -> Directory:
    document = documents["aep-staging"].content
    path = tmp_path / "cdktf.out/stacks/aep-staging"
    path.mkdir(parents=True)
    (tmp_path / "cdktf.out/manifest.json").touch()
    content = {
        "terraform": {"backend": document["terraform"]["backend"]},
        "output": {"state_file": document["output"]["state_file"]},
    }
    (path / "cdk.tf.json").write_text(json.dumps(content), encoding="utf-8")
    found = Directory(path, installed[0])
    assert found.run("init").returncode == 0
    return found


def test_the_synthesized_directory_is_accepted(directory: Directory) -> None:
    applied = directory.run("apply", "-auto-approve")
    assert applied.returncode == 0, applied.stderr
    assert (directory.path / "../../../terraform.aep-staging.tfstate").is_file()


def test_a_copy_of_the_directory_is_refused(directory: Directory, tmp_path: Path) -> None:
    copy = directory.copied_to(tmp_path / "cache/deep/inside/aep-staging")
    refused = copy.run("plan")
    assert refused.returncode == 1
    assert "directory that was synthesized, not in a copy" in " ".join(refused.stderr.split("│"))


def test_another_workspace_is_refused(directory: Directory) -> None:
    assert directory.run("workspace", "new", "mine").returncode == 0
    refused = directory.run("plan")
    assert refused.returncode == 1
    assert "in the workspace default" in " ".join(refused.stderr.replace("│", "").split())
