"""jsii's kernel in one node process, where jsii starts two.

jsii's entry point starts a second node and copies every byte between it and Python. What runs in
the second is one file, which reads requests from descriptor 3 and writes replies to it; here it is
told two others, and Python starts it directly. Where that file does not say so as expected, jsii's
own way remains.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from .private import make_private, read_private, write_private

__all__ = ["Runtime", "UnknownRuntimeError", "written_runtime"]

FORMAT = 1
"""Of the changed file."""

_DESCRIPTORS = re.compile(rb"\breadFD:3,writeFD:3\b")
_GIVEN = b"readFD:Number(process.argv[2]),writeFD:Number(process.argv[3])"

# cdktf requires the whole of archiver to define what only an archived asset calls: 0.1 s.
_LAZY_ARCHIVER = rb"""{
  const Module = require("module"), load = Module._load;
  const user = /[\\/]cdktf[\\/]lib[\\/]private[\\/]fs\.js$/;
  Module._load = function (request, parent, isMain) {
    if (request !== "archiver" || !user.test(parent?.filename)) return load.apply(this, arguments);
    let loaded;
    const archiver = () => (loaded ??= load.call(Module, request, parent, isMain));
    return new Proxy(function () {}, {
      apply: (_, self, given) => Reflect.apply(archiver(), self, given),
      get: (_, name) => archiver()[name],
    });
  };
}
"""


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
        """Whether its files are what was written."""
        try:
            return all(
                hashlib.sha256(read_private(self.program.with_name(name))).hexdigest() == digest
                for name, digest in self.digests.items()
            )
        except OSError:
            return False


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
    key = hashlib.sha256(stock).hexdigest()[:16]
    home = make_private(directory / f"runtime-{FORMAT}-{key}")
    digests = {}
    for name, content in {
        # Builds jsii's own index of an assembly, in a thread.
        "runtime-index-worker.js": (embedded / "lib__runtime-index-worker.js").read_bytes(),
        "program.js": _LAZY_ARCHIVER + _DESCRIPTORS.sub(_GIVEN, stock),
    }.items():
        write_private(home / name, content)
        digests[name] = hashlib.sha256(content).hexdigest()
    return Runtime(home / "program.js", digests)
