"""Real Terraform accepts any mixture of hardenings."""

from __future__ import annotations

import json
import random

import pytest

from environments import ENVIRONMENTS
from navra_stacks import synthesize
from navra_stacks.document import TerraformDocument
from tests.hardening.toggles import EXCLUSIVE, RELAXED, TOGGLES, of_its_own, with_toggles

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
        name: of_its_own(environment, f"m{number}", number)
        for number, (name, environment) in enumerate(mixtures().items())
    } | {environment.names.stack: environment for environment in ENVIRONMENTS}
    written = synthesize(list(named.values()), tmp_path_factory.mktemp("mixtures"))
    return {one.stack: dict(TerraformDocument.read(one.path).content) for one in written}


def test_terraform_accepts_every_mixture_at_once(validator, documents):
    assert len(documents) >= MIXTURES + len(ENVIRONMENTS)
    verdict = validator.validate_modules(documents)
    assert verdict.ok, "\n".join(verdict.diagnostics)
    print(*verdict.omissions, sep="\n")
    arguments = {omission.partition(": ")[2] for omission in verdict.omissions}
    unknown = {one for one in arguments if not one.startswith(NEWER_THAN_5_100)}
    assert not unknown, "left out, and not known to be newer than the provider at hand"


# What hashicorp/aws 6 brought, of all that the library uses.
NEWER_THAN_5_100 = ("aws_ecs_service.",)


def test_a_mixture_that_terraform_refuses_is_seen(validator, documents):
    broken = json.loads(json.dumps(documents))
    stack = broken["aep-staging"]["resource"]["aws_lb"]["load_balancer"]
    stack["subnets"] = "${data.aws_subnet.nobody.id}"
    verdict = validator.validate_modules(broken)
    assert not verdict.ok
    assert any("nobody" in one for one in verdict.diagnostics)
