"""Whatever lies in the cache, or cannot lie there, a program synthesizes the same.

What the library refuses is asked of it in this process; one program for each kind of trouble shows
that it does without all that is refused.
"""

import json
import os
import re
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.bindings import compiled, store
from navra_stacks.bindings.node import provide_cache
from navra_stacks.bindings.private import private_directory, read_private
from navra_stacks.bindings.start import note_plan, noted_plan
from navra_stacks.bindings.store import Store
from tests.support.bindings.provider_packages import PACKAGE
from tests.support.bindings.sample_program import (
    AS_PUBLISHED,
    CONSTRUCTS,
    DOCUMENT,
    IN_ONE_NODE,
    PROGRAM,
    Done,
    Machine,
    Ran,
)

KINDS = ["start-*.json", "runtime-*/program.js", "slim-*.json", "slim-*.tgz", "python-*.bin"]
"""What node is started from, and then what is loaded."""

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")


def one(machine: Machine, kind: str) -> Path:
    (found,) = machine.cache.glob(kind)
    return found


def codes(machine: Machine) -> dict[tuple[str, str], Any]:
    """What is read of the code that Python has compiled of each piece of a module."""
    cache = compiled._Cache()
    return {
        (file, name): cache.code(noted, name)
        for file, noted in cache._modules.items()
        for name in list(noted.places)
    }


def lasting() -> bool:
    """Whether this process would leave something for the next."""
    store = Store()
    if not store.lasting:
        assert store.put("file", b"text").read_bytes() == b"text"
        store._temporary.cleanup()
    return store.lasting


def trusted(machine: Machine, kind: str) -> object:
    """What this process takes from the cache that `kind` is part of; nothing if it refuses it."""
    if kind.startswith(("start", "runtime")):
        return noted_plan()
    if kind.startswith("slim"):
        (tarball,) = (machine.provider / PACKAGE / "_jsii").glob("*.tgz")
        return Store().known(tarball)
    return codes(machine)


@pytest.fixture(autouse=True)
def never_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of these caches outlives the test in this process."""
    monkeypatch.setattr(compiled.atexit, "register", lambda _: None)


def test_a_second_run_finds_all_that_the_first_has_built(first_run: Ran, warm: Machine) -> None:
    before = state(warm.cache)
    again = warm.synthesized()
    assert state(warm.cache) == before
    for done in (first_run[1], again):
        assert (done.started, done.errors) == (IN_ONE_NODE, "")


def test_what_is_cached_is_small_and_private(first_run: Ran) -> None:
    machine, _ = first_run
    found = [machine.cache, *machine.cache.rglob("*")]
    assert {path.stat().st_mode & 0o077 for path in found} == {0}
    assert sum(path.stat().st_size for path in found if path.is_file()) < 2_500_000


@pytest.mark.parametrize("content", [b"[1]", b"\x00\xff", b'{"format": 1}'])
@pytest.mark.parametrize("kind", ["slim-*.json", "start-*.json"])
def test_a_damaged_note_is_not_used(kind: str, content: bytes, here: Machine) -> None:
    assert trusted(here, kind)
    one(here, kind).write_bytes(content)
    assert trusted(here, kind) is None


def test_a_note_of_other_files_of_jsii_is_not_used(here: Machine) -> None:
    note = one(here, "start-*.json")
    noted = json.loads(note.read_text())
    for file in ("process.py", "bin__jsii-runtime.js", "lib__program.js"):
        (identity,) = (one for one in noted["jsii"] if one[0].endswith(file))
        identity[1] += 1
        note.write_text(json.dumps(noted))
        assert noted_plan() is None
        identity[1] -= 1
    note.write_text(json.dumps(noted))
    assert noted_plan()


def test_a_note_of_an_interpreter_that_is_no_longer_used_goes(here: Machine) -> None:
    plan = noted_plan()
    assert plan
    others = [here.cache / f"start-{name}.json" for name in ("old", "new")]
    for other in others:
        other.write_text("{}")
    os.utime(others[0], (0, time.time() - store.UNUSED - 60))
    note_plan(plan)
    assert [other.exists() for other in others] == [False, True]
    assert noted_plan() == plan


def damage(file: Path, how: str) -> None:
    content = file.read_bytes()
    half = content[: len(content) // 2]
    if how == "gone":
        file.unlink()
    else:
        file.write_bytes(half if how == "cut" else half + b"throw 1;" + content[len(half) + 8 :])


@pytest.mark.parametrize("how", ["cut", "changed", "gone"])
@pytest.mark.parametrize("kind", ["slim-*.tgz", "runtime-*/program.js", "runtime-*/kernel.js"])
def test_a_damaged_file_is_not_used(kind: str, how: str, here: Machine) -> None:
    assert trusted(here, kind)
    damage(one(here, kind), how)
    assert not trusted(here, kind)


@pytest.mark.parametrize("how", ["cut", "gone"])
def test_of_compiled_code_without_its_end_nothing_is_used(how: str, here: Machine) -> None:
    assert codes(here)
    damage(one(here, "python-*.bin"), how)
    assert codes(here) == {}


def test_of_compiled_code_what_is_damaged_is_not_used(here: Machine) -> None:
    sound = codes(here)
    file = one(here, "python-*.bin")
    # As Python reads it, it is code: only that of another module.
    file.write_bytes(file.read_bytes().replace(b"provider-aws.lb.Lb", b"provider-aws.xy.Xy"))
    now = codes(here)
    assert now.keys() == sound.keys()
    assert {key for key, code in now.items() if code not in (None, sound[key])} == set()
    assert 0 < list(now.values()).count(None) < len(now)


def test_of_a_damaged_provider_the_node_is_not_lost(warm: Machine) -> None:
    files = {one(warm, kind): one(warm, kind).read_bytes() for kind in KINDS[2:]}
    for file in files:
        damage(file, "changed")
    done = warm.synthesized()
    assert done.started == IN_ONE_NODE
    assert done.errors.count("\n") <= 1
    assert {file: file.read_bytes() for file in files} == files


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


def test_a_cache_that_cannot_be_made_is_told_in_one_line(
    here: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(here.cache.parent)
    here.cache.parent.write_text("a file")
    monkeypatch.setattr(store, "_warned", False)
    assert noted_plan() is None
    assert codes(here) == {}
    for _ in range(2):
        assert not lasting()
    (told,) = caplog.messages
    assert "cannot be kept for the next run" in told


@pytest.mark.parametrize("home", ["/proc/no/home", "/dev/null"])
def test_a_home_that_cannot_be_written_to_is_not_used(
    home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "JSII_RUNTIME_PACKAGE_CACHE_ROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE", "")
    monkeypatch.setenv("HOME", home)
    assert not lasting()
    assert noted_plan() is None
    provide_cache()
    assert os.environ["JSII_RUNTIME_PACKAGE_CACHE"] == "disabled"


def test_a_home_that_cannot_be_written_to_does_not_matter(machine: Machine) -> None:
    # Neither our cache nor jsii's, which waits for ever below /proc where it is asked to use one.
    done = machine.synthesized(HOME="/proc/no/home")
    assert done.started == AS_PUBLISHED
    assert done.errors.count("\n") == 1


def test_the_package_cache_of_jsii_is_not_needed(fresh: Machine) -> None:
    assert fresh.run(CONSTRUCTS).status == 0
    cache = str(fresh.home / ".cache")
    done = fresh.run(CONSTRUCTS, HOME="/proc/no/home", XDG_CACHE_HOME=cache)
    assert (done.status, done.output) == (0, f"root {IN_ONE_NODE}\n")
    assert done.errors.count("\n") == 1
    assert "unpacks the bindings at each run" in done.errors


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_does_not_matter(machine: Machine) -> None:
    (machine.home / ".cache").mkdir(mode=0o500)
    assert machine.synthesized().errors.count("\n") == 1


def refused(machine: Machine, why: str) -> None:
    """Assert that this process takes nothing from the cache, and says why."""
    with pytest.raises(OSError, match=why):
        private_directory()
    assert not lasting()
    assert noted_plan() is None
    assert codes(machine) == {}


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o755])
def test_a_cache_that_others_can_reach_is_refused(mode: int, here: Machine) -> None:
    assert noted_plan()
    here.cache.chmod(mode)
    refused(here, "open to others")


def test_a_directory_above_that_others_can_write_to_is_refused(here: Machine) -> None:
    assert noted_plan()
    (here.home / ".cache").chmod(0o777)
    refused(here, "can be written by others")


def replace_by_link(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name(f"other.{path.name}")))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_others_can_reach_or_a_link_leads_to_is_refused(
    kind: str, here: Machine
) -> None:
    file = one(here, kind)
    assert trusted(here, kind)
    file.chmod(0o640)
    assert not trusted(here, kind)
    file.chmod(0o600)
    assert trusted(here, kind)
    replace_by_link(file)
    assert not trusted(here, kind)


@pytest.mark.parametrize("what", ["bindings", "runtime-*"])
def test_a_directory_that_a_link_leads_to_is_refused(what: str, here: Machine) -> None:
    plan = noted_plan()
    assert plan
    replace_by_link(here.cache if what == "bindings" else one(here, what))
    assert noted_plan() is None
    if what == "bindings":
        before = state(here.cache)
        refused(here, "not what was left there")
        with pytest.raises(OSError, match="not what was left there"):
            note_plan(plan)
        assert state(here.cache) == before


def state(folder: Path) -> set[tuple[str, int, int]]:
    return {(path.name, path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*")}


@as_root
@pytest.mark.parametrize("what", [".", ".."])
def test_a_cache_that_another_user_owns_is_refused(what: str, here: Machine) -> None:
    assert noted_plan()
    os.chown(here.cache / what, 12345, 12345)
    refused(here, "belongs to another user")


@as_root
@pytest.mark.parametrize("kind", [*KINDS, "runtime-*"])
def test_what_another_user_owns_is_refused(kind: str, here: Machine) -> None:
    assert trusted(here, kind)
    os.chown(one(here, kind), 12345, 12345)
    assert not trusted(here, kind)
    if kind != "runtime-*":
        with pytest.raises(OSError, match="belongs to another user"):
            read_private(one(here, kind))


def test_a_cache_that_others_can_reach_does_not_matter(warm: Machine) -> None:
    one(warm, "runtime-*/program.js").write_text("throw new Error('run')")
    warm.cache.chmod(0o770)
    done = warm.synthesized()
    assert done.started == AS_PUBLISHED
    assert "open to others" in done.errors
    assert done.errors.count("\n") == 1


def test_damage_costs_time_alone(warm: Machine) -> None:
    """As does what another user owns, which only root can make."""
    files = {one(warm, kind): one(warm, kind).read_bytes() for kind in KINDS}
    for file in list(files)[:2]:
        damage(file, "changed")
    if os.geteuid() == 0:
        for file in files:
            os.chown(file, 12345, 12345)
    done = warm.synthesized()
    assert done.started == IN_ONE_NODE
    assert done.errors.count("\n") <= 1
    for file, content in files.items():
        assert file.stat().st_uid == os.geteuid()
        if file.name.startswith("start-"):  # it names the directory, which was another
            assert file.read_bytes()[:1] == b"{"
        else:
            assert file.read_bytes() == content


def test_a_deleted_cache_is_built_anew_by_eight_programs_at_once(here: Machine) -> None:
    assert all(trusted(here, kind) for kind in KINDS)
    shutil.rmtree(here.cache.parent)
    for process in [here.start(PROGRAM) for _ in range(8)]:
        output, errors = process.communicate(timeout=120)
        assert (process.returncode, errors) == (0, "")
        assert Done(0, output, errors).document == DOCUMENT
    assert all(trusted(here, kind) for kind in KINDS)
    assert here.synthesized().started == IN_ONE_NODE
    assert not [path for path in here.cache.rglob("*") if re.search(r"\.\d+\.\w{8}$", path.name)]
