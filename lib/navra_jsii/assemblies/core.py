"""Reduce the assembly of cdktf itself to the files that most programs need.

The kernel unpacks it once for each user: 2,500 files, nearly all of them of the npm package
archiver and of the packages on which it depends. Only archives of assets need them. Here they are
one file, and archiver consists of a module that unpacks the file when it is first required.
"""

import gzip
import json
import re
import tarfile
from collections.abc import Iterable
from pathlib import Path

from navra_jsii.assemblies.assembly import UnknownLayoutError
from navra_jsii.assemblies.parts import runtime_manifest
from navra_jsii.assemblies.slim import pack

__all__ = ["slim_core"]

_DEFERRED = "archiver"
_PACKED = "package/node_modules/packages.json.gz"
_STUB = """"use strict";
const fs = require("fs");
const path = require("path");
const zlib = require("zlib");
const modules = path.dirname(__dirname);
const packed = fs.readFileSync(path.join(modules, "packages.json.gz"));
for (const [name, text] of Object.entries(JSON.parse(zlib.gunzipSync(packed)))) {
  const file = path.join(modules, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Another process may read the file, since the directory is jsii's cache.
  fs.writeFileSync(`${file}.${process.pid}`, text);
  fs.renameSync(`${file}.${process.pid}`, file);
}
delete require.cache[__filename];
module.exports = require(__filename); // this file was replaced
"""
_MANIFEST = "package/.jsii"
_PACKAGE = "package/package.json"
_MODULES = "package/node_modules/"
_RUNTIME = re.compile(r"\.(?:c?js|json)$|/\.jsii$|/(?i:licen[cs]e)[^/]*$")
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*\s*$", re.MULTILINE)


def slim_core(tarball: Path) -> bytes:
    """Return the tarball of an assembly that unpacks some of its npm packages on demand.

    Args:
        tarball: The whole assembly.

    Raises:
        UnknownLayoutError: the assembly has an unexpected layout.
        OSError: the tarball cannot be read.
    """
    files: dict[str, bytes] = {}
    with tarfile.open(tarball, "r:gz") as whole:
        for member in whole:
            file = whole.extractfile(member) if _RUNTIME.search(member.name) else None
            if file is not None:
                files[member.name] = _SOURCE_MAP.sub(b"", file.read())
    if not {_MANIFEST, _PACKAGE} <= files.keys():
        raise UnknownLayoutError(f"{tarball.name} lacks {_MANIFEST} or {_PACKAGE}")
    kept = _closure(files, {*json.loads(files[_PACKAGE]).get("dependencies", {})} - {_DEFERRED})
    deferred = {
        name: files.pop(name).decode()
        for name in [*files]
        if name.startswith(_MODULES) and _npm_package(name) not in kept
    }
    if deferred:
        texts = {name.removeprefix(_MODULES): text for name, text in deferred.items()}
        files[_PACKED] = gzip.compress(json.dumps(texts, sort_keys=True).encode(), mtime=0)
        files[f"{_MODULES}{_DEFERRED}/index.js"] = _STUB.encode()
    files[_MANIFEST] = json.dumps(runtime_manifest(json.loads(files[_MANIFEST]))).encode()
    return pack(files)


def _npm_package(file: str) -> str:
    first, second, *_ = file.removeprefix(_MODULES).split("/")
    return f"{first}/{second}" if first.startswith("@") else first


def _closure(files: dict[str, bytes], packages: Iterable[str]) -> set[str]:
    """Return npm packages and the packages on which they depend."""
    found: set[str] = set()
    pending = [*packages]
    while pending:
        name = pending.pop()
        manifest = files.get(f"{_MODULES}{name}/package.json")
        if name not in found and manifest is not None:
            found.add(name)
            pending += json.loads(manifest).get("dependencies", {})
    return found
