"""jsii's kernel in one node process, where jsii starts two.

jsii's entry point starts a second node and copies every byte between it and Python. What runs in
the second is one file, which reads requests from descriptor 3 and writes replies to it; here it is
told two others, and Python starts it directly. It is required by a program of ours, which keeps
what V8 compiled beside it, and which it asks before each request, so that some need no reply. What
the entry point says of a node that jsii does not support is said here too. Where one of the two
files is not laid out as expected, jsii's own way remains.
"""

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from .private import make_private, read_private, remove_old, write_private
from .store import UNUSED

__all__ = ["Runtime", "UnknownRuntimeError", "sources", "with_ahead", "written_runtime"]

FORMAT = 4
"""Of what is changed in jsii's file; what was written in another is not used."""

_DESCRIPTORS = re.compile(rb"\breadFD:3,writeFD:3\b")
_GIVEN = b"readFD:Number(process.argv[2]),writeFD:Number(process.argv[3])"

# The entry point says what it thinks of this node, and then starts the other.
_CHECK = re.compile(
    rb"(?P<check>\b(?P<id>\d+)\(\w+,\w+,\w+\)\{\"use strict\";\(0,\w+\(\d+\)\.checkNode\)\(\).*"
    rb"\w+ __webpack_exports__=\{\};\(\(\)=>\{\"use strict\";__webpack_require__\((?P=id)\);).*",
    re.DOTALL,
)

# jsii words this error for each value that it converts, to throw it never.
_WORDED = b"(0,B.default)(null!=e,`Kernel error: expected type information, got ${"
_WORDED_LATER = b"null!=e||" + _WORDED

# An object takes the name that Python gave it, and ahead.js sees each request first.
_AHEAD = (
    (
        rb"(\.registerObject\(\w+,\w+,null!==\(\w+=(\w+)\.interfaces\)&&void 0!==\w+\?\w+:\[\])\)",
        rb"\1,\2.ahead)",
    ),
    (
        rb"(\}registerObject\(\w+,\w+,\w+)(\)\{.{0,900}?const \w+=)"
        rb"(\w+\(this,\w+,\"m\",\w+\)\.call\(this,\w+\);return \w+\(this,\w+,\"f\"\)\.set\()",
        rb"\1,ahead\2ahead??\3",
    ),
    (
        rb"(\}processRequest\((\w+),(\w+),\w+=!1\)\{)(?=try\{)",
        rb"\1if(global.navraTold(this,\2))return \3();",
    ),
)

_OURS = ("program.js", "ahead.js", "code.js", "resolve.js")
"""What runs before the kernel, as it lies beside this file."""


class UnknownRuntimeError(Exception):
    """A runtime of jsii's that is not known to work in one process."""


class Runtime(NamedTuple):
    """The changed runtime, on disk."""

    program: Path

    digests: dict[str, str]
    """SHA-256 of each of its files, by name."""

    hears_ahead: bool
    """Whether it takes a request that nothing is replied to."""

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


def sources(embedded: Path) -> tuple[Path, Path]:
    """The files of jsii's runtime that are changed: its entry point, and the kernel."""
    return embedded / "bin__jsii-runtime.js", embedded / "lib__program.js"


def written_runtime(directory: Path, embedded: Path) -> Runtime:
    """Write the changed runtime below ``directory``.

    Args:
        directory: A private one.
        embedded: Where jsii's Python package has its runtime.

    Raises:
        UnknownRuntimeError: jsii's runtime is not laid out as is known.
        OSError: it cannot be read or written.
    """
    entry, stock = (path.read_bytes() for path in sources(embedded))
    if len(_DESCRIPTORS.findall(stock)) != 1:
        raise UnknownRuntimeError("jsii's runtime reads its requests in another way")
    check, count = _CHECK.subn(rb"\g<check>})();", entry)
    if count != 1:
        raise UnknownRuntimeError("jsii's runtime checks node in another way")
    ours = _ours()
    key = _digest(b"".join((stock, check, *ours.values())))[:16]
    home = make_private(directory / f"runtime-{FORMAT}-{key}")
    kernel, hears_ahead = with_ahead(
        _DESCRIPTORS.sub(_GIVEN, stock).replace(_WORDED, _WORDED_LATER)
    )
    written = ours | {
        "check.js": check,
        "kernel.js": kernel,
        # Builds jsii's own index of an assembly, in a thread.
        "runtime-index-worker.js": (embedded / "lib__runtime-index-worker.js").read_bytes(),
    }
    for name, content in written.items():
        write_private(home / name, content)
    remove_old((other for other in directory.glob("runtime-*") if other != home), UNUSED)
    digests = {name: _digest(text) for name, text in written.items()}
    return Runtime(home / "program.js", digests, hears_ahead)


def with_ahead(kernel: bytes) -> tuple[bytes, bool]:
    """A kernel that hears what it is told ahead, and whether it does.

    One that is laid out in another way than is known stays as it is, and does not.
    """
    hearing = kernel
    for found, put in _AHEAD:
        hearing, count = re.subn(found, put, hearing)
        if count != 1:
            return kernel, False
    return hearing, True
