"""Run jsii's kernel in one node process; jsii starts two.

jsii's entry point starts a second node process and copies every byte between it and Python. The
second process runs one file, which reads requests from descriptor 3 and writes replies to it. Here
Python starts that file directly and passes it two other descriptors. program.js requires the file,
caches the code that V8 compiled next to it, and handles each request first, so that some requests
need no reply. The entry point's warning about a node that jsii does not support is printed too. If
one of the two files has an unexpected layout, jsii starts the kernel itself.
"""

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from navra_jsii.cache import UNUSED_SECONDS, make_private, read_private, remove_old, write_private

__all__ = ["Runtime", "UnknownRuntimeError", "sources", "with_pipelining", "write_runtime"]

FORMAT = 4
"""Version of the changes to jsii's files; a runtime that was written by another is not used."""

_DESCRIPTORS = re.compile(rb"\breadFD:3,writeFD:3\b")
_GIVEN = b"readFD:Number(process.argv[2]),writeFD:Number(process.argv[3])"

# The entry point checks the version of node, and then starts the second process.
_CHECK = re.compile(
    rb"(?P<check>\b(?P<id>\d+)\(\w+,\w+,\w+\)\{\"use strict\";\(0,\w+\(\d+\)\.checkNode\)\(\).*"
    rb"\w+ __webpack_exports__=\{\};\(\(\)=>\{\"use strict\";__webpack_require__\((?P=id)\);).*",
    re.DOTALL,
)

# An object gets the name that Python chose for it, and pipelining.js handles each request first.
_PIPELINING = (
    (
        rb"(\.registerObject\(\w+,\w+,null!==\(\w+=(\w+)\.interfaces\)&&void 0!==\w+\?\w+:\[\])\)",
        rb"\1,\2.pipelined)",
    ),
    (
        rb"(\}registerObject\(\w+,\w+,\w+)(\)\{.{0,900}?const \w+=)"
        rb"(\w+\(this,\w+,\"m\",\w+\)\.call\(this,\w+\);return \w+\(this,\w+,\"f\"\)\.set\()",
        rb"\1,pipelined\2pipelined??\3",
    ),
    (
        rb"(\}processRequest\((\w+),(\w+),\w+=!1\)\{)(?=try\{)",
        rb"\1if(global.navraHandlePipelined(this,\2))return \3();",
    ),
)

_OURS = ("program.js", "code_cache.js", "index_workers.js", "pipelining.js", "resolve.js")
"""The programs next to this file that run before the kernel."""


class UnknownRuntimeError(Exception):
    """jsii's runtime has an unexpected layout and may not work in one process."""


class Runtime(NamedTuple):
    """The changed runtime, on disk."""

    program: Path

    digests: dict[str, str]
    """SHA-256 of each of its files, by name."""

    accepts_pipelined: bool
    """True if the kernel accepts requests that get no reply, see `Pipeline`."""

    @property
    def is_valid(self) -> bool:
        """True if its files are unchanged since they were written, and up to date."""
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


def sources(embedded: Path) -> tuple[Path, Path]:
    """Return the files of jsii's runtime that are changed: the entry point and the kernel."""
    return embedded / "bin__jsii-runtime.js", embedded / "lib__program.js"


def write_runtime(directory: Path, embedded: Path) -> Runtime:
    """Write the changed runtime below ``directory``.

    Args:
        directory: A private directory, see `usable_directory`.
        embedded: The directory of the runtime in jsii's Python package.

    Raises:
        UnknownRuntimeError: jsii's runtime has an unexpected layout.
        OSError: a file cannot be read or written.
    """
    entry, stock = (path.read_bytes() for path in sources(embedded))
    if len(_DESCRIPTORS.findall(stock)) != 1:
        raise UnknownRuntimeError("jsii's runtime reads requests in an unexpected way")
    check, count = _CHECK.subn(rb"\g<check>})();", entry)
    if count != 1:
        raise UnknownRuntimeError("jsii's runtime checks node in an unexpected way")
    programs = _ours()
    key = _digest(b"".join((stock, check, *programs.values())))[:16]
    home = make_private(directory / f"runtime-{FORMAT}-{key}")
    kernel, accepts_pipelined = with_pipelining(_DESCRIPTORS.sub(_GIVEN, stock))
    written = programs | {
        "check.js": check,
        "kernel.js": kernel,
        # jsii builds its own index of an assembly with this file, in a worker thread.
        "runtime-index-worker.js": (embedded / "lib__runtime-index-worker.js").read_bytes(),
    }
    for name, content in written.items():
        write_private(home / name, content)
    remove_old((other for other in directory.glob("runtime-*") if other != home), UNUSED_SECONDS)
    digests = {name: _digest(text) for name, text in written.items()}
    return Runtime(home / "program.js", digests, accepts_pipelined)


def with_pipelining(kernel: bytes) -> tuple[bytes, bool]:
    """Change the kernel so that it accepts requests that get no reply.

    Returns the kernel, and whether it was changed. A kernel with an unexpected layout is returned
    as it is.
    """
    changed = kernel
    for pattern, replacement in _PIPELINING:
        changed, count = re.subn(pattern, replacement, changed)
        if count != 1:
            return kernel, False
    return changed, True
