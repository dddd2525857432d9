"""`cdktf synth`, as a team that knows CDKTF runs it: as JSON, and as HCL that says the same."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.cdktf_command import COMMANDS, command
from tests.support.hcl_document import Blocks, differences, read
from tests.support.repository import ROOT, STACKS
from tests.support.synthesized import Built


@pytest.fixture(scope="module")
def project(
    at_hand: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A copy of what `cdktf synth` needs, so that nothing is written into the checkout.

    The command has run in it, without arguments and with `--hcl`.
    """
    if not (COMMANDS / "cdktf").exists():
        pytest.fail(f"the cdktf command is not in {COMMANDS}: `make test` installs it there")
    copy = tmp_path_factory.mktemp("project")
    for name in ("main.py", "cdktf.json"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(
        ROOT / "environments", copy / "environments", ignore=shutil.ignore_patterns("__pycache__")
    )
    commands = ("synth", "synth --hcl --output hcl.out")
    runner = Path(__file__).with_name("commands.js")
    command(["node", str(runner), str(COMMANDS / "cdktf"), *commands], copy)
    return copy


@pytest.fixture(scope="module")
def hcl(project: Path) -> Path:
    """The directory of the stacks, as HCL."""
    return project / "hcl.out/stacks"


@pytest.fixture(scope="module")
def found(hcl: Path) -> dict[str, dict[str, Any]]:
    """What each stack says: reading production takes a second."""
    return {stack: read((hcl / stack / "cdk.tf").read_text(encoding="utf-8")) for stack in STACKS}


def test_cdktf_synth_writes_the_bytes_that_main_writes(
    project: Path, documents: Mapping[str, Built]
) -> None:
    """Which are those of `documents`, as tests/unit/stacks/test_synthesis.py proves."""
    assert files(project / "cdktf.out/stacks") == {
        f"{stack}/cdk.tf.json": built.text.encode() for stack, built in documents.items()
    }


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("stack", STACKS)
def test_the_hcl_of_an_environment_equals_its_json(
    stack: str, found: dict[str, dict[str, Any]], documents: Mapping[str, Built]
) -> None:
    assert list(differences(documents[stack].content, found[stack])) == []


def test_blocks_that_only_an_override_makes_are_in_the_hcl(
    found: dict[str, dict[str, Any]],
) -> None:
    """So that comparing them above compares something."""
    prod, staging = found["aep-prod"], found["aep-staging"]
    assert {(type_, name) for type_, named in prod["ephemeral"].items() for name in named} == {
        ("aws_secretsmanager_random_password", "database_password"),
        ("aws_secretsmanager_secret_version", "database_password"),
    }
    (removed,) = staging["removed"]
    assert removed["from"] == "aws_kms_key.environment_key"
    assert removed["lifecycle"][0]["destroy"] is False
    (acl,) = prod["resource"]["aws_wafv2_web_acl"]["web_acl"]
    assert all(isinstance(rule["statement"], Blocks) for rule in acl["rule"])


def test_every_environment_is_written_as_hcl_alone(hcl: Path) -> None:
    written = {str(path.relative_to(hcl)) for path in hcl.rglob("cdk.tf*")}
    assert written == {f"{stack}/cdk.tf" for stack in STACKS}
