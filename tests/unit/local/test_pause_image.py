"""The image that is written here: its executable, its archive, and when it is loaded."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import shutil
import struct
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from navra_stacks.local.engine import Image
from navra_stacks.local.pause_image import _executable, load_pause_image
from tests.unit.local.fake_engine import FakeEngine

X86 = platform.machine() in ("x86_64", "AMD64") and platform.system() == "Linux"


@pytest.mark.skipif(not X86, reason="the executable is for Linux on x86-64")
def test_the_executable_waits_for_a_signal(tmp_path: Path) -> None:
    path = tmp_path / "pause"
    path.write_bytes(_executable("amd64"))
    path.chmod(0o755)
    process = subprocess.Popen([path])
    time.sleep(0.2)
    try:
        assert process.poll() is None
        used = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        assert int(used.split()[11]) < 5, "it uses the processor"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("architecture", "machine"), [("amd64", 62), ("arm64", 183)])
def test_the_executable_has_one_segment_with_the_entry_point(
    architecture: str, machine: int
) -> None:
    content = _executable(architecture)
    assert content[:7] == b"\x7fELF\x02\x01\x01"
    type_, found, _, entry, offset = struct.unpack_from("<HHIQQ", content, 16)
    assert (type_, found, offset) == (2, machine, 64)
    kind, flags, start, address, _, size, in_memory, _ = struct.unpack_from(
        "<IIQQQQQQ", content, 64
    )
    assert (kind, flags, start) == (1, 5, 0)
    assert size == in_memory == len(content)
    assert address <= entry < address + size


def test_the_last_instruction_jumps_to_the_first_one() -> None:
    """A signal with a handler ends the system call, which has to be repeated."""
    x86, arm = (_executable(one)[120:] for one in ("amd64", "arm64"))
    assert x86[-2] == 0xEB  # jmp with a distance from the next instruction
    assert struct.unpack("<b", x86[-1:])[0] == -len(x86)
    (branch,) = struct.unpack("<I", arm[-4:])
    assert branch >> 26 == 0b000101  # b with a distance in instructions from itself
    assert (branch & 0x3FFFFFF) - (1 << 26) == -(len(arm) // 4 - 1)


@pytest.mark.skipif(shutil.which("qemu-aarch64") is None, reason="qemu-aarch64 is not installed")
def test_the_executable_for_arm64_waits_for_a_signal(tmp_path: Path) -> None:
    path = tmp_path / "pause"
    path.write_bytes(_executable("arm64"))
    path.chmod(0o755)
    process = subprocess.Popen(["qemu-aarch64", path])
    time.sleep(0.5)
    try:
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


class Loading(FakeEngine):
    """An engine that records the archive that it loads."""

    archive = b""

    def run(self, *arguments: str, **options: object) -> object:  # type: ignore[override]
        if arguments[0] == "load":
            self.archive = options["stdin"]  # type: ignore[assignment]
            self.images[loaded(self.archive)[0]["RepoTags"][0]] = Image("X86_64", "")
        return super().run(*arguments, **options)  # type: ignore[arg-type]


def loaded(archive: bytes) -> tuple[dict, dict[str, bytes]]:  # type: ignore[type-arg]
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        files = {
            name: member.read() for name in tar.getnames() if (member := tar.extractfile(name))
        }
    (manifest,) = json.loads(files["manifest.json"])
    return manifest, files


def test_the_image_is_loaded_once() -> None:
    engine = Loading()
    reference = load_pause_image(engine)
    assert load_pause_image(engine) == reference
    assert engine.commands("load") == [("load",)]


def test_the_archive_is_complete() -> None:
    engine = Loading()
    reference = load_pause_image(engine)
    manifest, files = loaded(engine.archive)
    assert manifest["RepoTags"] == [reference]
    configuration = files[manifest["Config"]]
    assert manifest["Config"] == f"{hashlib.sha256(configuration).hexdigest()}.json"
    (layer,) = [files[name] for name in manifest["Layers"]]
    described = json.loads(configuration)
    assert described["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    assert described["config"]["Entrypoint"] == ["/pause"]
    with tarfile.open(fileobj=io.BytesIO(layer)) as tar:
        (member,) = tar.getmembers()
        assert (member.name, member.mode, member.uid) == ("pause", 0o755, 0)


def test_the_archive_is_the_same_bytes_each_time() -> None:
    first, second = Loading(), Loading()
    assert load_pause_image(first) == load_pause_image(second)
    assert first.archive == second.archive
