"""Programs that use a provider with five modules.

Each program runs in a new interpreter, with its own home directory and cache.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.repository import ROOT

SCRIPTS = ROOT / "lib/navra_jsii/kernel"
"""The folder of the JavaScript files that node runs."""

MODULES = {
    "lb": "lb",
    "lbTargetGroup": "lb_target_group",
    "sqsQueue": "sqs_queue",
    "vpc": "vpc",
    "dataAwsVpc": "data_aws_vpc",
}
"""The jsii names of the provider's modules, and their Python names."""

PROGRAM = """
import navra_jsii; navra_jsii.activate()
from cdktf import App, TerraformStack, Testing
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
import jsii

stack = TerraformStack(App(), "tiny")
group = LbTargetGroup(stack, "group", name="web", port=80, health_check={"path": "/up"})
Lb(stack, "lb", name=group.name, access_logs={"bucket": "logs"})
print(Testing.synth(stack))
print(type(jsii.kernel.provider._process._process).__name__)
"""

CONSTRUCTS = """
import navra_jsii; navra_jsii.activate(); import jsii
from constructs import RootConstruct
print(RootConstruct("root").node.id, type(jsii.kernel.provider._process._process).__name__)
"""
"""A program that needs jsii, but not cdktf, which jsii takes a second to unpack."""

DOCUMENT = {
    "resource": {
        "aws_lb": {
            "lb": {"access_logs": {"bucket": "logs"}, "name": "${aws_lb_target_group.group.name}"}
        },
        "aws_lb_target_group": {
            "group": {"health_check": {"path": "/up"}, "name": "web", "port": 80}
        },
    }
}

AS_PUBLISHED = "Popen"
IN_ONE_NODE = "KernelProcess"


@dataclass
class ProgramResult:
    """The exit status and the output of a program."""

    status: int
    output: str
    errors: str

    @property
    def document(self) -> object:
        """The document that `PROGRAM` prints."""
        return json.loads(self.output[: self.output.rindex("}") + 1])

    @property
    def started(self) -> str:
        """The class of the kernel's process, which shows how the kernel was started."""
        return self.output.split()[-1]


@dataclass
class Machine:
    """A home directory and a provider with which programs run."""

    provider: Path
    """The folder of the small provider, for ``PYTHONPATH``."""

    home: Path
    """The home directory, which contains the caches."""

    environ: dict[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        return self.home / ".cache/navra-jsii"

    def copied(self, home: Path) -> Machine:
        """A machine with a copy of this machine's home."""
        shutil.copytree(self.home, home, symlinks=True, ignore=shutil.ignore_patterns("aws"))
        return self.sharing(home)

    def sharing(self, home: Path) -> Machine:
        """A machine that shares jsii's package cache with this one.

        Copying its 2,500 files for each test takes as long as running a program.
        """
        (home / ".cache").mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        (home / ".cache/aws").symlink_to((self.home / ".cache/aws").resolve())
        return Machine(self.provider, home)

    def start(self, program: str, **environ: str) -> subprocess.Popen[str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("NAVRA_", "JSII_", "XDG_")) or name == "JSII_NODE"
        }
        (self.home / "tmp").mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=self.provider,
            env=inherited
            | {
                "PYTHONPATH": os.pathsep.join([str(self.provider), str(ROOT / "lib")]),
                "HOME": str(self.home),
                "TMPDIR": str(self.home / "tmp"),
                "CDKTF_OUTDIR": str(self.home / "out"),
            }
            | self.environ
            | environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, program: str = PROGRAM, **environ: str) -> ProgramResult:
        process = self.start(program, **environ)
        try:
            output, errors = process.communicate(timeout=120)
        except BaseException:
            # The process has its own session, so it would outlive this one. node would outlive it
            # too: below /proc, node never stops searching for a directory that it can create.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        return ProgramResult(process.returncode, output, errors)

    def synthesize(self, program: str = PROGRAM, **environ: str) -> ProgramResult:
        """Run a program, and check that it prints `DOCUMENT`."""
        result = self.run(program, **environ)
        assert result.status == 0, result.errors
        assert result.document == DOCUMENT
        return result


SharedRun = tuple[Machine, ProgramResult]
"""A machine after a run, and the result of that run. Tests must not change the machine."""
