"""Reduce a provider's jsii assembly to the modules in use.

node runs all modules of an assembly when it loads it: for AWS, 2,212 modules and 193 MB of
JavaScript, which takes about 3 s. No type of one module refers to another module, so any subset of
the modules is a valid assembly. The slim assembly has the name and the version of the whole one,
and contains neither documentation nor source maps.
"""

import gzip
import io
import json
import re
import tarfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from navra_jsii.assemblies.assembly import UnknownLayoutError

__all__ = ["pack", "slim_assembly"]

_TYPES = b'\n  "types": {\n'
_END_OF_TYPES = b"\n  },\n"
_END_OF_TYPE = b"\n    }"
_MODULE = re.compile(rb'^exports\.(\w+) = require\("\./([\w-]+)"\);$', re.MULTILINE)
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)
_COMPILE_TIME = ("docs", "locationInModule", "readme", "submodules")
_MANIFEST = "package/.jsii"
_PACKAGE = "package/package.json"
_INDEX = "package/lib/index.js"

EAGER_AT_MOST = 100
"""Largest number of modules that node runs as soon as an assembly is loaded, when it would
otherwise wait for Python. A larger assembly has modules of several programs, so each module runs on
first use."""


def slim_assembly(tarball: Path, modules: Collection[str]) -> bytes:
    """Return the tarball of the slim assembly.

    Args:
        tarball: The whole assembly, from the provider's Python package.
        modules: The jsii names of the modules: ``lbListener`` in
            ``@cdktf/provider-aws.lbListener.LbListener``.

    Raises:
        UnknownLayoutError: the assembly has an unexpected layout, or lacks a module.
        OSError: the tarball cannot be read.
    """
    try:
        files = dict(_members(tarball, modules))
    except (tarfile.TarError, zlib.error, EOFError, ValueError, KeyError) as error:
        raise UnknownLayoutError(f"{tarball.name}: {error!r}") from error
    folders = {name.decode(): folder.decode() for name, folder in _MODULE.findall(files[_INDEX])}
    if any(f"package/lib/{folders.get(module)}/index.js" not in files for module in modules):
        raise UnknownLayoutError(
            f"{tarball.name} lacks at least one of {', '.join(sorted(modules))}"
        )
    if json.loads(files[_PACKAGE]).get("main") != "lib/index.js":
        raise UnknownLayoutError(f"the main module of {tarball.name} is not lib/index.js")
    files[_INDEX] = _index({module: folders[module] for module in modules})
    return pack(files)


def _members(tarball: Path, modules: Collection[str]) -> Iterator[tuple[str, bytes]]:
    folders: set[str] = set()
    missing = {_PACKAGE, _INDEX}
    # Read as a stream: the unpacked tarball has 400 MB, and the manifest comes first.
    with tarfile.open(tarball, "r|gz") as whole:
        for member in whole:
            if not member.isfile():
                continue
            if member.name == _MANIFEST:
                manifest, folders = _manifest(_content(whole, member), modules)
                missing |= {f"package/{folder}/index.js" for folder in folders}
                yield member.name, manifest
            elif member.name in missing:
                missing.remove(member.name)
                yield member.name, _SOURCE_MAP.sub(b"", _content(whole, member))
                if folders and not missing:
                    return
    raise UnknownLayoutError(f"{tarball.name} lacks {', '.join(sorted(missing))}")


def _content(whole: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = whole.extractfile(member)
    assert file is not None  # only regular files are passed
    return file.read()


def _manifest(text: bytes, modules: Collection[str]) -> tuple[bytes, set[str]]:
    # 130 MB for AWS: the types of all other modules are skipped without being parsed.
    start = text.index(_TYPES)
    end = text.index(_END_OF_TYPES, start)
    manifest = json.loads(text[:start] + _TYPES + text[end:])
    key = f'\n    "{manifest["name"]}.'.encode()
    types: dict[str, Any] = {}
    folders: set[str] = set()
    at = text.find(key, start, end)
    while at >= 0:
        after = text.find(key, at + 1, end)
        quote = text.index(b'"', at + len(key))
        module, dot, _ = text[at + len(key) : quote].decode().partition(".")
        if not dot:
            raise UnknownLayoutError(f"the type {module} does not belong to a module")
        if module in modules:
            close = text.index(_END_OF_TYPE, quote) + len(_END_OF_TYPE)
            type_ = _runtime(json.loads(text[quote + len('": ') : close]))
            types[type_["fqn"]] = type_
            source, _, _ = type_["symbolId"].rpartition("/index:")
            folders.add(re.sub("^src/", "lib/", source))
        at = after
    slim = _runtime(manifest) | {"types": types}
    return json.dumps(slim, separators=(",", ":")).encode(), folders


def _runtime(value: Any) -> Any:
    """Return a manifest, or a part of one, without the keys that the kernel does not read."""
    if isinstance(value, dict):
        return {key: _runtime(item) for key, item in value.items() if key not in _COMPILE_TIME}
    return [_runtime(item) for item in value] if isinstance(value, list) else value


def _index(folders: dict[str, str]) -> bytes:
    lines = ['"use strict";', 'Object.defineProperty(exports, "__esModule", { value: true });']
    for module, folder in sorted(folders.items()):
        if len(folders) <= EAGER_AT_MOST:
            lines.append(f'exports.{module} = require("./{folder}");')
            continue
        getter = f'function () {{ return require("./{folder}"); }}'
        lines.append(
            f'Object.defineProperty(exports, "{module}", {{ enumerable: true, get: {getter} }});'
        )
    return "\n".join(lines).encode() + b"\n"


def pack(files: dict[str, bytes]) -> bytes:
    """Return a tarball of these files; the same files give the same bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tarball:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            tarball.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), compresslevel=6, mtime=0)
