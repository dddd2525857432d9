"""Real Terraform, with a real AWS provider, accepts every environment."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.cdktf_command import command
from tests.support.provider_omissions import LEFT_OUT
from tests.support.repository import ROOT, STACKS
from tests.support.shop import AWKWARD_SHOP
from tests.support.synthesized import Build, Built
from tests.support.terraform_validate import Validator, Verdict


def assert_left_out(stack: str, verdict: Verdict, validator: Validator) -> None:
    assert set(verdict.omissions) <= set(LEFT_OUT[stack])
    if validator.provider.version == "5.100.0":
        assert verdict.omissions == LEFT_OUT[stack]


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_accepts_an_environment(
    stack: str, documents: Mapping[str, Built], validator: Validator
) -> None:
    verdict = validator.validate(documents[stack].content)
    assert verdict.diagnostics == ()
    assert verdict.ok
    assert_left_out(stack, verdict, validator)


@pytest.fixture(scope="module")
def hcl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environments, and texts that need escaping, as HCL that no `terraform fmt` has seen."""
    out = tmp_path_factory.mktemp("hcl")
    environ = {"SYNTH_HCL_OUTPUT": "true", "PYTHONPATH": f"{ROOT / 'lib'}{os.pathsep}{ROOT}"}
    command([sys.executable, "-m", "tests.terraform.write_all", str(out)], out, **environ)
    return out / "stacks"


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_accepts_the_hcl(
    stack: str, hcl: Path, documents: Mapping[str, Built], validator: Validator
) -> None:
    text = (hcl / stack / "cdk.tf").read_text(encoding="utf-8")
    verdict = validator.validate_hcl(text, documents[stack].content)
    assert verdict.diagnostics == ()
    assert verdict.ok
    # Of the HCL the same is left out as of the JSON, line by line.
    assert_left_out(stack, verdict, validator)


def test_terraform_accepts_hcl_of_texts_that_need_escaping(
    hcl: Path, build: Build, validator: Validator
) -> None:
    text = (hcl / AWKWARD_SHOP.names.stack / "cdk.tf").read_text(encoding="utf-8")
    verdict = validator.validate_hcl(text, build(AWKWARD_SHOP).content)
    assert verdict.diagnostics == ()
    assert verdict.ok


def test_terraform_refuses_hcl_that_is_broken(hcl: Path, prod: Built, validator: Validator) -> None:
    text = (hcl / "aep-prod" / "cdk.tf").read_text(encoding="utf-8")
    broken = text.replace("aws_secretsmanager_random_password.", "aws_secretsmanager_nobody.")
    assert broken != text
    verdict = validator.validate_hcl(broken, prod.content)
    assert not verdict.ok
    assert "aws_secretsmanager_nobody" in "\n".join(verdict.diagnostics)


def test_terraform_refuses_what_is_broken(staging: Built, validator: Validator) -> None:
    broken = copy.deepcopy(dict(staging.content))
    resources = broken["resource"]
    resources["aws_lb"]["load_balancer"]["idle_timeout"] = "soon"
    resources["aws_lb"]["load_balancer"]["idle_time"] = 60
    resources["aws_lb_target_group"]["backend_target_group"]["name"] = "not_a_name"
    resources["aws_lb_target_group"]["frontend_target_group"]["port"] = 87870
    del resources["aws_ecs_task_definition"]["backend_task_definition"]["family"]

    verdict = validator.validate(broken)

    assert not verdict.ok
    told = "\n".join(verdict.diagnostics)
    for expected in (
        "resource.aws_lb.load_balancer: Incorrect attribute value type: Inappropriate value for "
        'attribute "idle_timeout"',
        'only alphanumeric characters and hyphens allowed in "name"',
        "expected port to be in the range (1 - 65535), got 87870",
        'The argument "family" is required',
    ):
        assert expected in told, told
    # Unknown to a provider that is older than the one asked for: then told to be left out.
    assert 'idle_time"' in told or "aws_lb.load_balancer.idle_time" in verdict.omissions


def test_terraform_refuses_a_reference_to_nothing(staging: Built, validator: Validator) -> None:
    broken = copy.deepcopy(dict(staging.content))
    del broken["resource"]["aws_ecs_cluster"]
    verdict = validator.validate(broken)
    assert not verdict.ok
    assert '"aws_ecs_cluster" "cluster" has not been declared' in "\n".join(verdict.diagnostics)
