"""The kernel's process: started early, in one node, and otherwise as jsii's own."""

import hashlib
import io
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from navra_stacks.bindings import early
from navra_stacks.bindings.kernel import KernelProcess
from navra_stacks.bindings.runtime import sources
from navra_stacks.bindings.start import noted_plan
from tests.support.bindings.provider_packages import PACKAGE
from tests.support.bindings.sample_program import (
    AS_PUBLISHED,
    CONSTRUCTS,
    DOCUMENT,
    IN_ONE_NODE,
    PROGRAM,
    Done,
    Machine,
    Ran,
)
from tests.support.repository import ROOT

# What it is told of its environment is changed after an early node was started.
INTERRUPTED = (
    PROGRAM.replace("bindings\n", "bindings, os\nos.environ['CDKTF_OUTDIR'] += '.elsewhere'\n", 1)
    + """
print(jsii.kernel.provider._process._process.pid, flush=True)
while True:
    Testing.synth(stack)
"""
)

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


@pytest.mark.parametrize(
    "variable", ["JSII_RUNTIME", "JSII_DEBUG", "JSII_DEBUG_TIMING", "JSII_VALIDATE_ASSEMBLIES"]
)
def test_no_node_is_started_where_jsii_is_asked_for_more(
    variable: str, here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert noted_plan()
    monkeypatch.setattr(early, "KernelProcess", lambda *_: pytest.fail("one is started"))
    monkeypatch.setenv(variable, "1")
    early.begin()
    assert early.taken(Path("jsii")) is None


@pytest.mark.parametrize(
    "variables", [["JSII_RUNTIME"], ["JSII_DEBUG", "JSII_VALIDATE_ASSEMBLIES"]]
)
def test_what_asks_jsii_for_more_is_started_by_jsii(variables: list[str], warm: Machine) -> None:
    # A runtime that is not there makes jsii's own way fail, which shows that it was taken.
    done = warm.run(CONSTRUCTS, **dict.fromkeys(variables, "1"))
    assert IN_ONE_NODE not in done.output
    assert (done.status == 0) == ("JSII_RUNTIME" not in variables)


def test_another_node_is_not_started_early(
    here: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert noted_plan()
    other = tmp_path / "node"
    other.symlink_to(os.environ["JSII_NODE"])
    monkeypatch.setenv("JSII_NODE", str(other))
    assert noted_plan() is None


@dataclass(frozen=True)
class Interrupted:
    """A program on a machine, which was interrupted when it had told all."""

    machine: Machine
    told: Done
    node: int


@pytest.fixture(scope="module")
def interrupted(first_run: Ran, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Interrupted]:
    """Programs with everything as published, and with a node that was started early."""
    folder = tmp_path_factory.mktemp("interrupted")
    machine, _ = first_run
    machines = {
        "stock": machine.sharing(folder / "stock"),
        "quick": machine.copied(folder / "quick"),
    }
    return {mode: interrupt(machine, mode) for mode, machine in machines.items()}


def interrupt(machine: Machine, mode: str) -> Interrupted:
    process = machine.start(INTERRUPTED, NAVRA_BINDINGS=mode)
    assert process.stdout is not None
    lines: list[str] = []
    while not (line := process.stdout.readline()).strip().isdigit():
        assert line, process.communicate()
        lines.append(line)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    return Interrupted(machine, Done(process.returncode, "".join(lines), errors), int(line))


def test_it_can_be_turned_off(interrupted: dict[str, Interrupted]) -> None:
    stock = interrupted["stock"]
    assert (stock.told.started, stock.told.document) == (AS_PUBLISHED, DOCUMENT)
    # So that the next run has nothing else to start from.
    assert not stock.machine.cache.exists()


def test_an_environment_that_changes_after_the_start_is_seen(
    interrupted: dict[str, Interrupted],
) -> None:
    quick = interrupted["quick"]
    assert (quick.told.started, quick.told.document) == (IN_ONE_NODE, DOCUMENT)
    assert (quick.machine.home / "out.elsewhere").is_dir()


def test_an_interruption_ends_python_and_node(interrupted: dict[str, Interrupted]) -> None:
    for one in interrupted.values():
        assert "KeyboardInterrupt" in one.told.errors
        with pytest.raises(ProcessLookupError):
            os.kill(one.node, 0)
    stock, quick = interrupted.values()
    assert quick.told.status == stock.told.status != 0


def test_a_child_has_a_kernel_of_its_own(warm: Machine) -> None:
    forked = CONSTRUCTS.replace(
        "bindings, jsii\n",
        "bindings, os, sys\nchild = os.fork()\nif child: os.waitpid(child, 0)\n"
        "else: sys.stdout = sys.stderr\nimport jsii\n",
        1,
    )
    done = warm.run(forked)
    assert done.status == 0
    assert done.started == done.errors.split()[-1] == IN_ONE_NODE


def test_an_early_node_that_nobody_needs_leaves_nothing_behind(warm: Machine) -> None:
    for file in warm.cache.glob("runtime-*/code-*"):
        file.unlink()
    assert warm.run("import navra_stacks.bindings").status == 0
    assert not list((warm.home / "tmp").glob("jsii-kernel-*"))
    # Nor what V8 has compiled, for little of it was called.
    assert not list(warm.cache.glob("runtime-*/code-*"))


def test_a_fork_that_lives_on_does_not_keep_an_early_node(warm: Machine) -> None:
    process = warm.start(FORKED_FOR_LONG)
    try:
        process.communicate(timeout=60)
        # One that had to be killed leaves its files.
        assert not list((warm.home / "tmp").glob("jsii-kernel-*"))
    finally:
        os.killpg(process.pid, signal.SIGKILL)


def test_another_jsii_gets_no_kernel_of_the_last_run_and_an_upgraded_provider_does(
    provider: Path, warm: Machine
) -> None:
    spec = find_spec("jsii")
    assert spec is not None
    assert spec.origin is not None
    other = warm.home / "other"
    shutil.copytree(Path(spec.origin).parent, other / "jsii")
    warm.provider = warm.home / "provider"
    shutil.copytree(provider, warm.provider)
    path = os.pathsep.join([str(other), str(warm.provider), str(ROOT / "lib")])
    # One that is not known is started as jsii does it. Those before 1.136 keep no stack traces.
    starter = other / "jsii/_kernel/providers/process.py"
    starter.write_text(starter.read_text().replace("_stack_traces_enabled", "_traces_enabled"))
    entry, _ = sources(other / "jsii/_embedded/jsii")
    known = entry.read_text()
    entry.write_text(known.replace(".checkNode)()", ".checkNode )()"))
    done = warm.synthesized(PYTHONPATH=path)
    assert done.started == AS_PUBLISHED
    assert done.errors.count("\n") == 1
    assert "checks node in another way" in done.errors
    entry.write_text(known)
    package = warm.provider / PACKAGE / "_jsii"
    (tarball,) = package.glob("*.tgz")
    tarball.rename(package / "upgraded.jsii.tgz")
    init = package / "__init__.py"
    init.write_text(init.read_text().replace(tarball.name, "upgraded.jsii.tgz"))
    done = warm.synthesized(PYTHONPATH=path)
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


@contextmanager
def saying(script: str, folder: Path) -> Iterator[KernelProcess]:
    """A node that runs a script."""
    program = folder / "saying.js"
    program.write_text(script)
    process = KernelProcess(os.environ["JSII_NODE"], program)
    yield process
    process.discard()
    for pipe in process._said:
        assert pipe is not None
        pipe.close()


def test_what_javascript_prints_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with saying('console.log("out"); console.error("err");', tmp_path) as process:
        process.relay().join()
        assert process.wait() == 0
    sys.stdout.flush()
    sys.stderr.flush()
    assert capfd.readouterr() == ("out\n", "err\n")


def test_what_javascript_prints_never_keeps_it_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdout", said)
    monkeypatch.setattr(sys, "stderr", None)
    script = 'console.log("x".repeat(1e6)); console.error("err");'
    with saying(script, tmp_path) as process:
        process.relay().join(timeout=20)
        assert process.wait(timeout=20) == 0
    assert len(said.getvalue()) == 1000001


def test_a_node_that_says_nonsense_is_the_same_error(machine: Machine) -> None:
    node = machine.home / "node"
    node.write_text("#!/bin/sh\necho nonsense\ncat >/dev/null\n")
    node.chmod(0o755)
    published = machine.run(NO_KERNEL, NAVRA_BINDINGS="lazy", JSII_NODE=str(node))
    assert published.output != ""
    done = machine.run(NO_KERNEL, JSII_NODE=str(node))
    assert (done.status, done.output.removeprefix("nonsense\n")) == (0, published.output)
    assert "another kernel" in done.errors


def test_a_kernel_that_fails_early_is_replaced(warm: Machine) -> None:
    # Its note tells of a kernel that says to be another than jsii's.
    (note,) = warm.cache.glob("start-*.json")
    (kernel,) = warm.cache.glob("runtime-*/kernel.js")
    digest = hashlib.sha256(kernel.read_bytes()).hexdigest()
    kernel.write_text(kernel.read_text().replace('"name":"@jsii/runtime"', '"name":"@jsii/other"'))
    now = hashlib.sha256(kernel.read_bytes()).hexdigest()
    note.write_text(note.read_text().replace(digest, now))
    done = warm.synthesized()
    assert done.started == AS_PUBLISHED
    assert done.document == DOCUMENT
    assert "another kernel" in done.errors
    # Nor is it tried again.
    assert not note.exists()


def test_a_kernel_that_does_not_start_is_replaced_and_not_noted(fresh: Machine) -> None:
    node = fresh.home / "node"
    # It runs what jsii gives it, and not what we do.
    node.write_text(
        f'#!/bin/sh\ncase "$*" in *bindings*) exit 1;; esac\nexec {os.environ["JSII_NODE"]} "$@"\n'
    )
    node.chmod(0o755)
    done = fresh.synthesized(JSII_NODE=str(node))
    assert done.started == AS_PUBLISHED
    assert done.errors.count("\n") == 1
    assert not list(fresh.cache.glob("start-*"))
