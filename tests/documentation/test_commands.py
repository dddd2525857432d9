"""The commands of the documentation work as written."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.fixtures.seeding import seed
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.code_blocks import PAGES, code_blocks
from tests.support.documented_commands import needs, run_page
from tests.support.handmade_account.environment import ACCOUNT, Console, HandmadeEnvironment
from tests.support.repository import ROOT
from tests.support.synthesized import Build, Built

RUN = [
    page
    for page in PAGES
    if any(block.language == "sh" and not needs(block) for block in code_blocks(page))
]
"""The pages with commands that the tests run."""


@contextmanager
def handmade(build: Build, documents: Mapping[str, Built]) -> Iterator[str]:
    """An account with the resources of staging, which were created manually."""
    with Emulator(ACCOUNT) as emulator:
        HandmadeEnvironment(Console(emulator)).build()
        yield emulator.endpoint


@contextmanager
def with_lookups_of_the_shop(build: Build, documents: Mapping[str, Built]) -> Iterator[str]:
    shop = runpy.run_path(str(ROOT / "examples/three_services.py"))["SHOP"]
    with Emulator(shop.account) as emulator:
        seed(TerraformDocument(build(shop).content), emulator, shop.region, {})
        yield emulator.endpoint


@contextmanager
def with_lookups_of_production(build: Build, documents: Mapping[str, Built]) -> Iterator[str]:
    with Emulator("111122223333") as emulator:
        seed(TerraformDocument(documents["aep-prod"].content), emulator, "us-east-1", {})
        yield emulator.endpoint


@contextmanager
def no_account(build: Build, documents: Mapping[str, Built]) -> Iterator[str]:
    yield "http://127.0.0.1:9"


ACCOUNTS: Mapping[str, Callable[..., object]] = {
    "README.md": handmade,
    "docs/adoption.md": handmade,
    "docs/library.md": with_lookups_of_the_shop,
    "docs/production.md": with_lookups_of_production,
}
"""The AWS account in which the commands of a page run."""


@pytest.mark.parametrize("page", RUN)
def test_the_commands_of_a_page_work_in_order(
    page: str,
    installed: tuple[Terraform, Provider],
    build: Build,
    documents: Mapping[str, Built],
    tmp_path: Path,
) -> None:
    with ACCOUNTS.get(page, no_account)(build, documents) as endpoint:
        result = run_page(page, installed, endpoint, tmp_path)
    assert result.status == 0, result.output
    for before, block in pairwise(code_blocks(page)):
        if "output" in block.words:
            assert result.shows(before, block.text), (block, result.output)
