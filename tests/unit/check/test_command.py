"""The `navra check` command: what it reads, its output and its exit status."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from navra_stacks.check.schema.cache import find_assembly
from tests.support.navra_command import COMMAND
from tests.support.plan_fragments import plan_json
from tests.support.repository import ROOT
from tests.support.synthesized import Built
from tests.unit.check.conftest import Check
from tests.unit.check_schema.test_extraction import MANIFEST, assembly

DOCUMENT: dict[str, Any] = {"resource": {"aws_sns_topic": {"t": {"name": "t"}}}}
CLEAN: dict[str, Any] = {"resource": {"aws_sns_topic": {"t": {"kms_master_key_id": "k"}}}}
TOPIC = {"address": "aws_sns_topic.t", "mode": "managed", "values": {}}
PLAN = plan_json(planned_values={"root_module": {"resources": [TOPIC]}})
WAIVER = """
[[waiver]]
rule = "sns-encrypted"
address = "aws_sns_topic.t"
reason = "its messages are public"
"""


def stack(tmp_path: Path, name: str, content: Mapping[str, Any]) -> None:
    directory = tmp_path / "cdktf.out/stacks" / name
    directory.mkdir(parents=True)
    (directory / "cdk.tf.json").write_text(json.dumps(content))


def test_findings_exit_with_1(check: Check):
    result = check("a.tf.json", a=DOCUMENT)
    assert (result.status, result.err) == (1, "")
    assert result.out.splitlines() == [
        "a.tf.json: 1 resource, pack baseline",
        "medium    sns-encrypted  aws_sns_topic.t.kms_master_key_id: it is not encrypted",
        "          Set `kms_master_key_id`.",
        "1 finding.",
    ]


def test_another_version_of_the_provider_is_compared(check: Check, tmp_path: Path) -> None:
    other = assembly(tmp_path / "other.jsii.tgz", MANIFEST)  # with the type aws_thing only
    result = check("a.tf.json", "--provider", str(other), a=CLEAN)
    assert result.status == 1
    assert (
        "schema  aws_sns_topic.t: hashicorp/aws 9.1.0 has no resource aws_sns_topic" in result.out
    )
    installed = find_assembly()
    assert check("a.tf.json", "--provider", str(installed), a=CLEAN).status == 0


def test_a_missing_assembly_is_a_mistake(check: Check) -> None:
    result = check("a.tf.json", "--provider", "missing.jsii.tgz", a=CLEAN)
    assert result.status == 2
    assert "missing.jsii.tgz cannot be read" in result.err


def test_a_document_without_findings_exits_with_0(check: Check):
    assert check("a.tf.json", a=CLEAN).status == 0


def test_a_plan_from_a_file_and_from_stdin(check: Check, monkeypatch: pytest.MonkeyPatch):
    assert check("a.tf.json", a=PLAN).status == 1
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(PLAN).encode())))
    result = check("-")
    assert (result.status, result.out.splitlines()[0]) == (1, "stdin: 1 resource, pack baseline")


def test_a_document_in_utf_16(check: Check, tmp_path: Path):
    """PowerShell redirects output in this encoding."""
    (tmp_path / "a.tf.json").write_text(json.dumps(CLEAN), encoding="utf-16")
    assert check("a.tf.json").status == 0


def test_several_files(check: Check):
    result = check("a.tf.json", "b.tf.json", "--json", a=DOCUMENT, b=CLEAN)
    assert result.status == 1
    files = json.loads(result.out)["files"]
    assert [(one["path"], len(one["findings"])) for one in files] == [
        ("a.tf.json", 1),
        ("b.tf.json", 0),
    ]


def test_an_environment_and_all_environments(check: Check, tmp_path: Path):
    stack(tmp_path, "shop-live", DOCUMENT)
    stack(tmp_path, "shop-qa", CLEAN)
    assert check("live").status == check("shop-live").status == 1
    assert check("qa").status == 0
    result = check()
    assert result.status == 1
    assert result.out.count("pack baseline") == 2


def test_the_waivers_of_an_environment_select_the_pack(check: Check, tmp_path: Path):
    stack(tmp_path, "shop-live", DOCUMENT)
    (tmp_path / "environments").mkdir()
    file = tmp_path / "environments/live.waivers.toml"
    file.write_text(f'pack = "production"\n{WAIVER}')
    result = check("live")
    assert result.status == 0
    assert "pack production" in result.out
    assert "waived    sns-encrypted" in result.out
    assert "pack baseline" in check("live", "--pack", "baseline").out
    # A file beside the working directory is for what has no file of its own.
    assert check("live", **{"navra-waivers": "[[waiver]]"}).status == 0


def test_waivers_in_the_working_directory_and_in_a_named_file(check: Check):
    files = {"a": DOCUMENT, "navra-waivers": WAIVER}
    assert check("a.tf.json", **files).status == 0
    result = check("a.tf.json", "--waivers", "other.toml", other="", **files)
    assert result.status == 1


def test_a_stale_waiver_exits_with_1(check: Check):
    result = check("a.tf.json", a=CLEAN, **{"navra-waivers": WAIVER})
    assert result.status == 1
    assert "waiver-stale  aws_sns_topic.t" in result.out


def test_the_formats(check: Check):
    assert json.loads(check("a.tf.json", "--sarif", a=DOCUMENT).out)["version"] == "2.1.0"
    assert "| medium | sns-encrypted |" in check("a.tf.json", "--markdown").out
    assert "sns-encrypted" in check("--list-rules").out
    assert "| `sns-encrypted` |" in check("--list-rules", "--markdown").out
    rules = json.loads(check("--list-rules", "--json").out)
    assert {"id", "title", "failure", "sources", "severity", "pack", "repair"} == rules[0].keys()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "cdktf.out/stacks contains no cdk.tf.json; write it with `navra synth`"),
        (("live",), "cdktf.out/stacks contains no cdk.tf.json; write it with `navra synth`"),
        (("b.tf.json",), "b.tf.json cannot be read: No such file or directory"),
        (("a.tf.json", "--pack", "prod"), "'prod' is not a pack; did you mean production?"),
        (("a.tf.json", "--json", "--sarif"), "use one of --json, --sarif and --markdown"),
        (("a.tf.json", "--waivers", "b"), "b cannot be read: No such file or directory"),
    ],
)
def test_a_mistake_exits_with_2(check: Check, arguments: tuple[str, ...], message: str):
    result = check(*arguments, a=CLEAN)
    assert (result.status, result.out) == (2, "")
    assert message in result.err


@pytest.mark.parametrize("written", ["", "no JSON", "[1]", '{"resource": 5}', "\xff\xfe", "PK\x03"])
def test_a_file_that_is_no_document_exits_with_2(check: Check, tmp_path: Path, written: str):
    (tmp_path / "a.tf.json").write_text(written, encoding="latin-1")
    result = check("a.tf.json")
    assert (result.status, result.out) == (2, "")
    assert "a.tf.json" in result.err


def test_a_misspelled_environment(check: Check, tmp_path: Path):
    stack(tmp_path, "shop-live", CLEAN)
    result = check("shop-life")
    assert result.status == 2
    assert "did you mean 'shop-live'?" in result.err


def test_the_documents_of_this_repository(check: Check, tmp_path: Path, prod: Built):
    stack(tmp_path, "aep-prod", prod.content)
    waivers = str(ROOT / "environments/prod.waivers.toml")
    assert check("prod", "--waivers", waivers).status == 0
    assert check("prod", "--pack", "production").status == 1


def test_the_command_starts_without_node_and_without_the_aws_sdk(tmp_path: Path):
    (tmp_path / "a.tf.json").write_text(json.dumps(CLEAN))
    code = (
        "import sys; from navra_stacks.cli.app import main\n"
        "try: main(['check', 'a.tf.json'])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(sorted({'cdktf', 'jsii', 'moto'} & sys.modules.keys()))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"
    assert COMMAND.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_plan_is_recognised_in_each_encoding(encoding: str, check: Check, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(json.dumps(PLAN).encode(encoding))
    result = check("plan.json")
    assert result.status == 1
    assert "sns-encrypted  aws_sns_topic.t" in result.out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.json is empty"),
        (b'resource "aws_lb" "a" {}\n', "a.json is not JSON; for HCL, check the plan"),
        (b"PK\x03\x04\xd3", "a.json is a binary plan file, not JSON"),
        (b"{}", "a.json has no block of Terraform"),
        (b'{"name": "shop", "version": "1.0.0"}', "has no block of Terraform"),
        (b'{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}', "has no block of Terraform"),
        (b'{"version": 4, "terraform_version": "1.9.0", "resources": []}', "no block of"),
        ("{'ä'".encode("latin-1"), "a.json is not in a Unicode encoding"),
    ],
)
def test_another_file_is_a_mistake(
    content: bytes, message: str, check: Check, tmp_path: Path
) -> None:
    (tmp_path / "a.json").write_bytes(content)
    result = check("a.json")
    assert (result.status, result.out) == (2, "")
    assert message in result.err
