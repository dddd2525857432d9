"""Fixture with a team's project directory, in which every command of the library runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.navra_command import COMMAND
from tests.support.repository import ROOT

EVERY_EXAMPLE = Path(__file__).with_name("every_example.py")


@dataclass(frozen=True)
class AppliedStack:
    """An emulated AWS in which a stack is applied."""

    endpoint: str
    directory: Path
    """Terraform's working directory, with the state."""


@dataclass(frozen=True)
class Team:
    """A directory with the examples and with the combination of all of them."""

    project: Path
    mirror: Path

    def run(
        self, *line: str, status: int = 0, environ: Mapping[str, str] = os.environ
    ) -> subprocess.CompletedProcess[str]:
        """Run ``python`` or ``navra`` in the directory, and check the exit status."""
        done = subprocess.run(
            self._line(line),
            cwd=self.project,
            env=dict(environ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, f"{line}:\n{done.stdout}\n{done.stderr}"
        return done

    @contextmanager
    def rehearse(self, *options: str) -> Iterator[subprocess.Popen[str]]:
        """Run `navra rehearse live` while the context is active."""
        line = ("navra", "rehearse", "live", "--provider-mirror", str(self.mirror), *options)
        with subprocess.Popen(
            self._line(line),
            cwd=self.project,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.communicate(timeout=60)

    def document(self, out: str = "cdktf.out") -> TerraformDocument:
        return TerraformDocument.read(self.project / out / "stacks" / "shop-live" / "cdk.tf.json")

    @staticmethod
    def _line(line: tuple[str, ...]) -> list[str]:
        program = {"python": sys.executable, "navra": str(COMMAND)}[line[0]]
        return [program, *line[1:]]


def applied_stack(process: subprocess.Popen[str]) -> AppliedStack:
    """Wait until a rehearsal with ``--keep`` has applied the stack."""
    assert process.stderr is not None
    log = ""
    for line in process.stderr:
        log += line
        if found := re.match("Terraform's directory, with its state: (.*)", line):
            (endpoint,) = re.findall("export AWS_ENDPOINT_URL=(.*)", log)
            return AppliedStack(endpoint, Path(found[1]))
    pytest.fail(f"the rehearsal ended early:\n{log}")


def result_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for the JSON result of a rehearsal."""
    out, log = process.communicate()
    assert out, log
    return dict(json.loads(out))


@pytest.fixture(scope="session")
def team(installed: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory) -> Team:
    project = tmp_path_factory.mktemp("team")
    for example in (*ROOT.glob("examples/*.py"), EVERY_EXAMPLE):
        shutil.copy(example, project)
    mirror = installed[1].mirror
    assert mirror is not None
    return Team(project, mirror)
