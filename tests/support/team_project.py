"""A project of another team, which installs the wheel of this checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from navra_stacks.terraform.document import TerraformDocument
from tests.support.built_once import build_once
from tests.support.repository import ROOT

__all__ = ["BUILD", "Team", "run", "team", "wheel"]

BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"


def run(*line: str | Path, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without this checkout's environment variables."""
    private = ("PYTHONPATH", "PYTHONHOME", "CDKTF_OUTDIR", "SYNTH_HCL_OUTPUT")
    environ = {name: value for name, value in os.environ.items() if name not in private}
    done = subprocess.run(
        line,
        cwd=directory,
        # The team's pytest does not have this project's plugins.
        env=environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.args} failed:\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """The wheel of this checkout, built once for all workers beside the bindings."""

    def make(folder: Path) -> None:
        run(sys.executable, "-c", BUILD, folder, directory=ROOT)

    (file,) = build_once("wheel", make, tmp_path_factory, request).iterdir()
    return file


@pytest.fixture(scope="module")
def team(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """A project of another team in which the wheel is installed."""
    return Team(tmp_path_factory.mktemp("team"), wheel)


class Team:
    """A project directory with the examples, and a virtual environment with the wheel."""

    def __init__(self, directory: Path, wheel: Path) -> None:
        self.project = directory / "project"
        self.project.mkdir()
        for example in (ROOT / "examples").glob("*.py"):
            shutil.copy(example, self.project)
        self._venv = directory / "venv"
        self.python = self._venv / "bin/python"
        venv.create(self._venv, with_pip=False)
        installed = sysconfig.get_path("purelib")
        # Runs pip directly; `pip --python` would start pip twice.
        pip = (self._venv / "bin/python", Path(installed, "pip"))
        run(*pip, "install", "--no-compile", "--no-deps", "--no-index", wheel, directory=directory)
        # The dependencies come from this interpreter's environment, with a .pth file. That path is
        # searched last, and .pth files in it are not read: editable installs there are ignored.
        (packages,) = self._venv.glob("lib/python*/site-packages")
        (packages / "dependencies.pth").write_text(f"{installed}\n")

    def run(self, command: str, *arguments: str) -> str:
        done = run(self._venv / "bin" / command, *arguments, directory=self.project)
        return done.stdout + done.stderr

    def document(self, example: str) -> TerraformDocument:
        """Return the document that an example wrote."""
        return TerraformDocument.read(self.project / f"{example}.out/stacks/shop-live/cdk.tf.json")
