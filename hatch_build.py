"""Build hook: add the files with which a first run needs no cache, see packaging/README.md."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NO_BINDINGS = 3
"""Exit status of packaging/prepare.py where the bindings are not installed."""

PREPARED = {"jsii": "navra_jsii/_prepared", "schema": "navra_stacks/check/schema/_prepared"}
"""The place of each prepared folder in the wheel."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Prepares the files for a wheel. An editable installation has a cache after its first run."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version != "standard":
            return
        self._directory = TemporaryDirectory()
        prepared = Path(self._directory.name, "prepared")
        prepared.mkdir()
        script = Path(self.root, "packaging/prepare.py")
        done = subprocess.run([sys.executable, script, prepared], check=False)
        if done.returncode == NO_BINDINGS:
            for folder in prepared.iterdir():
                shutil.rmtree(folder)
            self.app.display_warning(
                "the AWS bindings are not installed beside the build backend: the wheel works, but "
                "its first run in an environment takes as long as without prepared files"
            )
        elif done.returncode:
            raise RuntimeError(f"{script} failed with status {done.returncode}")
        build_data["force_include"] |= {
            str(folder): PREPARED[folder.name] for folder in prepared.iterdir()
        }

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if hasattr(self, "_directory"):
            self._directory.cleanup()
