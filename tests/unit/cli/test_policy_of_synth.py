"""`navra synth` checks the documents of environments with a policy file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.navra_command import CommandResult, run_navra

SETTINGS = """
from pathlib import Path
from tests.support.shop import shop

QA = shop(policy_file=Path(__file__).with_name("qa.waivers.toml"))
"""

WAIVER = """
[[waiver]]
rule = "{rule}"
address = "*"
reason = "The shop of the tests is never applied."
"""


@pytest.fixture
def project(module_directory: Path) -> Path:
    (module_directory / "policy_shop.py").write_text(SETTINGS, encoding="utf-8")
    return module_directory


def synth(capsys: pytest.CaptureFixture[str], *options: str) -> CommandResult:
    return run_navra(capsys, "synth", "--from", "policy_shop:QA", *options)


def test_findings_are_printed_and_the_documents_are_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "qa.waivers.toml").write_text('pack = "production"\n', encoding="utf-8")
    status, out, _ = synth(capsys)
    assert status == 1
    assert "alb-access-logs  aws_lb.load_balancer" in out
    assert (project / "cdktf.out/stacks/shop-qa/cdk.tf.json").is_file()
    status, out, _ = synth(capsys, "--json")
    assert status == 1
    assert json.loads(out)[0]["stack"] == "shop-qa"


def test_a_pack_without_findings_has_the_status_0(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "qa.waivers.toml").write_text('pack = "baseline"\n', encoding="utf-8")
    status, out, _ = synth(capsys)
    assert (status, "0 findings" in out) == (0, True), out


def test_a_waiver_that_matches_nothing_is_a_finding(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = 'pack = "baseline"\n' + WAIVER.format(rule="alb-access-logs")
    (project / "qa.waivers.toml").write_text(content, encoding="utf-8")
    status, out, _ = synth(capsys)
    assert status == 1
    assert "waiver-stale" in out


def test_a_missing_file_is_a_mistake(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = synth(capsys)
    assert status == 2
    assert "qa.waivers.toml cannot be read" in err
