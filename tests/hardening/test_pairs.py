"""Every two hardenings work together, and each leaves the other's addresses alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from navra_stacks import SettingsError, synthesize
from navra_stacks.document import TerraformDocument
from tests.hardening.toggles import (
    EXCLUSIVE,
    PAIRS,
    RELAXED,
    TOGGLES,
    of_its_own,
    with_toggles,
)

BATCH = 25
BATCHES = [PAIRS[start : start + BATCH] for start in range(0, len(PAIRS), BATCH)]

# What a toggle takes away besides what it adds: a look-up of what is then made.
REPLACED = {
    "private_vpc": {
        "data.aws_vpc.vpc",
        *(f"data.aws_subnet.public_subnet_us_east_1{zone}" for zone in "abc"),
    },
    "restricted_egress": {
        f"aws_vpc_security_group_egress_rule.{one}_to_anywhere"
        for one in ("alb", "backend", "frontend")
    },
    "database": {"data.aws_secretsmanager_secret.database_url_secret"},
    "cache": {"data.aws_secretsmanager_secret.redis_url_secret"},
    "managed_secrets": {
        f"data.aws_secretsmanager_secret.{name}_secret"
        for name in ("anthropic_api_key", "audit_encryption_key", "openai_api_key")
    },
}


def addresses(environments: dict[str, object], out: Path) -> dict[str, set[str]]:
    """The addresses of each environment's own stack, all synthesized in one go."""
    named = {
        name: of_its_own(environment, f"p{number}", number)
        for number, (name, environment) in enumerate(environments.items())
    }
    written = synthesize(list(named.values()), out)
    by_stack = {one.stack: set(TerraformDocument.read(one.path).addresses) for one in written}
    return {name: by_stack[environment.names.stack] for name, environment in named.items()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> dict[str, set[str]]:
    environments = {"": RELAXED} | {name: with_toggles(name) for name in TOGGLES}
    return addresses(environments, tmp_path_factory.mktemp("alone"))


@pytest.mark.parametrize("name", sorted(TOGGLES))
def test_a_toggle_alone_takes_away_only_what_it_replaces(alone, name):
    assert alone[""] - alone[name] == REPLACED.get(name, set())


@pytest.mark.parametrize("pairs", BATCHES, ids=lambda pairs: f"{pairs[0][0]}_and_on")
def test_two_toggles_add_what_each_adds_alone(alone, tmp_path, pairs):
    together = addresses({" ".join(pair): with_toggles(*pair) for pair in pairs}, tmp_path)
    for one, other in pairs:
        kept = (alone[one] | alone[other]) - REPLACED.get(one, set()) - REPLACED.get(other, set())
        lost = kept - together[f"{one} {other}"]
        assert not lost, f"{one} with {other} loses {sorted(lost)}"


@pytest.mark.parametrize("pair", sorted(map(sorted, EXCLUSIVE)))
def test_what_cannot_be_together_is_refused(pair):
    with pytest.raises(SettingsError):
        with_toggles(*pair)
