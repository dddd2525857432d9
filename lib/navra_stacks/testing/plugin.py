"""A pytest plugin: the fixtures `synthesized` and `snapshots`.

Add it in a conftest.py with ``pytest_plugins = ["navra_stacks.testing.plugin"]``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from navra_stacks.settings.environment import Environment
from navra_stacks.testing.document import SynthesizedDocument
from navra_stacks.testing.snapshots import Snapshots
from navra_stacks.testing.synthesis import synthesized_document

__all__ = ["pytest_addoption", "snapshots", "synthesized"]

OPTION = "--update-snapshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option ``--update-snapshots``."""
    parser.getgroup("navra-stacks").addoption(
        OPTION, action="store_true", help="Write the snapshots of documents instead of comparing."
    )


@pytest.fixture(scope="session")
def synthesized() -> Callable[[Environment], SynthesizedDocument]:
    """Return a function that synthesizes an environment, each one once for all tests."""
    return synthesized_document


@pytest.fixture
def snapshots(request: pytest.FixtureRequest) -> Snapshots:
    """Return the snapshots in the directory ``snapshots`` beside the test."""
    return Snapshots(
        request.path.parent / "snapshots",
        update=bool(request.config.getoption(OPTION)),
        how=f"run pytest with {OPTION}, and commit the file.",
    )
