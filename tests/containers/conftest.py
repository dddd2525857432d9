"""The container engine and its images."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.container_engine.engine import Engine, EngineMissingError
from tests.support.container_engine.images import make_root


def _missing(reason: EngineMissingError) -> None:
    """Skip the test; fail it with NAVRA_REQUIRE_CONTAINERS=1."""
    if os.environ.get("NAVRA_REQUIRE_CONTAINERS") == "1":
        pytest.fail(str(reason))
    pytest.skip(str(reason))


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    # Podman requires a path of at most 50 characters, and pytest's directories are longer.
    with TemporaryDirectory(prefix="navra-") as directory:
        try:
            found = Engine(Path(directory))
        except EngineMissingError as reason:
            _missing(reason)
            raise
        yield found
        found.run("rm", "--all", "--force", "--time", "0", check=False)
        found.run("rmi", "--all", "--force", check=False)


@pytest.fixture(scope="session")
def image(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Make an image of ``nginx`` or ``python`` once."""
    made: dict[str, str] = {}

    def of(program: str) -> str:
        if program not in made:
            try:
                root = make_root(program, tmp_path_factory.mktemp(program))
            except EngineMissingError as reason:
                _missing(reason)
            made[program] = engine.image(program, Path(root))
        return made[program]

    return of
