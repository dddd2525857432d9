"""jsii's runtime is changed only if its layout is as expected, and still warns about old nodes."""

import os
import shutil
import stat
import subprocess
import time
from ast import literal_eval
from pathlib import Path

import pytest

from navra_jsii.kernel.runtime import UnknownRuntimeError, sources, write_runtime
from tests.support.cdktf_programs.sample_program import CONSTRUCTS, IN_ONE_NODE, SCRIPTS, Machine

KERNEL = "readFD:3,writeFD:3"
CHECK = '5276(e,t,r){"use strict";(0,r(8261).checkNode)(),e.exports={}}'
ENTRY = (
    CHECK
    + ';let __webpack_exports__={};(()=>{"use strict";__webpack_require__(5276);start()})();\n'
)


@pytest.mark.parametrize(
    ("entry", "kernel"),
    [
        *((ENTRY, text) for text in ("", "readFD:4,writeFD:3", f"{KERNEL};{KERNEL}")),
        *((text, KERNEL) for text in ("", CHECK, ENTRY.replace("require__(5276)", "require__(1)"))),
    ],
)
def test_a_runtime_with_another_layout_is_not_changed(
    entry: str, kernel: str, tmp_path: Path
) -> None:
    for path, text in zip(sources(tmp_path), (entry, kernel), strict=True):
        path.write_text(text)
    with pytest.raises(UnknownRuntimeError):
        write_runtime(tmp_path, tmp_path)
    assert not list(tmp_path.glob("runtime-*"))


# Makes node report a version that has reached its end of life.
OLD = 'Object.defineProperty(process, "version", { value: "v12.0.0" });'


def test_the_warning_of_jsii_about_an_old_node_is_printed(fresh: Machine) -> None:
    preload = fresh.home / "old.js"
    preload.write_text(OLD)
    published, first, second = (
        fresh.run(CONSTRUCTS, NODE_OPTIONS=f"--require={preload}", NAVRA_JSII=mode)
        for mode in ("lazy", "fast", "fast")
    )
    assert (first.started, second.started) == (IN_ONE_NODE, IN_ONE_NODE)
    # jsii prints each line as a bytes literal of Python.
    lines = [literal_eval(line).decode() for line in published.errors.splitlines()]
    assert "Node 12 is end-of-life" in first.errors
    assert first.errors == second.errors == "".join(lines)


class CheckedNode:
    """Runs program.js with replacements of check.js, jsii's check of the version of node."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path in SCRIPTS.glob("*.js"):
            shutil.copy(path, folder)
        (folder / "kernel.js").touch()

    def warning(self, check: str) -> str:
        """Start node with a check, and return what it prints to standard error."""
        (self.folder / "check.js").write_text(check)
        command = [os.environ["JSII_NODE"], str(self.folder / "program.js")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stderr

    @property
    def supported(self) -> list[Path]:
        return list(self.folder.glob("supported-*"))


def test_a_supported_node_is_checked_again_after_a_month(tmp_path: Path) -> None:
    node = CheckedNode(tmp_path)
    old = 'require("console").error("old");'
    for _ in range(2):
        assert node.warning(old) == "old\n"
        assert node.supported == []
    assert node.warning("") == node.warning(old) == ""
    (file,) = node.supported
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for offset in (-31 * 86400, 86400):
        os.utime(file, (0, time.time() + offset))
        assert node.warning(old) == "old\n"


def test_an_error_in_the_check_is_ignored(tmp_path: Path) -> None:
    node = CheckedNode(tmp_path)
    assert node.warning("throw new Error('no');") == ""
    assert node.supported == []
