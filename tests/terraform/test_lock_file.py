"""Terraform writes and checks the lock file that is committed beside an environment's module."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from navra_stacks import synthesize
from navra_stacks.terraform.installation import (
    Provider,
    Terraform,
    non_interactive_environment,
)
from tests.support.shop import shop


@pytest.fixture
def terraform(installed: tuple[Terraform, Provider], tmp_path: Path) -> Terraform:
    configuration = tmp_path / "terraform.rc"
    configuration.write_text(installed[1].cli_configuration(), encoding="utf-8")
    return installed[0]


def run(terraform: Terraform, directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (configuration,) = (parent / "terraform.rc" for parent in directory.parents[2:3])
    return subprocess.run(
        [*terraform.command, *arguments],
        cwd=directory,
        env=non_interactive_environment(os.environ) | {"TF_CLI_CONFIG_FILE": str(configuration)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_committed_lock_file_is_enforced(
    terraform: Terraform, installed: tuple[Terraform, Provider], tmp_path: Path
) -> None:
    provider = installed[1]
    if provider.mirror is None:
        pytest.skip("the provider is not in a mirror on this machine")
    lock_file = tmp_path / "qa.lock.hcl"
    environment = shop(lock_file=lock_file)

    def synthesized() -> Path:
        """Synthesize, and require the installed provider instead of the one in the document."""
        (written,) = synthesize([environment], tmp_path / "cdktf.out")
        requirement = {"aws": {"source": provider.source, "version": provider.version}}
        document = {"terraform": {"required_providers": requirement}}
        written.path.write_text(json.dumps(document), encoding="utf-8")
        return written.path.parent

    directory = synthesized()
    mirror = f"-fs-mirror={provider.mirror}"
    platform = f"-platform={terraform.platform}"
    locked = run(terraform, directory, "providers", "lock", mirror, platform)
    assert locked.returncode == 0, locked.stderr
    lock_file.write_bytes((directory / ".terraform.lock.hcl").read_bytes())

    directory = synthesized()
    accepted = run(terraform, directory, "init", "-lockfile=readonly")
    assert accepted.returncode == 0, accepted.stderr

    text = lock_file.read_text(encoding="utf-8")
    first = next(line for line in text.splitlines() if '"h1:' in line)
    lock_file.write_text(text.replace(first, f'    "h1:{"A" * 43}=",'), encoding="utf-8")
    (directory / ".terraform").rename(tmp_path / "installed")
    refused = run(terraform, synthesized(), "init", "-lockfile=readonly")
    assert refused.returncode == 1
    assert "checksum" in refused.stderr
