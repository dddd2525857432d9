"""Machines on which programs run."""

import shutil
from pathlib import Path

import pytest

from tests.bindings import small
from tests.conftest import made_once


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    return made_once("small-provider", small.make, tmp_path_factory, request)


@pytest.fixture
def machine(provider: Path, tmp_path: Path) -> small.Machine:
    """A machine on which nothing ran yet."""
    tmp_path.chmod(0o700)
    return small.Machine(provider, tmp_path)


@pytest.fixture(scope="session")
def used(
    provider: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> small.Machine:
    """A machine on which the program ran before."""

    def make(home: Path) -> None:
        home.mkdir(mode=0o700)
        small.Machine(provider, home).synthesized()

    return small.Machine(provider, made_once("used", make, tmp_path_factory, request))


@pytest.fixture
def warm(used: small.Machine, tmp_path: Path) -> small.Machine:
    """One of its own for each test."""
    home = tmp_path / "home"
    shutil.copytree(used.home, home, symlinks=True, ignore=shutil.ignore_patterns("aws"))
    home.chmod(0o700)
    share_packages(used, home)
    return small.Machine(used.provider, home)


@pytest.fixture
def unused(used: small.Machine, tmp_path: Path) -> small.Machine:
    """A machine on which jsii ran before, but not these bindings."""
    tmp_path.chmod(0o700)
    share_packages(used, tmp_path)
    return small.Machine(used.provider, tmp_path)


def share_packages(used: small.Machine, home: Path) -> None:
    """What jsii unpacked, thousands of files that nobody changes, is not copied for each test."""
    packages = Path(".cache/aws")
    (home / packages).parent.mkdir(mode=0o700, exist_ok=True)
    (home / packages).symlink_to(used.home / packages)
