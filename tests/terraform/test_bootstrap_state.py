"""The state of the bootstrap stack moves from a local file to the bucket that the stack creates."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import S3State, synthesize
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.terraform.installation import Provider, Terraform, non_interactive_environment
from navra_stacks.terraform.provider_override import emulator_environment, point_at_emulator
from navra_stacks.terraform.working_directory import WorkingDirectory
from tests.support.code_blocks import code_blocks
from tests.support.shop import shop

ACCOUNT, REGION, BUCKET = "111122223333", "eu-west-1", "shop-states"
FILE = "terraform.shop-qa-state.tfstate"
OBJECT = "shop/qa/state.tfstate"

Run = subprocess.CompletedProcess[str]


class Checkout:
    """A directory with an output directory, in which the documented commands run."""

    def __init__(
        self, path: Path, installed: tuple[Terraform, Provider], emulator: Emulator
    ) -> None:
        self.path = path
        self.emulator = emulator
        self._terraform, self._provider = installed
        self._workspace = WorkingDirectory(*installed, path / "adapted")

    def synthesize(self, **state: Any) -> None:
        """Write the stacks, and adapt the bootstrap stack to the emulator and the provider."""
        settings = S3State(bucket=BUCKET, bootstrapped=True, **state)
        written = synthesize([shop(state=settings)], self.path / "cdktf.out")
        assert written[0].stack == "shop-qa-state"
        document = json.loads(written[0].path.read_bytes())
        adapted = point_at_emulator(self._workspace.adapt_to_provider(document).document)
        (kind, backend) = next(iter(document["terraform"]["backend"].items()))
        # The emulator has no host name for each bucket.
        path_style = {"use_path_style": True} if kind == "s3" else {}
        adapted["terraform"]["backend"] = {kind: backend | path_style}
        if "output" in document:  # with the check of the local state
            adapted["output"] = document["output"]
        written[0].path.write_text(json.dumps(adapted))

    def run(self, command: str, answer: str = "") -> Run:
        """Run a command of the page. The reader enters `answer`."""
        word, *arguments = command.split()
        assert word == "terraform"
        environ = emulator_environment(self.emulator.endpoint)
        configuration = {"TF_CLI_CONFIG_FILE": str(self._workspace.directory / "terraform.rc")}
        return subprocess.run(
            [*self._terraform.command, *arguments, "-no-color"],
            cwd=self.path,
            env=non_interactive_environment(environ) | configuration | {"TF_INPUT": "1"},
            input=answer,
            capture_output=True,
            text=True,
            check=False,
        )

    def terraform(self, command: str, answer: str = "") -> Run:
        return self.run(f"terraform -chdir=cdktf.out/stacks/shop-qa-state {command}", answer)


@pytest.fixture(scope="module")
def checkout(
    installed: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Checkout]:
    """A checkout in which the bootstrap stack has been applied with its state in a file."""
    with Emulator(ACCOUNT) as emulator:
        checkout = Checkout(tmp_path_factory.mktemp("checkout"), installed, emulator)
        checkout.synthesize()
        for command, answer in (("init", ""), ("apply", "yes\n")):
            done = checkout.terraform(command, answer)
            assert done.returncode == 0, done.stderr
        assert (checkout.path / FILE).is_file()
        yield checkout


def test_the_documented_commands_move_the_state_to_the_bucket(checkout: Checkout) -> None:
    checkout.synthesize(bootstrap_state="bucket")
    (block,) = [
        block for block in code_blocks("docs/hardening.md") if "-migrate-state" in block.text
    ]
    migrate, apply = block.lines
    moved = checkout.run(migrate, "yes\n")
    assert moved.returncode == 0, moved.stderr
    planned = checkout.terraform("plan -detailed-exitcode")
    assert "without changing any real infrastructure" in planned.stdout
    applied = checkout.run(apply, "yes\n")
    assert applied.returncode == 0, applied.stderr
    assert "0 added, 0 changed, 0 destroyed" in applied.stdout
    checkout.emulator.client("s3", REGION).head_object(Bucket=BUCKET, Key=OBJECT)
    # The local file is not read.
    for file in checkout.path.glob(f"{FILE}*"):
        file.unlink()
    empty = checkout.terraform("plan -detailed-exitcode")
    assert empty.returncode == 0, empty.stdout + empty.stderr
    assert not list(checkout.path.glob(f"{FILE}*"))
    assert len(checkout.terraform("state list").stdout.split()) == 17


def test_the_state_in_the_bucket_is_encrypted_with_the_key_of_the_bucket(
    checkout: Checkout,
) -> None:
    s3 = checkout.emulator.client("s3", REGION)
    state = s3.head_object(Bucket=BUCKET, Key=OBJECT)
    assert state["ServerSideEncryption"] == "aws:kms"
