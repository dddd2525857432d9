"""The kernel's process: started early, in one node, and otherwise as jsii's own."""

import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

import pytest

from navra_stacks.bindings.kernel import KernelProcess
from navra_stacks.bindings.runtime import UnknownRuntimeError, written_runtime
from tests.bindings.providers import PACKAGE
from tests.bindings.small import (
    AS_PUBLISHED,
    DOCUMENT,
    IN_ONE_NODE,
    PROGRAM,
    Machine,
)
from tests.conftest import ROOT

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

SAYING_TO_NOBODY = """
import navra_stacks.bindings, io, sys
from pathlib import Path
from navra_stacks.bindings.kernel import KernelProcess
program = Path("{program}")
program.write_text('console.log("x".repeat(1e6)); console.error("err");')
sys.stdout, sys.stderr = io.StringIO(), None
process = KernelProcess("{node}", program)
process.relay().join(timeout=20)
print(process.wait(timeout=20), len(sys.stdout.getvalue()), file=sys.__stdout__)
"""

FORKED_FOR_LONG = """
import navra_stacks.bindings, os, time
if not os.fork():
    os.close(1), os.close(2)
    time.sleep(100)
"""

NO_KERNEL = """
import navra_stacks.bindings
try:
    import cdktf
except ValueError as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize("variable", ["JSII_RUNTIME", "JSII_DEBUG", "JSII_VALIDATE_ASSEMBLIES"])
def test_what_asks_jsii_for_more_is_started_by_jsii(variable: str, warm: Machine) -> None:
    # A runtime that is not there makes jsii's own way fail, which shows that it was taken.
    done = warm.run(**{variable: "1"})
    assert IN_ONE_NODE not in done.output
    assert (done.status == 0) == (variable != "JSII_RUNTIME")


@pytest.mark.parametrize("mode", ["lazy", "stock"])
def test_it_can_be_turned_off(mode: str, fresh: Machine) -> None:
    for _ in range(2):
        assert fresh.synthesized(NAVRA_BINDINGS=mode).started == AS_PUBLISHED
    assert not fresh.cache.exists()


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


def test_a_fork_that_lives_on_does_not_keep_an_early_node(warm: Machine) -> None:
    process = warm.start(FORKED_FOR_LONG)
    try:
        process.communicate(timeout=60)
        # One that had to be killed leaves its files.
        assert not list((warm.home / "tmp").glob("jsii-kernel-*"))
    finally:
        os.killpg(process.pid, signal.SIGKILL)


def test_another_jsii_does_not_get_the_kernel_of_the_last_run(warm: Machine) -> None:
    spec = find_spec("jsii")
    assert spec is not None
    assert spec.origin is not None
    other = warm.home / "other"
    shutil.copytree(Path(spec.origin).parent, other / "jsii")
    path = os.pathsep.join([str(other), str(warm.provider), str(ROOT / "lib")])
    assert warm.synthesized(PYTHONPATH=path).started == AS_PUBLISHED
    assert warm.synthesized(PYTHONPATH=path).started == IN_ONE_NODE


def test_an_upgrade_of_the_provider_costs_neither_the_node_nor_a_warning(
    provider: Path, fresh: Machine
) -> None:
    fresh.provider = fresh.home / "provider"
    shutil.copytree(provider, fresh.provider)
    fresh.synthesized()
    assert fresh.synthesized().started == IN_ONE_NODE
    package = fresh.provider / PACKAGE / "_jsii"
    (tarball,) = package.glob("*.tgz")
    tarball.rename(package / "upgraded.jsii.tgz")
    init = package / "__init__.py"
    init.write_text(init.read_text().replace(tarball.name, "upgraded.jsii.tgz"))
    done = fresh.synthesized()
    assert (done.started, done.errors) == (IN_ONE_NODE, "")


def test_a_kernel_does_not_fit_where_the_directory_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "program.js").touch()
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    process = KernelProcess(os.environ["JSII_NODE"], tmp_path / "program.js")
    (tmp_path / "gone").rmdir()
    assert not process.fits
    process.discard()


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


def test_what_javascript_prints_never_keeps_it_waiting(machine: Machine) -> None:
    program = machine.home / "saying.js"
    done = machine.run(SAYING_TO_NOBODY.format(program=program, node=os.environ["JSII_NODE"]))
    assert (done.output, done.errors) == ("0 1000001\n", "")


def test_a_node_that_says_nonsense_is_the_same_error(machine: Machine) -> None:
    node = machine.home / "node"
    node.write_text("#!/bin/sh\necho nonsense\ncat >/dev/null\n")
    node.chmod(0o755)
    published = machine.run(NO_KERNEL, NAVRA_BINDINGS="lazy", JSII_NODE=str(node))
    assert published.output != ""
    assert machine.run(NO_KERNEL, JSII_NODE=str(node)) == published


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
