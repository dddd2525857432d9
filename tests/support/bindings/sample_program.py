"""Programs that use a provider of five modules.

Each runs in an interpreter of its own, with a cache of its own.
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

BINDINGS = ROOT / "lib/navra_stacks/bindings"
"""Where the files are that node runs."""

MODULES = {
    "lb": "lb",
    "lbTargetGroup": "lb_target_group",
    "sqsQueue": "sqs_queue",
    "vpc": "vpc",
    "dataAwsVpc": "data_aws_vpc",
}
"""As jsii names them, and as Python does."""

PROGRAM = """
import navra_stacks.bindings
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
import navra_stacks.bindings, jsii
from constructs import RootConstruct
print(RootConstruct("root").node.id, type(jsii.kernel.provider._process._process).__name__)
"""
"""All that needs jsii and nothing that takes it a second to unpack."""

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
class Done:
    """What a program did."""

    status: int
    output: str
    errors: str

    @property
    def document(self) -> object:
        """The document that the program above prints."""
        return json.loads(self.output[: self.output.rindex("}") + 1])

    @property
    def started(self) -> str:
        """How the kernel was started."""
        return self.output.split()[-1]


@dataclass
class Machine:
    """The folders in which programs run."""

    provider: Path
    """On the path of Python: the small provider."""

    home: Path
    """The user's: what is cached lies here."""

    environ: dict[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        return self.home / ".cache/navra-stacks/bindings"

    def copied(self, home: Path) -> Machine:
        """Another with the same in its home."""
        shutil.copytree(self.home, home, symlinks=True, ignore=shutil.ignore_patterns("aws"))
        return self.sharing(home)

    def sharing(self, home: Path) -> Machine:
        """Another with the same package cache of jsii.

        To copy that for each test, 2,500 files, takes as long as a program.
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

    def run(self, program: str = PROGRAM, **environ: str) -> Done:
        process = self.start(program, **environ)
        try:
            output, errors = process.communicate(timeout=120)
        except BaseException:
            # In a session of its own, it would outlive this one, and node outlive it: below /proc
            # node looks for ever for a directory that it can make.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        return Done(process.returncode, output, errors)

    def synthesized(self, program: str = PROGRAM, **environ: str) -> Done:
        """Run a program that must have made the document above."""
        done = self.run(program, **environ)
        assert done.status == 0, done.errors
        assert done.document == DOCUMENT
        return done


Ran = tuple[Machine, Done]
"""A machine, as the last run left it, and what that run did. No test may change it."""
