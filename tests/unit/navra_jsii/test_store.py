"""The store builds slim assemblies, caches them and removes old ones."""

import errno
import fcntl
import io
import json
import os
import tarfile
import time
from pathlib import Path

import pytest

from navra_jsii.assemblies.assembly import UnknownLayoutError
from navra_jsii.assemblies.parts import read_tarball
from navra_jsii.assemblies.slim import pack, slim_assembly
from navra_jsii.assemblies.store import Store
from navra_jsii.cache import SUPERSEDED_SECONDS, UNUSED_SECONDS, write_private
from tests.support.cdktf_programs.provider_packages import PACKAGE


@pytest.fixture
def tarball(provider: Path) -> Path:
    """The whole assembly of the small provider."""
    (found,) = (provider / PACKAGE / "_jsii").glob("*.tgz")
    return found


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Store()


def test_a_slim_assembly_contains_only_the_requested_modules(tarball: Path) -> None:
    content = slim_assembly(read_tarball(tarball, ["lb", "dataAwsVpc"]))
    with tarfile.open(fileobj=io.BytesIO(content)) as found:
        file = found.extractfile("package/files.json")
        assert file is not None
        assert set(json.load(file)) == {
            "lib/index.js",
            "lib/lb/index.js",
            "lib/data-aws-vpc/index.js",
        }


def test_the_same_modules_give_the_same_bytes(tarball: Path) -> None:
    assert slim_assembly(read_tarball(tarball, ["lb", "vpc"])) == slim_assembly(
        read_tarball(tarball, ["vpc", "lb"])
    )


@pytest.mark.parametrize("modules", [["missing"], ["lb", "missing"]])
def test_a_missing_module_is_an_error(modules: list[str], tarball: Path) -> None:
    with pytest.raises(UnknownLayoutError):
        slim_assembly(read_tarball(tarball, modules))


@pytest.mark.parametrize("content", [b"", b"not an archive", pack({"package/other": b""})])
def test_a_tarball_with_another_layout_is_an_error(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "other.tgz"
    file.write_bytes(content)
    with pytest.raises(UnknownLayoutError):
        slim_assembly(read_tarball(file, ["lb"]))


def test_a_cached_assembly_with_enough_modules_is_reused(store: Store, tarball: Path) -> None:
    built = store.slim(tarball, ["lb", "vpc"])
    assert store.known(tarball) == store.slim(tarball, ["vpc"]) == built


def test_programs_that_use_different_modules_share_one_assembly(
    store: Store, tarball: Path
) -> None:
    store.slim(tarball, ["lb"])
    assert store.slim(tarball, ["vpc"]).modules == {"lb", "vpc"}


def test_another_provider_tarball_has_its_own_slim_assembly(
    store: Store, tarball: Path, tmp_path: Path
) -> None:
    other = tmp_path / tarball.name
    other.write_bytes(tarball.read_bytes())
    store.slim(tarball, ["lb"])
    assert store.known(other) is None


def test_building_does_not_wait_on_a_file_system_without_locks(
    store: Store, tarball: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("waits for a lock"))
    assert store.slim(tarball, ["lb"]).modules == {"lb"}


def test_unused_and_superseded_assemblies_are_removed_after_a_while(
    store: Store, tarball: Path
) -> None:
    old = {}
    for name, age in (("slim-1.json", UNUSED_SECONDS), ("slim-2.json", SUPERSEDED_SECONDS)):
        old[name] = store.directory / name
        write_private(old[name], b"")
        os.utime(old[name], times=(time.time() - age - 9,) * 2)
    first = store.slim(tarball, ["lb"]).tarball
    assert [path.exists() for path in old.values()] == [False, True]
    second = store.slim(tarball, ["vpc"]).tarball
    assert first.exists()  # another process may be about to load it
    os.utime(first, times=(time.time() - SUPERSEDED_SECONDS - 9,) * 2)
    store.slim(tarball, ["sqsQueue"])
    assert (first.exists(), second.exists()) == (False, True)
