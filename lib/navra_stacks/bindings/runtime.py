"""jsii's kernel in one node process, where jsii starts two.

jsii's entry point starts a second node and copies every byte between it and Python. What runs in
the second is one file, which reads requests from descriptor 3 and writes replies to it; here it is
told two others, and Python starts it directly. Where that file does not say so as expected, jsii's
own way remains. It is required by a program of ours, which keeps what V8 compiled beside it.
"""

import contextlib
import hashlib
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from .private import make_private, read_private, write_private
from .store import UNUSED

__all__ = ["Runtime", "UnknownRuntimeError", "written_runtime"]

FORMAT = 2
"""Of what is changed in jsii's file; what was written in another is not used."""

_DESCRIPTORS = re.compile(rb"\breadFD:3,writeFD:3\b")
_GIVEN = b"readFD:Number(process.argv[2]),writeFD:Number(process.argv[3])"

# jsii words this error for each value that it converts, to throw it never.
_WORDED = b"(0,B.default)(null!=e,`Kernel error: expected type information, got ${"
_WORDED_LATER = b"null!=e||" + _WORDED

_OURS = ("program.js", "code.js")
"""What runs before the kernel, as it lies beside this file."""


class UnknownRuntimeError(Exception):
    """A runtime of jsii's that is not known to work in one process."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The changed runtime, on disk."""

    program: Path

    digests: dict[str, str]
    """SHA-256 of each of its files, by name."""

    @property
    def sound(self) -> bool:
        """Whether its files are what was written, and would be written now."""
        try:
            return (
                self.program.parent.name.startswith(f"runtime-{FORMAT}-")
                and all(self.digests.get(name) == _digest(text) for name, text in _ours().items())
                and all(
                    _digest(read_private(self.program.with_name(name))) == digest
                    for name, digest in self.digests.items()
                )
            )
        except OSError:
            return False


def _ours() -> dict[str, bytes]:
    return {name: Path(__file__).with_name(name).read_bytes() for name in _OURS}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def written_runtime(directory: Path, embedded: Path) -> Runtime:
    """Write the changed runtime below ``directory``.

    Args:
        directory: A private one.
        embedded: Where jsii's Python package has its runtime.

    Raises:
        UnknownRuntimeError: jsii's runtime is not laid out as is known.
        OSError: it cannot be read or written.
    """
    stock = (embedded / "lib__program.js").read_bytes()
    if len(_DESCRIPTORS.findall(stock)) != 1:
        raise UnknownRuntimeError("jsii's runtime reads its requests in another way")
    ours = _ours()
    key = _digest(b"".join((stock, *ours.values())))[:16]
    home = make_private(directory / f"runtime-{FORMAT}-{key}")
    written = ours | {
        "kernel.js": _DESCRIPTORS.sub(_GIVEN, stock).replace(_WORDED, _WORDED_LATER),
        # Builds jsii's own index of an assembly, in a thread.
        "runtime-index-worker.js": (embedded / "lib__runtime-index-worker.js").read_bytes(),
    }
    for name, content in written.items():
        write_private(home / name, content)
    for other in directory.glob("runtime-*"):
        with contextlib.suppress(OSError):
            if other != home and other.stat().st_mtime < time.time() - UNUSED:
                shutil.rmtree(other)
    return Runtime(home / "program.js", {name: _digest(text) for name, text in written.items()})
