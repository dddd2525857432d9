"""Fixtures: provider packages, and machines on which programs run."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from navra_jsii import log, prepared
from navra_jsii.cache import user_cache
from tests.support.built_once import build_once
from tests.support.cdktf_programs import provider_packages, sample_program
from tests.support.cdktf_programs.compared_programs import PROGRAMS, Compared

Run = Callable[[str, Callable[[Path], object]], sample_program.SharedRun]


@pytest.fixture(autouse=True)
def without_prepared_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is prepared in this process, also where a wheel with prepared files is installed."""
    monkeypatch.setattr(prepared, "DIRECTORY", tmp_path / "nothing-prepared")
    for function in (prepared.described, prepared.verified_files):
        function.cache_clear()
    yield
    for function in (prepared.described, prepared.verified_files):
        function.cache_clear()


@pytest.fixture(scope="session")
def used_provider(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder for ``PYTHONPATH`` with the real provider's modules that this repository uses."""

    def make(folder: Path) -> None:
        provider_packages.make(folder, provider_packages.real(), provider_packages.used())

    return build_once("used-provider", make, tmp_path_factory, request)


@pytest.fixture(scope="session")
def provider(
    used_provider: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """A folder for ``PYTHONPATH`` with a provider of five modules."""

    def make(folder: Path) -> None:
        provider_packages.make(
            folder, used_provider / provider_packages.PACKAGE, sample_program.MODULES.values()
        )

    return build_once("small-provider", make, tmp_path_factory, request)


@pytest.fixture(scope="session")
def run(
    provider: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Run:
    """Run the sample program once for all workers, on a machine with a prepared home."""

    def run_once(name: str, prepare_home: Callable[[Path], object]) -> sample_program.SharedRun:
        def make(folder: Path) -> None:
            folder.mkdir(mode=0o700)
            prepare_home(folder / "home")
            result = sample_program.Machine(provider, folder / "home").synthesize()
            (folder / "result.json").write_text(json.dumps(asdict(result)))

        folder = build_once(name, make, tmp_path_factory, request)
        result = sample_program.ProgramResult(**json.loads((folder / "result.json").read_text()))
        return sample_program.Machine(provider, folder / "home"), result

    return run_once


@pytest.fixture(scope="session")
def first_run(run: Run) -> sample_program.SharedRun:
    """The sample program on a machine without a cache."""
    return run("first-run", _prepare_home)


def _prepare_home(home: Path) -> None:
    """Create a home that contains only links to cdktf and constructs as jsii has unpacked them.

    Unpacking their 2,500 files takes longer than running a program. jsii unpacks the provider into
    this home.
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
    first_run: sample_program.SharedRun,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Compared:
    """The compared programs with jsii as published and with a cached kernel, for all workers."""

    def make(folder: Path) -> None:
        folder.mkdir(mode=0o700)
        machine, _ = first_run
        machines = {
            "lazy": machine.sharing(folder / "lazy"),
            "fast": machine.copied(folder / "fast"),
        }
        program = "".join(PROGRAMS.values())
        results = {
            mode: machine.run(program, NAVRA_JSII=mode) for mode, machine in machines.items()
        }
        assert [result.status for result in results.values()] == [0, 0], results
        # The mode `lazy` caches nothing, so its next run would start in the same way.
        assert not machines["lazy"].cache.exists()
        outputs = {
            mode: dict(zip(PROGRAMS, result.output.splitlines(), strict=True))
            for mode, result in results.items()
        }
        (folder / "outputs.json").write_text(json.dumps(outputs))

    folder = build_once("compared", make, tmp_path_factory, request)
    outputs: Compared = json.loads((folder / "outputs.json").read_text())
    return outputs


@pytest.fixture
def machine(provider: Path, tmp_path: Path) -> sample_program.Machine:
    """A machine without any cache."""
    tmp_path.chmod(0o700)
    return sample_program.Machine(provider, tmp_path)


@pytest.fixture
def fresh(first_run: sample_program.SharedRun, tmp_path: Path) -> sample_program.Machine:
    """A machine with jsii's package cache, but without the cache of the bindings."""
    return first_run[0].sharing(tmp_path / "home")


@pytest.fixture
def warm(first_run: sample_program.SharedRun, tmp_path: Path) -> sample_program.Machine:
    """A machine with its own copy of the caches that a first run has written."""
    return first_run[0].copied(tmp_path / "home")


@pytest.fixture
def here(warm: sample_program.Machine, monkeypatch: pytest.MonkeyPatch) -> sample_program.Machine:
    """A machine whose cache this process uses too, so that no program is needed to check it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(warm.home / ".cache"))
    monkeypatch.setattr(log, "_warned", True)
    return warm
