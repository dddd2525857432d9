"""The container engine and its images."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.built_once import build_once
from tests.support.container_engine.engine import Engine, EngineMissingError
from tests.support.local_images.images import LocalImages, archive_roots
from tests.support.local_images.roots import ROOTS, make_roots


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
        found.clear()
        found.run("rmi", "--all", "--force", check=False)


@pytest.fixture(scope="module", autouse=True)
def one_module_at_a_time(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Keep other workers from starting containers.

    Podman gives networks and their interfaces numbers that are free in its own storage.
    """
    shared = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        shared = shared.parent
    with (shared / "containers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def local_images(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> LocalImages:
    """The images of servers and of faulty programs."""

    def write(directory: Path) -> None:
        directory.mkdir()
        with TemporaryDirectory() as roots:
            archive_roots(make_roots(Path(roots), tuple(ROOTS)), directory)

    try:
        archives = build_once("local_images", write, tmp_path_factory, request)
    except EngineMissingError as reason:
        _missing(reason)
    return LocalImages(engine, archives)
