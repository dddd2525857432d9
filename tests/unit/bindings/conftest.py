"""Machines on which programs run."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from navra_stacks.bindings import store
from navra_stacks.bindings.private import user_cache
from tests.support.bindings import provider_packages, sample_program
from tests.support.bindings.compared_programs import PROGRAMS, Compared
from tests.support.bindings.program_run import Ran
from tests.support.built_once import build_once

Run = Callable[[str, Callable[[Path], object]], Ran]


@pytest.fixture(scope="session")
def used_provider(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """On the path of Python: all of the real provider that is used here."""

    def make(folder: Path) -> None:
        provider_packages.make(folder, provider_packages.real(), provider_packages.used())

    return build_once("used-provider", make, tmp_path_factory, request)


@pytest.fixture(scope="session")
def provider(
    used_provider: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """On the path of Python: a provider of five modules."""

    def make(folder: Path) -> None:
        provider_packages.make(
            folder, used_provider / provider_packages.PACKAGE, sample_program.MODULES.values()
        )

    return build_once("small-provider", make, tmp_path_factory, request)


@pytest.fixture(scope="session")
def run(
    provider: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Run:
    """Runs the program on a machine, for all workers, after its home was made."""

    def of(name: str, make_home: Callable[[Path], object]) -> Ran:
        def make(folder: Path) -> None:
            folder.mkdir(mode=0o700)
            make_home(folder / "home")
            done = sample_program.Machine(provider, folder / "home").synthesized()
            (folder / "done.json").write_text(json.dumps(asdict(done)))

        folder = build_once(name, make, tmp_path_factory, request)
        done = sample_program.Done(**json.loads((folder / "done.json").read_text()))
        return sample_program.Machine(provider, folder / "home"), done

    return of


@pytest.fixture(scope="session")
def first_run(run: Run) -> Ran:
    """The program on a machine on which nothing ran yet."""
    return run("first-run", _new)


def _new(home: Path) -> None:
    """Make a home in which nothing lies but what jsii has unpacked of cdktf for the user.

    To unpack its 2,500 files takes longer than a program. What jsii unpacks of the provider is
    left in the home.
    """
    packages = home / ".cache/aws/jsii/package-cache"
    packages.mkdir(mode=0o700, parents=True)
    for path in (home, *packages.parents[:3]):
        path.chmod(0o700)
    for name in ("cdktf", "constructs"):
        unpacked = user_cache() / packages.relative_to(home / ".cache") / name
        if unpacked.is_dir():
            (packages / name).symlink_to(unpacked)


@pytest.fixture(scope="session")
def compared(
    first_run: Ran, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Compared:
    """As jsii does it, and by a kernel whose code was kept; for all workers."""

    def make(folder: Path) -> None:
        folder.mkdir(mode=0o700)
        machine, _ = first_run
        machines = {
            "lazy": machine.sharing(folder / "lazy"),
            "quick": machine.copied(folder / "quick"),
        }
        program = "".join(PROGRAMS.values())
        done = {mode: one.run(program, NAVRA_BINDINGS=mode) for mode, one in machines.items()}
        assert [one.status for one in done.values()] == [0, 0], done
        # Nothing was kept for the next run, which starts as this one did.
        assert not machines["lazy"].cache.exists()
        said = {
            mode: dict(zip(PROGRAMS, one.output.splitlines(), strict=True))
            for mode, one in done.items()
        }
        (folder / "said.json").write_text(json.dumps(said))

    done = build_once("compared", make, tmp_path_factory, request)
    said: Compared = json.loads((done / "said.json").read_text())
    return said


@pytest.fixture
def machine(provider: Path, tmp_path: Path) -> sample_program.Machine:
    """A machine on which nothing ran yet."""
    tmp_path.chmod(0o700)
    return sample_program.Machine(provider, tmp_path)


@pytest.fixture
def fresh(first_run: Ran, tmp_path: Path) -> sample_program.Machine:
    """A machine on which other programs of jsii's ran before, and none of ours."""
    return first_run[0].sharing(tmp_path / "home")


@pytest.fixture
def warm(first_run: Ran, tmp_path: Path) -> sample_program.Machine:
    """A machine on which the program ran before, of its own for each test."""
    return first_run[0].copied(tmp_path / "home")


@pytest.fixture
def here(warm: sample_program.Machine, monkeypatch: pytest.MonkeyPatch) -> sample_program.Machine:
    """One whose cache this process uses too: what it trusts can be asked without a program."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(warm.home / ".cache"))
    monkeypatch.setattr(store, "_warned", True)
    return warm
