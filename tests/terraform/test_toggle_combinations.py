"""The real Terraform accepts combinations of hardening toggles."""

from __future__ import annotations

import json
import random
import re

import pytest

from environments import ENVIRONMENTS
from navra_stacks import synthesize
from navra_stacks.terraform.document import TerraformDocument
from tests.support.toggles import EXCLUSIVE, RELAXED, TOGGLES, as_separate_project, with_toggles

COMBINATIONS = 24


def combinations() -> dict[str, object]:
    """Random combinations of toggles, and the two extremes: none, and nearly all of them.

    The seed is fixed: with another one at each run, a failure would not be reproducible.
    """
    generator = random.Random(20261123)
    combined = {"nothing": RELAXED}
    while len(combined) <= COMBINATIONS:
        names = [name for name in TOGGLES if generator.random() < 0.5]
        if any(pair <= set(names) for pair in EXCLUSIVE):
            continue
        combined[" ".join(names)] = with_toggles(*names)
    compatible = [name for name in TOGGLES if name != "audited_exec"]
    return combined | {"everything": with_toggles(*compatible)}


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> dict[str, dict]:
    """The documents of each combination and each environment, including the state buckets."""
    environments = {
        name: as_separate_project(environment, f"m{number}", number)
        for number, (name, environment) in enumerate(combinations().items())
    } | {environment.names.stack: environment for environment in ENVIRONMENTS}
    stacks = synthesize(list(environments.values()), tmp_path_factory.mktemp("combinations"))
    return {stack.stack: dict(TerraformDocument.read(stack.path).content) for stack in stacks}


def test_terraform_accepts_every_combination(validator, documents):
    assert len(documents) >= COMBINATIONS + len(ENVIRONMENTS)
    result = validator.validate_modules(documents)
    assert result.ok, "\n".join(result.diagnostics)
    paths = {omission.partition(": ")[2] for omission in result.omissions}
    arguments = {re.sub(r"^(\w+)\.\w+", r"\1", path) for path in paths}
    assert arguments <= NEWER_THAN_5_100, "omitted, so that Terraform did not validate it"
    if validator.provider.version == "5.100.0":
        assert arguments == NEWER_THAN_5_100


NEWER_THAN_5_100 = {
    "aws_ecs_service.deployment_configuration",
    "aws_ecs_service.load_balancer.advanced_configuration",
    "aws_ecs_service.sigint_rollback",
    "aws_s3_bucket_server_side_encryption_configuration.rule.blocked_encryption_types",
}
"""The arguments that the combinations use and that hashicorp/aws 6 added."""


def test_invalid_documents_are_rejected(validator, documents):
    staging, prod = (
        json.loads(json.dumps(documents[stack])) for stack in ("aep-staging", "aep-prod")
    )
    staging["resource"]["aws_lb"]["load_balancer"]["subnets"] = "${data.aws_subnet.missing.id}"
    prod["resource"]["aws_lb_listener"]["https_listener"]["port"] = 87870
    result = validator.validate_modules({"staging": staging, "prod": prod})
    assert not result.ok
    diagnostics = "\n".join(result.diagnostics)
    assert '"aws_subnet" "missing" has not been declared' in diagnostics
    assert 'expected "port" to be a valid port number, got: 87870' in diagnostics


def test_every_toggle_is_on_in_some_combinations_and_off_in_others():
    combined = [name.split() for name in combinations()][1:-1]
    for toggle in TOGGLES:
        assert {toggle in names for names in combined} == {True, False}
