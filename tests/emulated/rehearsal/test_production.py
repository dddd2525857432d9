"""Rehearsals of production and of the stacks with its state bucket and its hosted zone."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from navra_stacks.rehearsal.result import Rehearsal
from navra_stacks.rehearsal.runner import rehearse
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.provider_omissions import OMISSIONS
from tests.support.synthesized import Built

STACKS = ("aep-prod", "aep-prod-state", "aep-prod-zone")


@pytest.fixture(scope="module")
def rehearsals(
    documents: Mapping[str, Built],
    installed: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Rehearsal]:
    """The rehearsals, run in parallel, since they mostly wait."""
    terraform, provider = installed

    def run(stack: str) -> Rehearsal:
        return rehearse(
            documents[stack].content,
            terraform=terraform,
            provider=provider,
            directory=tmp_path_factory.mktemp(stack),
            stack=stack,
        )

    with ThreadPoolExecutor() as pool:
        return dict(zip(STACKS, pool.map(run, STACKS), strict=True))


@pytest.fixture(params=STACKS)
def rehearsal(request: pytest.FixtureRequest, rehearsals: Mapping[str, Rehearsal]) -> Rehearsal:
    return rehearsals[request.param]


def test_all_resources_are_applied_and_destroyed(
    rehearsal: Rehearsal, documents: Mapping[str, Built]
) -> None:
    assert rehearsal.failure == ""
    assert rehearsal.is_complete
    assert rehearsal.resources == len(documents[rehearsal.stack].resources)


def test_only_deployment_arguments_of_newer_providers_are_omitted(rehearsal: Rehearsal) -> None:
    assert set(rehearsal.omissions) <= set(OMISSIONS[rehearsal.stack])
    if rehearsal.provider == "5.100.0":
        assert rehearsal.omissions == OMISSIONS[rehearsal.stack]


def test_the_second_plan_is_empty(rehearsal: Rehearsal) -> None:
    assert rehearsal.differences == ()


def test_only_resources_that_aws_keeps_are_left(rehearsal: Rehearsal) -> None:
    assert rehearsal.leftovers == ()
    assert all(leftover.reason for leftover in rehearsal.expected_leftovers)
    assert rehearsal.passed
