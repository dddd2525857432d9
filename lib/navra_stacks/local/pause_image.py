"""The image of the container that owns a task's network: a program that does nothing.

No registry is needed: the archive is written here, and every engine loads it.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
import struct
import tarfile

from navra_stacks.local.engine import Engine

__all__ = ["load_pause_image"]

# The instructions of a loop that waits for signals: the system call pause(2), or ppoll(2) without
# file descriptors where Linux has no pause.
_PROGRAMS = {
    # mov $34, %eax; syscall; jmp to the beginning
    "amd64": (62, bytes.fromhex("b822000000 0f05 ebf7")),
    # mov x0..x4, #0; mov x8, #73; svc #0; b to the beginning
    "arm64": (
        183,
        struct.pack(
            "<8I",
            *(0xD2800000, 0xD2800001, 0xD2800002, 0xD2800003),
            *(0xD2800004, 0xD2800928, 0xD4000001, 0x17FFFFF9),
        ),
    ),
}
"""The machine number of ELF and the code, by the architecture of the image."""

_ADDRESS = 0x400000
_HEADER, _PROGRAM_HEADER = 64, 56


def load_pause_image(engine: Engine) -> str:
    """Load the image into an engine that does not have it, and return its reference."""
    architecture = "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "amd64"
    archive, digest = _archive(architecture)
    reference = f"localhost/navra-pause:{digest[:12]}"
    if engine.image(reference) is None:
        engine.run("load", stdin=_with_tag(archive, reference, digest))
    return reference


def _executable(architecture: str) -> bytes:
    """Return a statically linked ELF executable with one segment."""
    machine, code = _PROGRAMS[architecture]
    start = _HEADER + _PROGRAM_HEADER
    header = struct.pack(
        "<16sHHIQQQIHHHHHH",
        b"\x7fELF\x02\x01\x01",  # 64 bits, little endian
        2,  # an executable
        machine,
        1,
        _ADDRESS + start,
        _HEADER,
        0,
        0,
        _HEADER,
        _PROGRAM_HEADER,
        1,
        0,
        0,
        0,
    )
    size = start + len(code)
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, _ADDRESS, _ADDRESS, size, size, 0x10000)
    return header + segment + code


def _archive(architecture: str) -> tuple[dict[str, bytes], str]:
    """Return the files of the image without its manifest, and the digest of its configuration."""
    layer = _tar({"pause": _executable(architecture)}, mode=0o755)
    configuration = json.dumps(
        {
            "architecture": architecture,
            "os": "linux",
            "config": {"Entrypoint": ["/pause"]},
            "rootfs": {
                "type": "layers",
                "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"],
            },
        }
    ).encode()
    digest = hashlib.sha256(configuration).hexdigest()
    return {f"{digest}.json": configuration, "layer.tar": layer}, digest


def _with_tag(files: dict[str, bytes], reference: str, digest: str) -> bytes:
    manifest = [{"Config": f"{digest}.json", "RepoTags": [reference], "Layers": ["layer.tar"]}]
    return _tar({**files, "manifest.json": json.dumps(manifest).encode()})


def _tar(files: dict[str, bytes], *, mode: int = 0o644) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
