"""`cdktf synth` writes JSON, and equivalent HCL."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.cdktf_command import COMMANDS, command
from tests.support.hcl_document import Blocks, differences, read
from tests.support.repository import ROOT, STACKS
from tests.support.synthesized import Built


@pytest.fixture(scope="module")
def project(
    installed: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A copy of the project in which `cdktf synth` has run, without arguments and with `--hcl`.

    A copy, so that nothing is written into the checkout.
    """
    if not (COMMANDS / "cdktf").exists():
        pytest.fail(f"the cdktf command is not in {COMMANDS}; `make test` installs it")
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
    """The directory of the stacks as HCL."""
    return project / "hcl.out/stacks"


@pytest.fixture(scope="module")
def parsed(hcl: Path) -> dict[str, dict[str, Any]]:
    """The parsed HCL of each stack. Parsed once, because production takes a second."""
    return {stack: read((hcl / stack / "cdk.tf").read_text(encoding="utf-8")) for stack in STACKS}


def test_cdktf_synth_writes_the_bytes_that_main_writes(
    project: Path, documents: Mapping[str, Built]
) -> None:
    """`documents` has the output of main.py, as tests/unit/stacks/test_synthesis.py verifies."""
    written = files(project / "cdktf.out/stacks")
    descriptions = {name for name in written if name.endswith("/deployment.json")}
    assert descriptions == {"aep-staging/deployment.json", "aep-prod/deployment.json"}
    assert {name: written[name] for name in written.keys() - descriptions} == {
        f"{stack}/cdk.tf.json": built.text.encode() for stack, built in documents.items()
    }


def test_the_committed_configuration_has_an_id_for_cdktf() -> None:
    """`cdktf synth` writes one into a file without it, except without telemetry as in the tests."""
    configuration = json.loads((ROOT / "cdktf.json").read_text(encoding="utf-8"))
    assert UUID(configuration["projectId"]).version == 4


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("stack", STACKS)
def test_the_hcl_of_an_environment_equals_its_json(
    stack: str, parsed: dict[str, dict[str, Any]], documents: Mapping[str, Built]
) -> None:
    assert list(differences(documents[stack].content, parsed[stack])) == []


def test_blocks_that_only_an_override_adds_are_in_the_hcl(
    parsed: dict[str, dict[str, Any]],
) -> None:
    """The comparison above is meaningful only if the documents have these blocks."""
    prod, staging = parsed["aep-prod"], parsed["aep-staging"]
    assert {(type_, name) for type_, named in prod["ephemeral"].items() for name in named} == {
        ("aws_secretsmanager_random_password", "database_password"),
        ("aws_secretsmanager_secret_version", "database_password"),
    }
    (removed,) = staging["removed"]
    assert removed["from"] == "aws_kms_key.environment_key"
    assert removed["lifecycle"][0]["destroy"] is False
    (acl,) = prod["resource"]["aws_wafv2_web_acl"]["web_acl"]
    assert all(isinstance(rule["statement"], Blocks) for rule in acl["rule"])


def test_every_environment_is_written_only_as_hcl(hcl: Path) -> None:
    written = {str(path.relative_to(hcl)) for path in hcl.rglob("cdk.tf*")}
    assert written == {f"{stack}/cdk.tf" for stack in STACKS}
