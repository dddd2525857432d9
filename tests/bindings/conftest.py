"""Machines on which programs run."""

import shutil
from pathlib import Path

import pytest

from tests.bindings import small


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("provider")
    small.make(folder)
    return folder


@pytest.fixture
def machine(provider: Path, tmp_path: Path) -> small.Machine:
    """A machine on which nothing ran yet."""
    tmp_path.chmod(0o700)
    return small.Machine(provider, tmp_path)


@pytest.fixture(scope="session")
def used(provider: Path, tmp_path_factory: pytest.TempPathFactory) -> small.Machine:
    """A machine on which the program ran before."""
    machine = small.Machine(provider, tmp_path_factory.mktemp("used"))
    machine.synthesized()
    return machine


@pytest.fixture
def warm(used: small.Machine, tmp_path: Path) -> small.Machine:
    """One of its own for each test."""
    home = tmp_path / "home"
    shutil.copytree(used.home, home, symlinks=True)
    home.chmod(0o700)
    return small.Machine(used.provider, home)
