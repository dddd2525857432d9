"""Real Terraform accepts any mixture of hardenings."""

from __future__ import annotations

import json
import random
import re

import pytest

from environments import ENVIRONMENTS
from navra_stacks import synthesize
from navra_stacks.terraform.document import TerraformDocument
from tests.support.toggles import EXCLUSIVE, RELAXED, TOGGLES, as_separate_project, with_toggles

MIXTURES = 24


def mixtures() -> dict[str, object]:
    """Every toggle on its own side of a coin, drawn once and for all; and two that are not drawn.

    A fixed seed: another one at each run would turn red on some machines only.
    """
    coin = random.Random(20261123)
    drawn = {"nothing": RELAXED}
    while len(drawn) <= MIXTURES:
        names = [name for name in TOGGLES if coin.random() < 0.5]
        if any(pair <= set(names) for pair in EXCLUSIVE):
            continue
        drawn[" ".join(names)] = with_toggles(*names)
    almost = [name for name in TOGGLES if name != "audited_exec"]
    return drawn | {"everything": with_toggles(*almost)}


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> dict[str, dict]:
    """What is synthesized of each mixture and of each environment, the state buckets included."""
    named = {
        name: as_separate_project(environment, f"m{number}", number)
        for number, (name, environment) in enumerate(mixtures().items())
    } | {environment.names.stack: environment for environment in ENVIRONMENTS}
    written = synthesize(list(named.values()), tmp_path_factory.mktemp("mixtures"))
    return {one.stack: dict(TerraformDocument.read(one.path).content) for one in written}


def test_terraform_accepts_every_mixture_at_once(validator, documents):
    assert len(documents) >= MIXTURES + len(ENVIRONMENTS)
    verdict = validator.validate_modules(documents)
    assert verdict.ok, "\n".join(verdict.diagnostics)
    paths = {omission.partition(": ")[2] for omission in verdict.omissions}
    arguments = {re.sub(r"^(\w+)\.\w+", r"\1", path) for path in paths}
    assert arguments <= NEWER_THAN_5_100, "left out, so that Terraform has not seen it"
    if validator.provider.version == "5.100.0":
        assert arguments == NEWER_THAN_5_100


NEWER_THAN_5_100 = {
    "aws_ecs_service.deployment_configuration",
    "aws_ecs_service.load_balancer.advanced_configuration",
    "aws_ecs_service.sigint_rollback",
}
"""What hashicorp/aws 6 brought, of all that the mixtures use, in any resource of a type."""


def test_a_mixture_that_terraform_refuses_is_seen(validator, documents):
    one, other = (json.loads(json.dumps(documents[stack])) for stack in ("aep-staging", "aep-prod"))
    one["resource"]["aws_lb"]["load_balancer"]["subnets"] = "${data.aws_subnet.nobody.id}"
    other["resource"]["aws_lb_listener"]["https_listener"]["port"] = 87870
    verdict = validator.validate_modules({"one": one, "other": other})
    assert not verdict.ok
    told = "\n".join(verdict.diagnostics)
    assert '"aws_subnet" "nobody" has not been declared' in told
    assert 'expected "port" to be a valid port number, got: 87870' in told


def test_every_hardening_is_on_in_some_mixtures_and_off_in_others():
    drawn = [name.split() for name in mixtures()][1:-1]
    for toggle in TOGGLES:
        assert {toggle in names for names in drawn} == {True, False}
