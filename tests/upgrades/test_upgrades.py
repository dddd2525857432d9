"""The upgrade of each committed stack, from the document of the previous release to the present."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.synthesized import Built
from tests.support.upgrade import Upgrade, expected_changes, problems, upgrade
from tests.upgrades.conftest import PREVIOUS

EXPECTED = Path(__file__).with_name("expected_changes.toml")
HELP = """\
An upgrade of {stack} from its document in tests/upgrades/previous:

  {problems}

A renamed resource needs a `moved` block. A change that users have to accept needs an entry in
{file} and a paragraph in docs/upgrading.md; remove an entry that is no longer needed."""


@pytest.fixture(scope="module")
def upgrades(
    previous: Mapping[str, Mapping[str, Any]],
    documents: Mapping[str, Built],
    installed: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, Future[Upgrade]]:
    """The upgrades of all stacks, run in parallel, since they mostly wait."""

    def run(stack: str) -> Upgrade:
        return upgrade(
            previous[stack],
            documents[stack].content,
            installed=installed,
            directory=tmp_path_factory.mktemp(stack),
        )

    with ThreadPoolExecutor() as pool:
        return {stack: pool.submit(run, stack) for stack in previous}


@pytest.fixture(
    params=sorted(file.name.removesuffix(".tf.json") for file in PREVIOUS.glob("*.tf.json"))
)
def stack(request: pytest.FixtureRequest) -> str:
    """Each stack of the previous release, one at a time."""
    return str(request.param)


@pytest.fixture
def upgraded(stack: str, upgrades: Mapping[str, Future[Upgrade]]) -> Upgrade:
    return upgrades[stack].result()


def test_only_the_listed_resources_are_replaced_or_destroyed(stack: str, upgraded: Upgrade) -> None:
    if found := list(problems(upgraded.plan, expected_changes(EXPECTED, stack))):
        text = HELP.format(stack=stack, problems="\n  ".join(found), file=EXPECTED.name)
        pytest.fail(text, pytrace=False)


def test_the_upgrade_is_complete_after_one_apply(upgraded: Upgrade) -> None:
    assert upgraded.failure == ""
    assert upgraded.differences == ()
