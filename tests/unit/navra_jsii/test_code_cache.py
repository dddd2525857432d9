"""The code that V8 compiled is cached between runs, and does not change the results."""

import hashlib
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from navra_jsii.kernel.start_plan import cached_plan
from tests.support.cdktf_programs.sample_program import IN_ONE_NODE, SCRIPTS, Machine


def code(machine: Machine) -> Path:
    (file,) = machine.cache.glob("runtime-*/code-*")
    return file


class Modules:
    """Runs modules of a folder in node with the code cache, as the kernel does."""

    SCRIPT = """
        const [, folder, ...names] = process.argv;
        require(`${folder}/code_cache.js`).useCodeCache();
        console.log(names.map((name) => require(`${folder}/${name}`)()).join());
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copy(SCRIPTS / "code_cache.js", folder)
        for name in ("one", "two"):
            self.write(name, name)

    def write(self, name: str, result: str) -> None:
        """Write a module whose function calls 50 other functions and returns a string."""
        lines = [f"function f{n}(x) {{ return x ? {n} : f{n + 1}(x) }}" for n in range(50)]
        text = "\n".join(
            [*lines, "function f50() {}", f"module.exports = () => (f0(0), '{result}');"]
        )
        (self.folder / f"{name}.js").write_text(text)

    def run(self, *names: str) -> str:
        command = [os.environ["JSII_NODE"], "-e", self.SCRIPT, str(self.folder), *names]
        completed = subprocess.run(command, capture_output=True, text=True, check=True)
        assert completed.stderr == ""
        return completed.stdout.strip()

    @property
    def code(self) -> Path:
        (file,) = self.folder.glob("code-*")
        return file


@pytest.fixture
def modules(tmp_path: Path) -> Modules:
    """Two modules; the code of the module `one` is cached."""
    modules = Modules(tmp_path)
    assert modules.run("one") == "one"
    return modules


def test_cached_code_is_used_and_not_written_again(warm: Machine) -> None:
    # It would be written if the code of a module were missing or were rejected by V8.
    before = code(warm).stat()
    assert warm.synthesize().started == IN_ONE_NODE
    assert code(warm).stat().st_ino == before.st_ino
    assert stat.S_IMODE(before.st_mode) == 0o600


def test_the_code_of_further_modules_is_added(modules: Modules) -> None:
    before = modules.code.stat().st_size
    assert modules.run("two") == "two"
    more = modules.code.stat()
    assert more.st_size > before
    assert modules.run("one", "two") == "one,two"
    assert modules.code.stat().st_ino == more.st_ino


def flip_bit(content: bytes, position: int) -> bytes:
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: flip_bit(content, 35),  # the length of the index
        lambda content: flip_bit(content, 40),  # the index
        lambda content: flip_bit(content, len(content) // 2),
        lambda content: flip_bit(content, len(content) - 1),
    ],
)
def test_damaged_code_is_written_again(damage: Callable[[bytes], bytes], modules: Modules) -> None:
    file = modules.code
    intact = file.stat()
    file.write_bytes(damage(file.read_bytes()))
    assert modules.run("one") == "one"
    assert file.stat().st_ino != intact.st_ino
    assert file.stat().st_size == pytest.approx(intact.st_size, rel=0.1)


def test_damaged_code_of_a_kernel_is_written_again(warm: Machine) -> None:
    file = code(warm)
    intact = file.stat()
    file.write_bytes(flip_bit(file.read_bytes(), intact.st_size // 2))
    result = warm.synthesize()
    assert (result.started, result.errors) == (IN_ONE_NODE, "")
    assert file.stat().st_ino != intact.st_ino
    assert file.stat().st_size == pytest.approx(intact.st_size, rel=0.1)


def test_code_in_a_link_or_accessible_to_other_users_is_not_used(modules: Modules) -> None:
    file = modules.code
    file.chmod(0o640)
    modules.run("one")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    elsewhere = file.rename(modules.folder / "elsewhere")
    file.symlink_to(elsewhere)
    modules.run("one")
    assert not file.is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can change the owner of a file")
def test_code_that_another_user_owns_is_not_used(modules: Modules) -> None:
    os.chown(modules.code, 12345, 12345)
    modules.run("one")
    assert modules.code.stat().st_uid == os.geteuid()


def test_modules_run_if_the_code_cannot_be_written(modules: Modules) -> None:
    file = modules.code
    file.unlink()
    file.mkdir()  # a file cannot be renamed to a directory
    assert modules.run("one") == "one"
    assert modules.code == file


def test_code_of_another_source_of_the_same_length_is_not_used(modules: Modules) -> None:
    # V8 itself compares only the length of the source.
    modules.write("one", "eno")
    assert modules.run("one") == "eno"


def test_a_program_of_another_version_is_not_run(here: Machine) -> None:
    assert cached_plan()
    (plan,) = here.cache.glob("start-*.json")
    (program,) = here.cache.glob("runtime-*/program.js")
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    program.write_text("throw new Error('run')")
    changed_digest = hashlib.sha256(program.read_bytes()).hexdigest()
    plan.write_text(plan.read_text().replace(digest, changed_digest))
    assert cached_plan() is None


def test_a_runtime_of_another_format_is_not_run(here: Machine) -> None:
    assert cached_plan()
    (plan,) = here.cache.glob("start-*.json")
    (runtime,) = here.cache.glob("runtime-*")
    other = runtime.rename(runtime.with_name("runtime-1-older"))
    plan.write_text(plan.read_text().replace(runtime.name, other.name))
    assert cached_plan() is None
