"""What is changed in jsii's runtime, where it is known, and what it goes on to say of a node."""

import os
import shutil
import stat
import subprocess
import time
from ast import literal_eval
from pathlib import Path

import pytest

from navra_stacks.bindings.runtime import UnknownRuntimeError, sources, written_runtime
from tests.support.bindings.sample_program import BINDINGS, CONSTRUCTS, IN_ONE_NODE, Machine

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
def test_a_runtime_that_is_not_known_is_left_alone(entry: str, kernel: str, tmp_path: Path) -> None:
    for path, text in zip(sources(tmp_path), (entry, kernel), strict=True):
        path.write_text(text)
    with pytest.raises(UnknownRuntimeError):
        written_runtime(tmp_path, tmp_path)
    assert not list(tmp_path.glob("runtime-*"))


# A node that reached the end of its life long ago, as far as it tells.
OLD = 'Object.defineProperty(process, "version", { value: "v12.0.0" });'


def test_what_jsii_says_of_an_old_node_is_said(fresh: Machine) -> None:
    preload = fresh.home / "old.js"
    preload.write_text(OLD)
    published, first, second = (
        fresh.run(CONSTRUCTS, NODE_OPTIONS=f"--require={preload}", NAVRA_BINDINGS=mode)
        for mode in ("lazy", "quick", "quick")
    )
    assert (first.started, second.started) == (IN_ONE_NODE, IN_ONE_NODE)
    # jsii prints the bytes as Python writes them in code.
    said = [literal_eval(line).decode() for line in published.errors.splitlines()]
    assert "Node 12 is end-of-life" in first.errors
    assert first.errors == second.errors == "".join(said)


class Looked:
    """A node that runs our program with another check of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path in BINDINGS.glob("*.js"):
            shutil.copy(path, folder)
        (folder / "kernel.js").touch()

    def says(self, check: str) -> str:
        (self.folder / "check.js").write_text(check)
        command = [os.environ["JSII_NODE"], str(self.folder / "program.js")]
        return subprocess.run(command, capture_output=True, text=True, check=True).stderr

    @property
    def supported(self) -> list[Path]:
        return list(self.folder.glob("supported-*"))


def test_a_node_that_jsii_supports_is_looked_at_again_after_a_month(tmp_path: Path) -> None:
    looked = Looked(tmp_path)
    old = 'require("console").error("old");'
    for _ in range(2):
        assert looked.says(old) == "old\n"
        assert looked.supported == []
    assert looked.says("") == looked.says(old) == ""
    (file,) = looked.supported
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for moved in (-31 * 86400, 86400):
        os.utime(file, (0, time.time() + moved))
        assert looked.says(old) == "old\n"


def test_a_check_that_fails_does_not_matter(tmp_path: Path) -> None:
    looked = Looked(tmp_path)
    assert looked.says("throw new Error('no');") == ""
    assert looked.supported == []
