"""The commands of the documentation work as written."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.fixtures.seeding import seed
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.code_blocks import PAGES, code_blocks
from tests.support.dns_server import DnsServer
from tests.support.documented_commands import PageRun, needs, run_page
from tests.support.handmade_account.environment import ACCOUNT, Console, HandmadeEnvironment
from tests.support.repository import ROOT
from tests.support.synthesized import Build, Built

RUN = [
    page
    for page in PAGES
    if any(block.language == "sh" and not needs(block) for block in code_blocks(page))
]
"""The pages with commands that are run."""


class Site(NamedTuple):
    """The endpoints of an emulated account."""

    aws: str
    resolver: str = "127.0.0.1:9"


@contextmanager
def handmade_account() -> Iterator[Site]:
    """The account of staging, with its manually created resources."""
    with Emulator(ACCOUNT) as emulator:
        HandmadeEnvironment(Console(emulator)).build()
        yield Site(emulator.endpoint)


@contextmanager
def seeded_account(built: Built, account: str, region: str) -> Iterator[Site]:
    """An account with the resources that a document looks up."""
    with Emulator(account) as emulator:
        seed(TerraformDocument(built.content), emulator, region, {})
        zones = dict(delegations(emulator))
        with DnsServer(zones) as server:
            yield Site(emulator.endpoint, server.address)


def delegations(emulator: Emulator) -> Iterator[tuple[str, list[str]]]:
    """Yield the name of each hosted zone, and its name servers."""
    route53 = emulator.client("route53", "us-east-1")
    for zone in route53.list_hosted_zones()["HostedZones"]:
        found = route53.get_hosted_zone(Id=zone["Id"])
        yield zone["Name"].rstrip("."), found["DelegationSet"]["NameServers"]


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest,
    installed: tuple[Terraform, Provider],
    build: Build,
    documents: Mapping[str, Built],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Future[PageRun]]]:
    """The runs of all selected pages, at the same time: Terraform mostly waits."""
    shop = runpy.run_path(str(ROOT / "examples/three_services.py"))["SHOP"]
    shop_document = build(shop)
    accounts: Mapping[str, Callable[[], AbstractContextManager[Site]]] = {
        "README.md": handmade_account,
        "docs/adoption.md": handmade_account,
        "docs/library.md": lambda: seeded_account(shop_document, shop.account, shop.region),
        # The account in the page.
        "docs/production.md": lambda: seeded_account(
            documents["aep-prod"], "111122223333", "us-east-1"
        ),
    }

    def run(page: str, directory: Path) -> PageRun:
        account = accounts.get(page, lambda: nullcontext(Site("http://127.0.0.1:9")))
        with account() as site:
            return run_page(page, installed, site.aws, directory, resolver=site.resolver)

    selected = [
        item.callspec.params["page"]
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.function is test_the_commands_of_a_page_work_in_order
    ]
    with ThreadPoolExecutor(len(selected)) as executor:
        yield {
            page: executor.submit(run, page, tmp_path_factory.mktemp("page")) for page in selected
        }


@pytest.mark.parametrize("page", RUN)
def test_the_commands_of_a_page_work_in_order(
    page: str, runs: Mapping[str, Future[PageRun]]
) -> None:
    result = runs[page].result()
    print(result.output)
    assert result.status == 0
    for before, block in pairwise(code_blocks(page)):
        if "output" in block.words:
            assert result.shows(before, block.text), block
