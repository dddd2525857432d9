"""An environment with the wheel of this checkout, installed as docs/installing.md shows."""

import subprocess
import sys
from pathlib import Path

__all__ = ["Installed"]

CHECKOUT = Path(__file__).resolve().parents[1]


class Installed:
    """Builds the wheel beside the bindings, and installs it with its dependencies."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def python(self) -> str:
        """The interpreter of the environment."""
        return str(self._folder / "venv/bin/python")

    def install(self) -> None:
        """Create the environment again, since the checkout may have changed."""
        subprocess.run(["rm", "-rf", str(self._folder)], check=True)
        self._run(sys.executable, "-m", "venv", str(self._folder / "venv"))
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        build = ["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(self._folder)]
        self._run(*pip, *build, str(CHECKOUT))
        (wheel,) = self._folder.glob("*.whl")
        self._run(*pip, "--python", self.python, "install", "--no-compile", str(wheel))

    def _run(self, *arguments: str) -> None:
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
