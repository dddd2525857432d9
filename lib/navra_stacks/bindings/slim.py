"""A provider's jsii assembly, cut down to the modules that are used.

node runs the whole of an assembly when it is loaded: for AWS that are 2,212 modules and 193 MB of
JavaScript, about 3 s. No type of one module refers to another module, so any choice of modules is
an assembly of its own. It has the name and the version of the whole one, and neither documentation
nor source maps.
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

from .assembly import UnknownLayoutError

__all__ = ["packed", "slim_assembly"]

_TYPES = b'\n  "types": {\n'
_END_OF_TYPES = b"\n  },\n"
_END_OF_TYPE = b"\n    }"
_MODULE = re.compile(rb'^exports\.(\w+) = require\("\./([\w-]+)"\);$', re.MULTILINE)
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)
_COMPILE_TIME = ("docs", "locationInModule", "readme", "submodules")
_MANIFEST = "package/.jsii"
_PACKAGE = "package/package.json"
_INDEX = "package/lib/index.js"

AT_ONCE = 100
"""Modules that node runs as it loads them, while it would wait for Python. Where an assembly holds
more, from several programs, each runs when it is used."""


def slim_assembly(tarball: Path, modules: Collection[str]) -> bytes:
    """The tarball of the slim assembly.

    Args:
        tarball: The whole assembly, as the provider's Python package carries it.
        modules: The modules' names as jsii has them: ``lbListener`` of
            ``@cdktf/provider-aws.lbListener.LbListener``.

    Raises:
        UnknownLayoutError: the assembly is laid out in another way, or lacks a module.
        OSError: it cannot be read.
    """
    try:
        files = dict(_wanted(tarball, modules))
    except (tarfile.TarError, zlib.error, EOFError, ValueError, KeyError) as error:
        raise UnknownLayoutError(f"{tarball.name}: {error!r}") from error
    folders = {name.decode(): folder.decode() for name, folder in _MODULE.findall(files[_INDEX])}
    if any(f"package/lib/{folders.get(module)}/index.js" not in files for module in modules):
        raise UnknownLayoutError(f"{tarball.name} lacks some of {', '.join(sorted(modules))}")
    if json.loads(files[_PACKAGE]).get("main") != "lib/index.js":
        raise UnknownLayoutError(f"{tarball.name} starts elsewhere than at lib/index.js")
    files[_INDEX] = _index({module: folders[module] for module in modules})
    return packed(files)


def _wanted(tarball: Path, modules: Collection[str]) -> Iterator[tuple[str, bytes]]:
    folders: set[str] = set()
    missing = {_PACKAGE, _INDEX}
    # Read as a stream: unpacked, it is 400 MB, of which the manifest comes first.
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
    assert file is not None  # it is a file
    return file.read()


def _manifest(text: bytes, modules: Collection[str]) -> tuple[bytes, set[str]]:
    # 130 MB for AWS: what is not wanted is never parsed, only passed over.
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
            raise UnknownLayoutError(f"the type {module} lies in no module")
        if module in modules:
            close = text.index(_END_OF_TYPE, quote) + len(_END_OF_TYPE)
            one = _runtime(json.loads(text[quote + len('": ') : close]))
            types[one["fqn"]] = one
            source, _, _ = one["symbolId"].rpartition("/index:")
            folders.add(re.sub("^src/", "lib/", source))
        at = after
    slim = _runtime(manifest) | {"types": types}
    return json.dumps(slim, separators=(",", ":")).encode(), folders


def _runtime(value: Any) -> Any:
    """What the kernel reads of a manifest, or of a part of it."""
    if isinstance(value, dict):
        return {key: _runtime(one) for key, one in value.items() if key not in _COMPILE_TIME}
    return [_runtime(one) for one in value] if isinstance(value, list) else value


def _index(folders: dict[str, str]) -> bytes:
    lines = ['"use strict";', 'Object.defineProperty(exports, "__esModule", { value: true });']
    for module, folder in sorted(folders.items()):
        if len(folders) <= AT_ONCE:
            lines.append(f'exports.{module} = require("./{folder}");')
            continue
        getter = f'function () {{ return require("./{folder}"); }}'
        lines.append(
            f'Object.defineProperty(exports, "{module}", {{ enumerable: true, get: {getter} }});'
        )
    return "\n".join(lines).encode() + b"\n"


def packed(files: dict[str, bytes]) -> bytes:
    """A tarball with these files; the same files give the same bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tarball:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            tarball.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), compresslevel=6, mtime=0)
