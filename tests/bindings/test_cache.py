"""Whatever lies in the cache, or cannot lie there, a program synthesizes the same."""

import os
from pathlib import Path

import pytest

from tests.bindings.small import AS_PUBLISHED, DOCUMENT, IN_ONE_NODE, PROGRAM, Machine


def test_a_second_run_starts_in_one_node_what_the_first_has_built(machine: Machine) -> None:
    first = machine.synthesized()
    built = {path.name for path in machine.cache.iterdir()}
    second = machine.synthesized()
    assert (first.started, second.started) == (AS_PUBLISHED, IN_ONE_NODE)
    assert (first.errors, second.errors) == ("", "")
    assert {path.name for path in machine.cache.iterdir()} == built


def test_what_is_cached_is_small_and_private(warm: Machine) -> None:
    found = [warm.cache, *warm.cache.rglob("*")]
    assert {path.stat().st_mode & 0o077 for path in found} == {0}
    assert sum(path.stat().st_size for path in found if path.is_file()) < 2_000_000


def test_a_deleted_cache_is_built_anew(warm: Machine) -> None:
    for path in sorted(warm.cache.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert warm.synthesized().started == AS_PUBLISHED
    assert warm.synthesized().started == IN_ONE_NODE


@pytest.mark.parametrize("content", [b"[1]", b"\x00\xff", b'{"format": 1}'])
@pytest.mark.parametrize("kind", ["slim-*.json", "start-*.json"])
def test_a_damaged_note_costs_time_alone(kind: str, content: bytes, warm: Machine) -> None:
    (note,) = warm.cache.glob(kind)
    note.write_bytes(content)
    assert warm.synthesized().errors.count("\n") <= 1
    assert note.read_bytes() != content


@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
@pytest.mark.parametrize("kind", ["slim-*.tgz", "runtime-*/program.js", "python-*.bin"])
def test_a_damaged_file_is_not_run(kind: str, damage: str, warm: Machine) -> None:
    (file,) = warm.cache.glob(kind)
    content = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        half = content[: len(content) // 2]
        file.write_bytes(half if damage == "cut" else half + b"throw 1;" + content[len(half) + 8 :])
    assert warm.synthesized().errors.count("\n") <= 1
    assert file.read_bytes() == content


# From its second line on, nothing can be written to the cache.
FULL = """
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
import errno, navra_stacks.bindings.store as store
def full(*_): raise OSError(errno.ENOSPC, "No space left on device")
store.write_private = full
SqsQueue(TerraformStack(App(), "other"), "queue", name="q")
"""


def test_a_module_more_on_a_full_disk_is_loaded_with_all_others(warm: Machine) -> None:
    done = warm.synthesized(PROGRAM.replace("print(Testing", f"{FULL}print(Testing", 1))
    assert done.errors.count("\n") == 1
    assert "loaded whole: [Errno 28]" in done.errors


def test_a_cache_that_cannot_be_made_is_told_in_one_line(machine: Machine) -> None:
    (machine.home / ".cache").mkdir(mode=0o700)
    (machine.home / ".cache/navra-stacks").write_text("a file")
    done = machine.synthesized()
    assert done.errors.count("\n") == 1
    assert "cannot be kept for the next run" in done.errors


@pytest.mark.parametrize("home", ["/proc/no/home", "/dev/null"])
def test_a_home_that_cannot_be_written_to_does_not_matter(home: str, machine: Machine) -> None:
    done = machine.synthesized(HOME=home)
    assert done.errors.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_does_not_matter(machine: Machine) -> None:
    (machine.home / ".cache").mkdir(mode=0o500)
    assert machine.synthesized().errors.count("\n") == 1


def trap(folder: Path) -> None:
    """Leave in a cache what would tell that it was run."""
    for file in folder.rglob("program.js"):
        file.write_text("throw new Error('run')")


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o755])
def test_a_cache_that_others_can_reach_is_not_used(mode: int, warm: Machine) -> None:
    trap(warm.cache)
    warm.cache.chmod(mode)
    done = warm.synthesized()
    assert done.started == AS_PUBLISHED
    assert "open to others" in done.errors


def test_a_link_in_place_of_the_cache_is_not_followed(warm: Machine) -> None:
    trap(warm.cache)
    elsewhere = warm.home / "elsewhere"
    warm.cache.rename(elsewhere)
    warm.cache.symlink_to(elsewhere)
    assert warm.synthesized().started == AS_PUBLISHED


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
@pytest.mark.parametrize("what", ["", "..", "start-*.json", "runtime-*", "runtime-*/program.js"])
def test_what_another_user_owns_is_not_run(what: str, warm: Machine) -> None:
    trap(warm.cache)
    for path in warm.cache.glob(what) if "*" in what else [warm.cache / what]:
        os.chown(path, 12345, 12345)
    assert warm.synthesized().started == AS_PUBLISHED


def test_a_directory_above_that_others_can_write_to_is_refused(warm: Machine) -> None:
    trap(warm.cache)
    (warm.home / ".cache").chmod(0o777)
    done = warm.synthesized(JSII_RUNTIME_PACKAGE_CACHE="disabled")
    assert done.started == AS_PUBLISHED
    assert "can be written by others" in done.errors


def test_the_package_cache_of_jsii_is_not_needed(machine: Machine) -> None:
    for _ in range(2):
        machine.synthesized(JSII_RUNTIME_PACKAGE_CACHE="disabled")
    assert not (machine.home / ".cache/aws").exists()


def test_eight_processes_at_once_on_an_empty_cache(machine: Machine) -> None:
    processes = [machine.start(PROGRAM) for _ in range(8)]
    for process in processes:
        output, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
        assert output.startswith("{\n")
    assert machine.synthesized().document == DOCUMENT
    assert not [path for path in machine.cache.rglob("*") if path.name.count(".") > 1]
