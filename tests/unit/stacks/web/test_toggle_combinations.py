"""Combined hardenings: each hardening leaves the addresses of the other hardenings unchanged.

Every pair of toggles is combined with at most three other toggles. In addition, there are mixtures
with half of all toggles on, in which every three toggles occur in all eight combinations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from pathlib import Path

import pytest

from navra_stacks import Environment, SettingsError, synthesize
from navra_stacks.terraform.document import TerraformDocument
from tests.support.toggles import (
    EXCLUSIVE,
    MEETINGS,
    MIXTURES,
    PAIRS,
    SMALL,
    TOGGLES,
    as_separate_project,
    with_toggles,
)

BATCH = 25
TOGETHER = [*MEETINGS, *MIXTURES]
BATCHES = [TOGETHER[start : start + BATCH] for start in range(0, len(TOGETHER), BATCH)]

# The addresses that a toggle removes: data sources of resources that it creates.
REPLACED = {
    "private_vpc": {
        "data.aws_vpc.vpc",
        *(f"data.aws_subnet.public_subnet_us_east_1{zone}" for zone in "ab"),
    },
    "restricted_egress": {
        f"aws_vpc_security_group_egress_rule.{one}_to_anywhere" for one in ("alb", "backend")
    },
    "database": {"data.aws_secretsmanager_secret.database_url_secret"},
    "cache": {"data.aws_secretsmanager_secret.redis_url_secret"},
    "managed_secrets": {"data.aws_secretsmanager_secret.openai_api_key_secret"},
}


def toggled(*names: str) -> Environment:
    return with_toggles(*names, environment=SMALL)


def addresses(mixtures: Sequence[tuple[str, ...]], out: Path) -> Mapping[tuple[str, ...], set[str]]:
    """The addresses of each mixture, all synthesized in one run."""
    named = {
        mixture: as_separate_project(toggled(*mixture), f"p{number}", number)
        for number, mixture in enumerate(mixtures)
    }
    written = synthesize(list(named.values()), out)
    by_stack = {one.stack: set(TerraformDocument.read(one.path).addresses) for one in written}
    return {mixture: by_stack[environment.names.stack] for mixture, environment in named.items()}


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> dict[str, set[str]]:
    found = addresses([(), *((name,) for name in TOGGLES)], tmp_path_factory.mktemp("alone"))
    return {" ".join(mixture): those for mixture, those in found.items()}


@pytest.mark.parametrize("name", sorted(TOGGLES))
def test_a_toggle_removes_only_the_addresses_that_it_replaces(alone, name):
    assert alone[""] - alone[name] == REPLACED.get(name, set())


@pytest.mark.parametrize("number", range(len(BATCHES)))
def test_combined_toggles_add_the_resources_that_each_adds_alone(alone, tmp_path, number):
    for mixture, together in addresses(BATCHES[number], tmp_path).items():
        replaced = set().union(*(REPLACED.get(name, ()) for name in mixture))
        for name in mixture:
            lost = alone[name] - replaced - together
            assert not lost, f"{name} loses {sorted(lost)} in {' '.join(mixture)}"


def test_every_pair_of_toggles_is_combined_with_few_others():
    for pair in map(set, PAIRS):
        beside = [set(on) - pair for on in TOGETHER if pair <= set(on)]
        assert min(map(len, beside)) <= 3
        assert not set.intersection(*beside)


def test_every_three_toggles_are_combined_in_all_eight_ways():
    ways = Counter()
    for mixture in map(set, MIXTURES):
        ways.update(
            tuple((name, name in mixture) for name in three)
            for three in combinations(sorted(TOGGLES), 3)
        )
    expected = {
        way
        for three in combinations(sorted(TOGGLES), 3)
        for way in (tuple(zip(three, on, strict=True)) for on in product((False, True), repeat=3))
        if not any(pair <= {name for name, on in way if on} for pair in EXCLUSIVE)
    }
    assert set(ways) == expected
    assert min(ways.values()) > 1


@pytest.mark.parametrize("pair", sorted(map(sorted, EXCLUSIVE)))
def test_two_toggles_that_exclude_each_other_are_refused(pair):
    with pytest.raises(SettingsError):
        toggled(*pair)
