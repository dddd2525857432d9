"""The real Terraform, with a real AWS provider, accepts every environment."""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.cdktf_command import command
from tests.support.provider_omissions import OMISSIONS
from tests.support.repository import ROOT, STACKS
from tests.support.shop import AWKWARD_SHOP
from tests.support.synthesized import Build, Built
from tests.support.terraform_validate import ValidationResult, Validator


def assert_omissions(stack: str, result: ValidationResult, validator: Validator) -> None:
    assert set(result.omissions) <= set(OMISSIONS[stack])
    if validator.provider.version == "5.100.0":
        assert result.omissions == OMISSIONS[stack]


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_accepts_an_environment(
    stack: str, documents: Mapping[str, Built], validator: Validator
) -> None:
    result = validator.validate(documents[stack].content)
    assert result.diagnostics == ()
    assert result.ok
    assert_omissions(stack, result, validator)


@pytest.fixture(scope="module")
def hcl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environments, and strings that need escaping, as HCL before `terraform fmt`."""
    out = tmp_path_factory.mktemp("hcl")
    environ = {"SYNTH_HCL_OUTPUT": "true", "PYTHONPATH": f"{ROOT / 'lib'}{os.pathsep}{ROOT}"}
    command([sys.executable, "-m", "tests.terraform.write_all", str(out)], out, **environ)
    return out / "stacks"


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_accepts_the_hcl(
    stack: str, hcl: Path, documents: Mapping[str, Built], validator: Validator
) -> None:
    text = (hcl / stack / "cdk.tf").read_text(encoding="utf-8")
    result = validator.validate_hcl(text, documents[stack].content)
    assert result.diagnostics == ()
    assert result.ok
    # The same arguments are removed from the HCL as from the JSON.
    assert_omissions(stack, result, validator)


def test_terraform_accepts_hcl_of_strings_that_need_escaping(
    hcl: Path, build: Build, validator: Validator
) -> None:
    text = (hcl / AWKWARD_SHOP.names.stack / "cdk.tf").read_text(encoding="utf-8")
    result = validator.validate_hcl(text, build(AWKWARD_SHOP).content)
    assert result.diagnostics == ()
    assert result.ok


def test_terraform_rejects_invalid_hcl(hcl: Path, prod: Built, validator: Validator) -> None:
    text = (hcl / "aep-prod" / "cdk.tf").read_text(encoding="utf-8")
    invalid = text.replace("aws_secretsmanager_random_password.", "aws_secretsmanager_missing.")
    assert invalid != text
    result = validator.validate_hcl(invalid, prod.content)
    assert not result.ok
    assert "aws_secretsmanager_missing" in "\n".join(result.diagnostics)


def test_terraform_rejects_invalid_arguments(staging: Built, validator: Validator) -> None:
    invalid = copy.deepcopy(dict(staging.content))
    resources = invalid["resource"]
    resources["aws_lb"]["load_balancer"]["idle_timeout"] = "soon"
    resources["aws_lb"]["load_balancer"]["idle_time"] = 60
    resources["aws_lb_target_group"]["backend_target_group"]["name"] = "not_a_name"
    resources["aws_lb_target_group"]["frontend_target_group"]["port"] = 87870
    del resources["aws_ecs_task_definition"]["backend_task_definition"]["family"]

    result = validator.validate(invalid)

    assert not result.ok
    diagnostics = "\n".join(result.diagnostics)
    for expected in (
        "resource.aws_lb.load_balancer: Incorrect attribute value type: Inappropriate value for "
        'attribute "idle_timeout"',
        'only alphanumeric characters and hyphens allowed in "name"',
        "expected port to be in the range (1 - 65535), got 87870",
        'The argument "family" is required',
    ):
        assert expected in diagnostics, diagnostics
    # With an older provider than the required one, the unknown argument is removed and reported.
    assert 'idle_time"' in diagnostics or "aws_lb.load_balancer.idle_time" in result.omissions


def test_terraform_rejects_a_reference_to_an_undeclared_resource(
    staging: Built, validator: Validator
) -> None:
    invalid = copy.deepcopy(dict(staging.content))
    del invalid["resource"]["aws_ecs_cluster"]
    result = validator.validate(invalid)
    assert not result.ok
    assert '"aws_ecs_cluster" "cluster" has not been declared' in "\n".join(result.diagnostics)
