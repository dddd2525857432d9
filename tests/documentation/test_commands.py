"""The commands of the documentation work as written."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from tests.support.ecr_images import push_image
from tests.support.handmade_account.accounts import Account, build as build_account
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
def empty_account() -> Iterator[Site]:
    """A new account with the ID in the page, whose hosted zones are delegated once they exist."""
    with Emulator("111122223333") as emulator, DnsServer(Delegations(emulator)) as server:
        yield Site(emulator.endpoint, server.address)


@contextmanager
def seeded_account(built: Built, account: str, region: str) -> Iterator[Site]:
    """An account with the resources that a document looks up."""
    with Emulator(account) as emulator:
        seed(TerraformDocument(built.content), emulator, region, {})
        yield Site(emulator.endpoint)


@contextmanager
def console_account() -> Iterator[Site]:
    """The account of staging, created in the ECS console."""
    with Emulator(ACCOUNT) as emulator:
        build_account(Account.CONSOLE, Console(emulator))
        yield Site(emulator.endpoint)


@contextmanager
def registry_account() -> Iterator[Site]:
    """The account of staging, with a repository for the images of the backend."""
    with Emulator(ACCOUNT) as emulator:
        HandmadeEnvironment(Console(emulator)).build()
        console = Console(emulator)
        console("ecr").create_repository(repositoryName="aep-backend")
        push_image(console, "aep-backend", "build-10")
        yield Site(emulator.endpoint)


class Delegations(Mapping[str, Sequence[str]]):
    """The name servers of the hosted zones that an account has at the moment, by name."""

    def __init__(self, emulator: Emulator) -> None:
        self._route53 = emulator.client("route53", "us-east-1")

    def __getitem__(self, zone: str) -> Sequence[str]:
        found = self._route53.get_hosted_zone(Id=self._ids()[zone])
        return list(found["DelegationSet"]["NameServers"])

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids())

    def __len__(self) -> int:
        return len(self._ids())

    def _ids(self) -> dict[str, str]:
        zones = self._route53.list_hosted_zones()["HostedZones"]
        return {zone["Name"].rstrip("."): zone["Id"] for zone in zones}


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest,
    installed: tuple[Terraform, Provider],
    build: Build,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Future[PageRun]]]:
    """The runs of all selected pages, at the same time: Terraform mostly waits."""
    shop = runpy.run_path(str(ROOT / "examples/three_services.py"))["SHOP"]
    shop_document = build(shop)
    accounts: Mapping[str, Callable[[], AbstractContextManager[Site]]] = {
        "README.md": handmade_account,
        "docs/adoption.md": console_account,
        "docs/deploy.md": registry_account,
        "docs/library.md": lambda: seeded_account(shop_document, shop.account, shop.region),
        "docs/production.md": empty_account,
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
