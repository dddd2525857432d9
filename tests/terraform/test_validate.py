"""Real Terraform, with a real AWS provider, accepts every environment."""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from environments import ENVIRONMENTS
from tests.conftest import ROOT, Built
from tests.formats import awkward
from tests.formats.conftest import command
from tests.terraform.validation import Validator

STACKS = [environment.names.stack for environment in ENVIRONMENTS]

LEFT_OUT: dict[str, tuple[str, ...]] = dict.fromkeys(STACKS, ())
"""What the environments use and a provider from 5.100 on does not know. Nothing: should a provider
at hand not know something, it is named here, or Terraform has not seen it."""


@pytest.mark.parametrize("stack", STACKS)
def test_terraform_accepts_an_environment(
    stack: str, documents: Mapping[str, Built], validator: Validator
) -> None:
    verdict = validator.validate(documents[stack].content)
    assert verdict.diagnostics == ()
    assert verdict.ok
    assert verdict.omissions == LEFT_OUT[stack], f"unknown to {validator.provider.version}"


@pytest.fixture(scope="module")
def hcl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The environments, and texts that need escaping, as HCL that no `terraform fmt` has seen."""
    out = tmp_path_factory.mktemp("hcl")
    environ = {"SYNTH_HCL_OUTPUT": "true", "PYTHONPATH": str(ROOT)}
    command([sys.executable, "-m", "tests.terraform.write_all", str(out)], out, **environ)
    return out / "stacks"


@pytest.mark.parametrize("stack", [*STACKS, awkward.SHOP.names.stack])
def test_terraform_accepts_the_hcl(stack: str, hcl: Path, validator: Validator) -> None:
    verdict = validator.validate_hcl((hcl / stack / "cdk.tf").read_text(encoding="utf-8"))
    assert verdict.diagnostics == ()
    assert verdict.ok


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
