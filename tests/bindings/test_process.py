"""The kernel's process: started early, in one node, and otherwise as jsii's own."""

import os
import signal
from pathlib import Path

import pytest

from navra_stacks.bindings.runtime import UnknownRuntimeError, written_runtime
from tests.bindings.small import AS_PUBLISHED, DOCUMENT, IN_ONE_NODE, PROGRAM, Machine

KILLED = """
import navra_stacks.bindings, jsii, os, signal
from cdktf import App, TerraformStack
stack = TerraformStack(App(), "tiny")
process = jsii.kernel.provider._process._process
os.kill(process.pid, signal.SIGKILL)
process.wait()
try:
    TerraformStack(App(), "other")
except BaseException as error:
    print(type(error).__name__)
"""

INTERRUPTED = """
import navra_stacks.bindings, jsii
from cdktf import App, TerraformStack, Testing
stack = TerraformStack(App(), "tiny")
print("ready", jsii.kernel.provider._process._process.pid, flush=True)
while True:
    Testing.synth(stack)
"""

SAYING = """
import navra_stacks.bindings, sys
from pathlib import Path
from navra_stacks.bindings.kernel import KernelProcess
program = Path("{program}")
program.write_text('console.log("out"); console.error("err");')
process = KernelProcess("{node}", program)
process.relay().join()
process.wait()
"""


@pytest.mark.parametrize("variable", ["JSII_RUNTIME", "JSII_DEBUG", "JSII_VALIDATE_ASSEMBLIES"])
def test_what_asks_jsii_for_more_is_started_by_jsii(variable: str, warm: Machine) -> None:
    # A runtime that is not there makes jsii's own way fail, which shows that it was taken.
    done = warm.run(**{variable: "1"})
    assert IN_ONE_NODE not in done.output
    assert (done.status == 0) == (variable != "JSII_RUNTIME")


@pytest.mark.parametrize("mode", ["lazy", "stock"])
def test_it_can_be_turned_off(mode: str, machine: Machine) -> None:
    for _ in range(2):
        assert machine.synthesized(NAVRA_BINDINGS=mode).started == AS_PUBLISHED
    assert not machine.cache.exists()


def test_another_node_is_started_by_jsii_first(warm: Machine) -> None:
    other = warm.home / "node"
    other.write_text(f'#!/bin/sh\nexec "{os.environ["JSII_NODE"]}" "$@"\n')
    other.chmod(0o755)
    assert warm.synthesized(JSII_NODE=str(other)).started == AS_PUBLISHED


def test_an_environment_that_changes_after_the_start_is_seen(warm: Machine) -> None:
    out = warm.home / "elsewhere"
    changed = PROGRAM.replace(
        "bindings\n", f"bindings, os\nos.environ['CDKTF_OUTDIR'] = {str(out)!r}\n", 1
    )
    assert warm.synthesized(changed).started == IN_ONE_NODE
    assert out.is_dir()


def test_a_child_has_a_kernel_of_its_own(warm: Machine) -> None:
    forked = PROGRAM.replace(
        "bindings\n", "bindings, os\nchild = os.fork()\nif child: os.waitpid(child, 0)\n", 1
    ).replace("import jsii\n", "import jsii, sys\nif not child: sys.stdout = sys.stderr\n", 1)
    done = warm.run(forked)
    assert done.status == 0
    assert done.started == done.errors.split()[-1] == IN_ONE_NODE


def test_early_nodes_that_nobody_needs_leave_nothing_behind(warm: Machine) -> None:
    assert warm.run("import navra_stacks.bindings").status == 0
    assert not list((warm.home / "tmp").glob("jsii-kernel-*"))


def test_a_kernel_that_dies_is_the_same_error(warm: Machine) -> None:
    published = warm.run(KILLED, NAVRA_BINDINGS="lazy")
    quick = warm.run(KILLED)
    assert quick.output == published.output != ""
    assert quick.status == published.status == 0


def test_an_interruption_ends_python_and_node(warm: Machine) -> None:
    ends = []
    for mode in ("lazy", "quick"):
        process = warm.start(INTERRUPTED, NAVRA_BINDINGS=mode)
        assert process.stdout is not None
        _, node = process.stdout.readline().split()
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        ends.append((process.returncode, "KeyboardInterrupt" in errors))
        with pytest.raises(ProcessLookupError):
            os.kill(int(node), 0)
    assert ends[0] == ends[1]


def test_what_javascript_prints_is_printed(machine: Machine) -> None:
    program = machine.home / "saying.js"
    script = SAYING.format(program=program, node=os.environ["JSII_NODE"])
    done = machine.run(script)
    assert (done.output, done.errors) == ("out\n", "err\n")


@pytest.mark.parametrize("text", ["", "readFD:4,writeFD:3", "readFD:3,writeFD:3;" * 2])
def test_a_runtime_that_is_not_known_is_left_alone(text: str, tmp_path: Path) -> None:
    (tmp_path / "lib__program.js").write_text(text)
    with pytest.raises(UnknownRuntimeError):
        written_runtime(tmp_path, tmp_path)
    assert not list(tmp_path.glob("runtime-*"))


def test_a_kernel_that_fails_early_is_replaced(warm: Machine) -> None:
    # Its note promises another kernel than the one that starts.
    (note,) = warm.cache.glob("start-*.json")
    note.write_text(note.read_text().replace("@jsii/runtime@", "@jsii/other@"))
    done = warm.synthesized()
    assert done.started == AS_PUBLISHED
    assert done.document == DOCUMENT
    assert "another kernel" in done.errors
