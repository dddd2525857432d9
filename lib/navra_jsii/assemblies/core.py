"""Reduce the assembly of cdktf itself to a few files.

The kernel unpacks it once for each user: 2,500 files, nearly all of them of the npm package
archiver and of the packages on which it depends. Only archives of assets need them. Here they are
one file, and archiver consists of a module that unpacks the file when it is first required. The
modules that most programs need are another file.
"""

import gzip
import json
import re
import tarfile
from collections.abc import Iterable
from pathlib import Path

from navra_jsii.assemblies.assembly import UnknownLayoutError
from navra_jsii.assemblies.parts import (
    INDEX,
    MANIFEST,
    PACKAGE,
    package_manifest,
    required_files,
    runtime_manifest,
)
from navra_jsii.assemblies.slim import pack, single_file

__all__ = ["slim_core"]

_DEFERRED = "archiver"
_PACKED = "package/node_modules/packages.json.gz"
_STUB = """"use strict";
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const zlib = require("zlib");
const modules = path.dirname(__dirname);
const packed = fs.readFileSync(path.join(modules, "packages.json.gz"));
for (const [name, text] of Object.entries(JSON.parse(zlib.gunzipSync(packed)))) {
  const file = path.join(modules, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // Another process may read the file, since the directory is jsii's cache.
  const unfinished = `${file}.${crypto.randomBytes(8).toString("hex")}`;
  fs.writeFileSync(unfinished, text);
  fs.renameSync(unfinished, file);
}
delete require.cache[__filename];
module.exports = require(__filename); // this file was replaced
"""
_MODULES = "package/node_modules/"
_REPLACED = f"{_MODULES}{_DEFERRED}/index.js"
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
    if not {MANIFEST, PACKAGE, INDEX} <= files.keys():
        raise UnknownLayoutError(f"{tarball.name} lacks {MANIFEST}, {PACKAGE} or {INDEX}")
    manifest = json.dumps(runtime_manifest(json.loads(files.pop(MANIFEST)))).encode()
    package = files.pop(PACKAGE)
    dependencies = package_manifest(package, tarball).get("dependencies", {})
    deferred = _closure(files, [_DEFERRED])
    needed = _closure(files, {*dependencies} - {_DEFERRED})
    packages = {name: _npm_package(name) for name in files if name.startswith(_MODULES)}
    # An unpacked file finds the packages that it requires among the unpacked ones.
    unpacked = sorted(
        (name == _REPLACED, name)
        for name, npm_package in packages.items()
        if npm_package in deferred or npm_package not in needed
    )
    packed = {
        name.removeprefix("package/"): content
        for name, content in files.items()
        if name not in packages or packages[name] in needed
    }
    result = {MANIFEST: manifest, PACKAGE: package} | _run_by_name(files) | single_file(packed)
    if unpacked:
        # The file that replaces the stub is the last: until then, the stub unpacks them again.
        texts = {name.removeprefix(_MODULES): files[name].decode() for _, name in unpacked}
        result[_PACKED] = gzip.compress(json.dumps(texts).encode(), mtime=0)
        result[_REPLACED] = _STUB.encode()
    return pack(result)


def _run_by_name(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files that run in a node process of their own, and those that they require.

    cdktf archives an asset in such a process, and passes it the name of a file as ``__filename``.
    """
    found: dict[str, bytes] = {}
    pending = [
        name
        for name, content in files.items()
        if not name.startswith(_MODULES) and b"__filename" in content
    ]
    while pending:
        name = pending.pop()
        if name in files and name not in found:
            found[name] = files[name]
            pending += [f"{required}.js" for required in required_files(name, files[name])]
    return found


def _npm_package(file: str) -> str:
    first, _, rest = file.removeprefix(_MODULES).partition("/")
    return f"{first}/{rest.partition('/')[0]}" if first.startswith("@") else first


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
