"""What V8 compiled of the modules, as it is kept from run to run, and what is not changed by it."""

import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from navra_stacks.bindings.start import noted_plan
from tests.support.bindings.sample_program import BINDINGS, IN_ONE_NODE, Machine


def code(machine: Machine) -> Path:
    (file,) = machine.cache.glob("runtime-*/code-*")
    return file


class Modules:
    """A folder of modules, and a node that runs some of them as the kernel runs its own."""

    SCRIPT = """
        const [, folder, ...names] = process.argv;
        require(`${folder}/code.js`).compileQuickly();
        console.log(names.map((name) => require(`${folder}/${name}`)()).join());
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(BINDINGS / "code.js", folder)
        for name in ("one", "two"):
            self.write(name, name)

    def write(self, name: str, said: str) -> None:
        """A module that says something, with 50 functions that it calls."""
        lines = [f"function f{n}(x) {{ return x ? {n} : f{n + 1}(x) }}" for n in range(50)]
        text = "\n".join(
            [*lines, "function f50() {}", f"module.exports = () => (f0(0), '{said}');"]
        )
        (self.folder / f"{name}.js").write_text(text)

    def run(self, *names: str) -> str:
        command = [os.environ["JSII_NODE"], "-e", self.SCRIPT, str(self.folder), *names]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        return done.stdout.strip()

    @property
    def code(self) -> Path:
        (file,) = self.folder.glob("code-*")
        return file


@pytest.fixture
def modules(tmp_path: Path) -> Modules:
    """Of which the code of one is kept."""
    modules = Modules(tmp_path)
    assert modules.run("one") == "one"
    return modules


def test_what_is_kept_is_used_and_not_written_again(warm: Machine) -> None:
    # It would be if a module lacked, or V8 refused its part.
    before = code(warm).stat()
    assert warm.synthesized().started == IN_ONE_NODE
    assert code(warm).stat().st_ino == before.st_ino
    assert stat.S_IMODE(before.st_mode) == 0o600


def test_what_a_program_uses_more_is_added(modules: Modules) -> None:
    before = modules.code.stat().st_size
    assert modules.run("two") == "two"
    more = modules.code.stat()
    assert more.st_size > before
    assert modules.run("one", "two") == "one,two"
    assert modules.code.stat().st_ino == more.st_ino


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
def test_what_is_damaged_is_written_again(
    damage: Callable[[bytes], bytes], modules: Modules
) -> None:
    file = modules.code
    sound = file.stat()
    file.write_bytes(damage(file.read_bytes()))
    assert modules.run("one") == "one"
    assert file.stat().st_ino != sound.st_ino
    assert file.stat().st_size == pytest.approx(sound.st_size, rel=0.1)


def test_what_is_damaged_of_a_kernel_is_written_again(warm: Machine) -> None:
    file = code(warm)
    sound = file.stat()
    file.write_bytes(flipped(file.read_bytes(), sound.st_size // 2))
    done = warm.synthesized()
    assert (done.started, done.errors) == (IN_ONE_NODE, "")
    assert file.stat().st_ino != sound.st_ino
    assert file.stat().st_size == pytest.approx(sound.st_size, rel=0.1)


def test_what_others_can_read_or_a_link_leads_to_is_not_used(modules: Modules) -> None:
    file = modules.code
    file.chmod(0o640)
    modules.run("one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    elsewhere = file.rename(modules.folder / "elsewhere")
    file.symlink_to(elsewhere)
    modules.run("one")
    assert not file.is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_another_user_owns_is_not_used(modules: Modules) -> None:
    os.chown(modules.code, 12345, 12345)
    modules.run("one")
    assert modules.code.stat().st_uid == os.geteuid()


def test_a_directory_that_cannot_be_written_to_does_not_matter(modules: Modules) -> None:
    file = modules.code
    file.unlink()
    file.mkdir()  # nothing is renamed to it
    assert modules.run("one") == "one"
    assert modules.code == file


def test_of_another_source_nothing_is_used(modules: Modules) -> None:
    # As long as it was, which is all that V8 looks at.
    modules.write("one", "eno")
    assert modules.run("one") == "eno"


def test_the_program_of_another_version_is_not_run(here: Machine) -> None:
    assert noted_plan()
    (note,) = here.cache.glob("start-*.json")
    (program,) = here.cache.glob("runtime-*/program.js")
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    program.write_text("throw new Error('run')")
    now = hashlib.sha256(program.read_bytes()).hexdigest()
    note.write_text(note.read_text().replace(digest, now))
    assert noted_plan() is None


def test_a_kernel_of_another_format_is_not_run(here: Machine) -> None:
    assert noted_plan()
    (note,) = here.cache.glob("start-*.json")
    (home,) = here.cache.glob("runtime-*")
    other = home.rename(home.with_name("runtime-1-older"))
    note.write_text(note.read_text().replace(home.name, other.name))
    assert noted_plan() is None
