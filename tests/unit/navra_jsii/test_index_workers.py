"""jsii's index of an assembly is written into that assembly, even after another one replaced it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import navra_jsii
from tests.support.cdktf_programs.program_run import NODE
from tests.support.cdktf_programs.sample_program import Machine

SCRIPT = Path(navra_jsii.__file__).parent / "kernel/index_workers.js"

# As in jsii: the worker gets the link to the package.
PROGRAM = """
require(process.argv[1]);
const { Worker } = require("worker_threads");
const code = 'const t = require("worker_threads"); console.log(JSON.stringify(t.workerData));';
const features = ["one"];
for (const workerData of [{ packageDir: process.argv[2], features }, "other", undefined]) {
  new Worker(code, { eval: true, workerData });
}
"""

LATER = """
import navra_jsii; navra_jsii.activate()
from cdktf import App, TerraformStack
stack = TerraformStack(App(), "later")
from cdktf_cdktf_provider_aws.lb import Lb
Lb(stack, "lb")
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
SqsQueue(stack, "queue")
"""


def test_a_worker_gets_the_directory_to_which_the_link_refers(tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    (tmp_path / "link").symlink_to("package")
    done = subprocess.run(
        [NODE, "-e", PROGRAM, SCRIPT, tmp_path / "link"], capture_output=True, text=True, check=True
    )
    directory = (tmp_path / "package").resolve()
    assert sorted(done.stdout.splitlines()) == [
        '"other"',
        "undefined",
        f'{{"packageDir":"{directory}","features":["one"]}}',
    ]


def test_a_kernel_that_jsii_started_is_changed_before_the_first_slim_assembly(
    warm: Machine,
) -> None:
    lines = warm.run(LATER, JSII_DEBUG="1").errors.splitlines()
    loads = [line for line in lines if "navra-jsii-" in line or "@cdktf/provider-aws" in line]
    first = next(number for number, line in enumerate(loads) if "navra-jsii-index" in line)
    assert not any("provider-aws" in line for line in loads[:first])
    assert any("navra-jsii-unloading-1" in line for line in loads[first:])
