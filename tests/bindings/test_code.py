"""What V8 compiled of the modules, as it is kept from run to run, and what is not changed by it."""

import hashlib
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bindings.small import AS_PUBLISHED, IN_ONE_NODE, PROGRAM, Machine

WRONG = """
import navra_stacks.bindings
from cdktf import App, TerraformStack
app = App()
TerraformStack(app, "same")
try:
    TerraformStack(app, "same")
except RuntimeError as error:
    print(error.__cause__)
"""

MORE = PROGRAM.replace(
    "print(Testing",
    """from cdktf_cdktf_provider_aws.vpc import Vpc
Vpc(TerraformStack(App(), "other"), "vpc")
print(Testing""",
    1,
)


def code(machine: Machine) -> Path:
    (file,) = machine.cache.glob("runtime-*/code-*")
    return file


@pytest.fixture(scope="module")
def compiled(used: Machine, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine on which the code of the program's modules is kept."""
    home = tmp_path_factory.mktemp("compiled") / "home"
    shutil.copytree(used.home, home, symlinks=True)
    machine = Machine(used.provider, home)
    machine.synthesized()
    return machine


@pytest.fixture
def kept(compiled: Machine, tmp_path: Path) -> Machine:
    """One of its own for each test."""
    shutil.copytree(compiled.home, tmp_path / "home", symlinks=True)
    return Machine(compiled.provider, tmp_path / "home")


def test_what_is_kept_is_used_and_not_written_again(kept: Machine) -> None:
    # It would be if a module lacked, or V8 refused its part.
    before = code(kept).stat()
    assert kept.synthesized().started == IN_ONE_NODE
    assert code(kept).stat().st_ino == before.st_ino
    assert stat.S_IMODE(before.st_mode) == 0o600


def test_what_a_program_uses_more_is_added(kept: Machine) -> None:
    before = code(kept).stat().st_size
    kept.synthesized(MORE)
    more = code(kept).stat()
    assert more.st_size > before
    kept.synthesized()
    assert code(kept).stat().st_ino == more.st_ino


def test_a_kernel_that_nobody_needs_keeps_nothing(warm: Machine) -> None:
    # Little of its modules was called.
    assert warm.run("import navra_stacks.bindings").status == 0
    assert not list(warm.cache.glob("runtime-*/code-*"))


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: flipped(content, 35),  # the length of the index
        lambda content: flipped(content, 40),  # the index
        lambda content: flipped(content, len(content) // 2),
        lambda content: flipped(content, len(content) - 1),
    ],
)
def test_what_is_damaged_is_written_again(damage: Callable[[bytes], bytes], kept: Machine) -> None:
    file = code(kept)
    sound = len(file.read_bytes())
    file.write_bytes(damage(file.read_bytes()))
    before = file.stat().st_ino
    done = kept.synthesized()
    assert (done.started, done.errors) == (IN_ONE_NODE, "")
    assert file.stat().st_ino != before
    assert file.stat().st_size == pytest.approx(sound, rel=0.1)


def test_what_others_can_read_or_a_link_leads_to_is_not_used(kept: Machine) -> None:
    file = code(kept)
    file.chmod(0o640)
    kept.synthesized()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    elsewhere = file.rename(kept.home / "elsewhere")
    file.symlink_to(elsewhere)
    kept.synthesized()
    assert not file.is_symlink()


def test_a_directory_that_cannot_be_written_to_does_not_matter(kept: Machine) -> None:
    file = code(kept)
    file.unlink()
    file.mkdir()  # nothing is renamed to it
    done = kept.synthesized()
    assert (done.started, done.errors) == (IN_ONE_NODE, "")
    assert [one.name for one in file.parent.glob("code-*")] == [file.name]


def test_an_error_tells_where_it_was_raised_now(kept: Machine) -> None:
    traces = []
    for mode in ("quick", "lazy"):
        text = kept.run(WRONG, NAVRA_BINDINGS=mode).output
        assert len(set(re.findall(r"/jsii-kernel-\w+/", text))) == 1
        traces.append(re.findall(r"node_modules/\S+", text))
    assert traces[0] == traces[1] != []


def test_of_another_source_nothing_is_used(kept: Machine) -> None:
    # As long as it was, which is all that V8 looks at.
    packages = kept.home / ".cache/aws/jsii/package-cache/@cdktf"
    for file in packages.rglob("lib/lb/index.js"):
        file.write_text(file.read_text().replace("'aws_lb'", "'aws_xy'"))
    done = kept.run()
    assert done.started == IN_ONE_NODE
    assert '"aws_xy": {' in done.output


def test_the_program_of_another_version_is_not_run(warm: Machine) -> None:
    (note,) = warm.cache.glob("start-*.json")
    (program,) = warm.cache.glob("runtime-*/program.js")
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    program.write_text("throw new Error('run')")
    now = hashlib.sha256(program.read_bytes()).hexdigest()
    note.write_text(note.read_text().replace(digest, now))
    done = warm.synthesized()
    assert (done.started, done.errors) == (AS_PUBLISHED, "")


def test_a_kernel_of_another_format_is_not_run(warm: Machine) -> None:
    (note,) = warm.cache.glob("start-*.json")
    (home,) = warm.cache.glob("runtime-*")
    other = home.rename(home.with_name("runtime-1-older"))
    note.write_text(note.read_text().replace(home.name, other.name))
    assert warm.synthesized().started == AS_PUBLISHED
    assert warm.synthesized().started == IN_ONE_NODE
