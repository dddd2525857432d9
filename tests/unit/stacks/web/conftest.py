"""Staging with one setting changed, compared with staging as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from environments import ENVIRONMENTS
from environments.staging import STAGING
from navra_stacks import Environment, Hardening, synthesize
from navra_stacks.terraform.document import TerraformDocument
from tests.support.synthesized import Built

Synthesize = Callable[[Environment], TerraformDocument]


@dataclass(frozen=True)
class Change:
    """The difference that a changed setting makes to a document."""

    before: TerraformDocument
    after: TerraformDocument

    @property
    def added(self) -> set[str]:
        return set(self.after.addresses) - set(self.before.addresses)

    @property
    def removed(self) -> set[str]:
        return set(self.before.addresses) - set(self.after.addresses)

    @property
    def changed(self) -> set[str]:
        """The addresses in both documents whose arguments differ."""
        before, after = bodies(self.before), bodies(self.after)
        return {
            address for address in before.keys() & after.keys() if before[address] != after[address]
        }


def bodies(document: TerraformDocument) -> dict[str, Any]:
    """The arguments of each block by address, without CDKTF's metadata."""
    return {
        block.address: {key: value for key, value in block.body.items() if key != "//"}
        for block in (*document.resources, *document.data_sources)
    }


@pytest.fixture(scope="session")
def synthesized(
    documents: Mapping[str, Built], tmp_path_factory: pytest.TempPathFactory
) -> Synthesize:
    """Synthesize each environment once per session."""
    made: list[tuple[Environment, TerraformDocument]] = [
        (environment, documents[environment.names.stack]) for environment in ENVIRONMENTS
    ]

    def of(environment: Environment) -> TerraformDocument:
        for known, document in made:
            if known == environment:
                return document
        out: Path = tmp_path_factory.mktemp("out")
        *_, written = synthesize([environment], out)  # after the state stack, if there is one
        made.append((environment, TerraformDocument.read(written.path)))
        return made[-1][1]

    return of


@pytest.fixture(scope="session")
def staging(synthesized: Synthesize) -> TerraformDocument:
    return synthesized(STAGING)


@pytest.fixture(scope="session")
def turned_on(synthesized: Synthesize) -> Callable[..., Change]:
    """Compare relaxed staging without and with these toggles: ``turned_on(waf=Waf())``."""

    def of(**toggles: Any) -> Change:
        return Change(
            synthesized(STAGING),
            synthesized(STAGING.replace(hardening=Hardening.relaxed(**toggles))),
        )

    return of


@pytest.fixture(scope="session")
def replaced(synthesized: Synthesize) -> Callable[..., Change]:
    """Compare relaxed staging without and with these settings: ``replaced(network=...)``."""

    def of(**settings: Any) -> Change:
        return Change(synthesized(STAGING), synthesized(STAGING.replace(**settings)))

    return of
