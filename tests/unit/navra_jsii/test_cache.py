"""A damaged, insecure or missing cache does not change the documents that a program synthesizes.

Most tests check in this process that the library does not use a part of the cache. For each kind of
problem, one test runs a program that has to work without the unusable parts.
"""

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from navra_jsii import log
from navra_jsii.assemblies.store import Store
from navra_jsii.cache import (
    UNUSED_SECONDS,
    cache_directories,
    private_directory,
    read_private,
    write_private,
)
from navra_jsii.imports import compiled_module
from navra_jsii.kernel.node import provide_cache
from navra_jsii.kernel.start_plan import cache_plan, cached_plan
from tests.support.cdktf_programs.provider_packages import PACKAGE
from tests.support.cdktf_programs.sample_program import (
    CONSTRUCTS,
    DOCUMENT,
    IN_ONE_NODE,
    PROGRAM,
    Machine,
    ProgramResult,
    SharedRun,
)

KINDS = ["start-*.json", "runtime-*/program.js", "slim-*.json", "slim-*.tgz", "python-*.bin"]
"""The cached files: first the two that start node, then those that are loaded."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change the owner of a file")


def cached(machine: Machine, kind: str) -> Path:
    """The only file of a kind in the machine's cache."""
    (file,) = machine.cache.glob(kind)
    return file


def compiled_pieces() -> dict[tuple[str, str], Any]:
    """The cached code of all pieces, by module and name; None for a damaged piece."""
    cache = compiled_module._Cache()
    return {
        (file, name): cache.code(entry, name, file)
        for file, entry in cache._modules.items()
        for name in list(entry.places)
    }


def writes_a_lasting_cache() -> bool:
    """Return whether a later process could use the files that this process caches."""
    directory = Store().directory
    write_private(directory / "file", b"text")
    return directory == cache_directories()[0]


def trusted(machine: Machine, kind: str) -> object:
    """Read the part of the cache to which files of this kind belong; falsy if it is unusable."""
    if kind.startswith(("start", "runtime")):
        return cached_plan()
    if kind.startswith("slim"):
        (tarball,) = (machine.provider / PACKAGE / "_jsii").glob("*.tgz")
        return Store().known(tarball)
    return compiled_pieces()


@pytest.fixture(autouse=True)
def not_written_at_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caches that a test opens are not written when this process ends."""
    monkeypatch.setattr(compiled_module.atexit, "register", lambda _: None)


def test_a_second_run_uses_the_cache_and_writes_nothing(
    first_run: SharedRun, warm: Machine
) -> None:
    before = state(warm.cache)
    second = warm.synthesize()
    assert state(warm.cache) == before
    for result in (first_run[1], second):
        assert (result.started, result.errors) == (IN_ONE_NODE, "")


def test_the_cache_is_small_and_private(first_run: SharedRun) -> None:
    machine, _ = first_run
    paths = [machine.cache, *machine.cache.rglob("*")]
    assert {path.stat().st_mode & 0o077 for path in paths} == {0}
    assert sum(path.stat().st_size for path in paths if path.is_file()) < 2_500_000


@pytest.mark.parametrize("content", [b"[1]", b"\x00\xff", b'{"format": 1}'])
@pytest.mark.parametrize("kind", ["slim-*.json", "start-*.json"])
def test_a_damaged_json_file_is_not_used(kind: str, content: bytes, here: Machine) -> None:
    assert trusted(here, kind)
    cached(here, kind).write_bytes(content)
    assert trusted(here, kind) is None


def test_a_plan_for_other_files_of_jsii_is_not_used(here: Machine) -> None:
    file = cached(here, "start-*.json")
    plan = json.loads(file.read_text())
    for name in ("process.py", "bin__jsii-runtime.js", "lib__program.js"):
        (identity,) = (source for source in plan["jsii"] if source[0].endswith(name))
        identity[1] += 1
        file.write_text(json.dumps(plan))
        assert cached_plan() is None
        identity[1] -= 1
    file.write_text(json.dumps(plan))
    assert cached_plan()


def test_a_plan_that_was_not_written_for_a_month_is_removed(here: Machine) -> None:
    plan = cached_plan()
    assert plan
    others = [here.cache / f"start-{name}.json" for name in ("old", "new")]
    for other in others:
        other.write_text("{}")
    os.utime(others[0], (0, time.time() - UNUSED_SECONDS - 60))
    cache_plan(plan)
    assert [other.exists() for other in others] == [False, True]
    assert cached_plan() == plan


def damage(file: Path, how: str) -> None:
    content = file.read_bytes()
    half = content[: len(content) // 2]
    if how == "deleted":
        file.unlink()
    elif how == "truncated":
        file.write_bytes(half)
    else:
        file.write_bytes(half + b"throw 1;" + content[len(half) + 8 :])


@pytest.mark.parametrize("how", ["truncated", "changed", "deleted"])
@pytest.mark.parametrize("kind", ["slim-*.tgz", "runtime-*/program.js", "runtime-*/kernel.js"])
def test_a_damaged_file_is_not_used(kind: str, how: str, here: Machine) -> None:
    assert trusted(here, kind)
    damage(cached(here, kind), how)
    assert not trusted(here, kind)


@pytest.mark.parametrize("how", ["truncated", "deleted"])
def test_compiled_code_without_its_index_is_not_used(how: str, here: Machine) -> None:
    assert compiled_pieces()
    damage(cached(here, "python-*.bin"), how)
    assert compiled_pieces() == {}


def test_damaged_pieces_of_compiled_code_are_not_used(here: Machine) -> None:
    intact = compiled_pieces()
    file = cached(here, "python-*.bin")
    # The result is still valid code, but that of another module.
    file.write_bytes(file.read_bytes().replace(b"provider-aws.lb.Lb", b"provider-aws.xy.Xy"))
    pieces = compiled_pieces()
    assert pieces.keys() == intact.keys()
    assert {key for key, code in pieces.items() if code not in (None, intact[key])} == set()
    assert 0 < list(pieces.values()).count(None) < len(pieces)


def test_node_starts_early_although_the_cached_provider_is_damaged(warm: Machine) -> None:
    files = {cached(warm, kind): cached(warm, kind).read_bytes() for kind in KINDS[2:]}
    for file in files:
        damage(file, "changed")
    result = warm.synthesize()
    assert result.started == IN_ONE_NODE
    assert result.errors.count("\n") <= 1
    assert {file: file.read_bytes() for file in files} == files


# From the second line on, nothing can be written to the cache.
FULL_DISK = """
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
import errno, navra_jsii.assemblies.store as store
def full(*_): raise OSError(errno.ENOSPC, "No space left on device")
store.write_private = full
SqsQueue(TerraformStack(App(), "other"), "queue", name="q")
"""


def test_a_further_module_on_a_full_disk_loads_the_whole_assembly(warm: Machine) -> None:
    result = warm.synthesize(PROGRAM.replace("print(Testing", f"{FULL_DISK}print(Testing", 1))
    assert result.errors.count("\n") == 1
    assert "all of @cdktf/provider-aws is loaded: [Errno 28]" in result.errors


# From the second line on, node refuses each new assembly.
REFUSED = """
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
import navra_jsii.assemblies.slim as slim
slim._index = lambda _: b"throw new Error('refused');"
SqsQueue(TerraformStack(App(), "other"), "queue", name="q")
"""


def test_an_assembly_that_node_refuses_is_not_used_again(warm: Machine) -> None:
    result = warm.synthesize(PROGRAM.replace("print(Testing", f"{REFUSED}print(Testing", 1))
    assert result.errors.count("\n") == 1
    assert "all of @cdktf/provider-aws is loaded: refused" in result.errors
    assert not list(warm.cache.glob("slim-*.json"))
    # The next program builds an assembly with only its own modules.
    assert warm.synthesize().errors == ""


def test_a_cache_that_cannot_be_created_is_logged_in_one_line(
    here: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(here.cache.parent)
    here.cache.parent.write_text("a file")
    monkeypatch.setattr(log, "_warned", False)
    assert cached_plan() is None
    assert compiled_pieces() == {}
    for _ in range(2):
        assert not writes_a_lasting_cache()
    (message,) = caplog.messages
    assert "nothing can be cached for the next run" in message


@pytest.mark.parametrize("home", ["/proc/no/home", "/dev/null"])
def test_a_home_that_is_not_writable_is_not_used(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "JSII_RUNTIME_PACKAGE_CACHE_ROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE", "")
    monkeypatch.setenv("HOME", home)
    assert not writes_a_lasting_cache()
    assert cached_plan() is None
    provide_cache()
    assert os.environ["JSII_RUNTIME_PACKAGE_CACHE"] == "disabled"


def test_a_program_works_with_a_home_that_is_not_writable(machine: Machine) -> None:
    # Neither cache can be used. jsii would hang if it used its own cache below /proc.
    result = machine.synthesize(HOME="/proc/no/home")
    assert result.started == IN_ONE_NODE
    assert result.errors.count("\n") == 1


def test_a_program_works_without_the_package_cache_of_jsii(fresh: Machine) -> None:
    assert fresh.run(CONSTRUCTS).status == 0
    cache = str(fresh.home / ".cache")
    result = fresh.run(CONSTRUCTS, HOME="/proc/no/home", XDG_CACHE_HOME=cache)
    assert (result.status, result.output) == (0, f"root {IN_ONE_NODE}\n")
    assert result.errors.count("\n") == 1
    assert "unpacks the bindings in every run" in result.errors


def test_a_cache_that_is_not_writable_is_copied_for_the_run(
    here: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = compiled_pieces()
    plan = cached_plan()
    assert plan is not None
    assert before
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != here.cache and access(path, mode))
    monkeypatch.setattr(log, "_warned", False)
    copied = cached_plan()
    assert copied is not None
    assert copied.runtime.digests == plan.runtime.digests
    assert [assembly.modules for assembly in copied.assemblies()] == [
        assembly.modules for assembly in plan.assemblies()
    ]
    assert compiled_pieces().keys() == before.keys()
    assert not writes_a_lasting_cache()
    (message,) = caplog.messages
    assert message == f"nothing can be cached for the next run: {here.cache} is not writable"


@pytest.mark.skipif(os.geteuid() == 0, reason="root can write to every directory")
def test_a_program_works_with_a_read_only_cache(machine: Machine) -> None:
    (machine.home / ".cache").mkdir(mode=0o500)
    assert machine.synthesize().errors.count("\n") == 1


def assert_rejected(message: str) -> None:
    """Check that this process uses nothing from the cache, and that the error gives the reason."""
    with pytest.raises(OSError, match=message):
        private_directory()
    assert not writes_a_lasting_cache()
    assert cached_plan() is None
    assert compiled_pieces() == {}


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o755])
def test_a_cache_that_is_accessible_to_other_users_is_rejected(mode: int, here: Machine) -> None:
    assert cached_plan()
    here.cache.chmod(mode)
    assert_rejected("accessible to other users")


def test_a_cache_below_a_directory_that_other_users_can_write_to_is_rejected(
    here: Machine,
) -> None:
    assert cached_plan()
    (here.home / ".cache").chmod(0o777)
    assert_rejected("writable by other users")


def replace_by_link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name(f"other.{path.name}")))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_a_link_or_accessible_to_other_users_is_rejected(
    kind: str, here: Machine
) -> None:
    file = cached(here, kind)
    assert trusted(here, kind)
    file.chmod(0o640)
    assert not trusted(here, kind)
    file.chmod(0o600)
    assert trusted(here, kind)
    replace_by_link(file)
    assert not trusted(here, kind)


@pytest.mark.parametrize("directory", ["navra-jsii", "runtime-*"])
def test_a_directory_that_is_a_link_is_rejected(directory: str, here: Machine) -> None:
    plan = cached_plan()
    assert plan
    replace_by_link(here.cache if directory == "navra-jsii" else cached(here, directory))
    assert cached_plan() is None
    if directory == "navra-jsii":
        before = state(here.cache)
        assert_rejected("is a link")
        cache_plan(plan)
        assert state(here.cache) == before


def state(folder: Path) -> set[tuple[str, int, int]]:
    """Name, inode and time of all files, to detect that a file was written."""
    return {(path.name, path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*")}


@as_root
@pytest.mark.parametrize("directory", [".", ".."])
def test_a_cache_that_another_user_owns_is_rejected(directory: str, here: Machine) -> None:
    assert cached_plan()
    os.chown(here.cache / directory, 12345, 12345)
    assert_rejected("belongs to another user")


@as_root
@pytest.mark.parametrize("kind", [*KINDS, "runtime-*"])
def test_a_file_that_another_user_owns_is_rejected(kind: str, here: Machine) -> None:
    assert trusted(here, kind)
    os.chown(cached(here, kind), 12345, 12345)
    assert not trusted(here, kind)
    if kind != "runtime-*":
        with pytest.raises(OSError, match="belongs to another user"):
            read_private(cached(here, kind))


def test_a_program_works_with_a_cache_that_is_accessible_to_other_users(warm: Machine) -> None:
    cached(warm, "runtime-*/program.js").write_text("throw new Error('run')")
    warm.cache.chmod(0o770)
    result = warm.synthesize()
    assert result.started == IN_ONE_NODE
    assert "accessible to other users" in result.errors
    assert result.errors.count("\n") == 1


def test_a_program_replaces_damaged_files_and_files_of_other_users(warm: Machine) -> None:
    """Only root can create files of other users, so the test does that only as root."""
    files = {cached(warm, kind): cached(warm, kind).read_bytes() for kind in KINDS}
    for file in list(files)[:2]:
        damage(file, "changed")
    if os.geteuid() == 0:
        for file in files:
            os.chown(file, 12345, 12345)
    result = warm.synthesize()
    assert result.started == IN_ONE_NODE
    assert result.errors.count("\n") <= 1
    for file, content in files.items():
        assert file.stat().st_uid == os.geteuid()
        if file.name.startswith("start-"):  # its content depends on the home directory
            assert file.read_bytes()[:1] == b"{"
        else:
            assert file.read_bytes() == content


def test_eight_concurrent_programs_rebuild_a_deleted_cache(here: Machine) -> None:
    assert all(trusted(here, kind) for kind in KINDS)
    shutil.rmtree(here.cache.parent)
    for process in [here.start(PROGRAM) for _ in range(8)]:
        output, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
        assert ProgramResult(0, output, errors).document == DOCUMENT
    assert all(trusted(here, kind) for kind in KINDS)
    assert here.synthesize().started == IN_ONE_NODE
    assert not [path for path in here.cache.rglob("*") if re.search(r"\.\d+\.\w{8}$", path.name)]
