"""Production, and the bucket of its state: from an empty AWS to an empty plan, and to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from navra_stacks.rehearsal.result import Rehearsal
from navra_stacks.rehearsal.runner import rehearse
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.provider_omissions import LEFT_OUT
from tests.support.synthesized import Built

STACKS = ("aep-prod", "aep-prod-state")


@pytest.fixture(scope="module")
def rehearsals(
    documents: Mapping[str, Built],
    at_hand: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Rehearsal]:
    """Both at once: most of the time they wait."""
    terraform, provider = at_hand

    def rehearsed(stack: str) -> Rehearsal:
        return rehearse(
            documents[stack].content,
            terraform=terraform,
            provider=provider,
            directory=tmp_path_factory.mktemp(stack),
            stack=stack,
        )

    with ThreadPoolExecutor() as pool:
        return dict(zip(STACKS, pool.map(rehearsed, STACKS), strict=True))


@pytest.fixture(params=STACKS)
def rehearsal(request: pytest.FixtureRequest, rehearsals: Mapping[str, Rehearsal]) -> Rehearsal:
    return rehearsals[request.param]


def test_all_of_it_is_applied_and_destroyed(
    rehearsal: Rehearsal, documents: Mapping[str, Built]
) -> None:
    assert rehearsal.failure == ""
    assert rehearsal.is_whole
    assert rehearsal.resources == len(documents[rehearsal.stack].resources)


def test_only_what_ecs_deploys_by_in_newer_providers_is_left_out(rehearsal: Rehearsal) -> None:
    assert set(rehearsal.omissions) <= set(LEFT_OUT[rehearsal.stack])
    if rehearsal.provider == "5.100.0":
        assert rehearsal.omissions == LEFT_OUT[rehearsal.stack]


def test_the_second_plan_is_empty(rehearsal: Rehearsal) -> None:
    assert rehearsal.differences == ()


def test_nothing_is_left_but_what_aws_keeps(rehearsal: Rehearsal) -> None:
    assert rehearsal.left == ()
    assert all(one.reason for one in rehearsal.kept)
    assert rehearsal.as_promised
