"""The parts of a provider's jsii assembly: for each module its types and its JavaScript."""

import json
import posixpath
import re
import tarfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from navra_jsii.assemblies.assembly import UnknownLayoutError

__all__ = [
    "INDEX",
    "MANIFEST",
    "PACKAGE",
    "AssemblyParts",
    "package_manifest",
    "read_tarball",
    "referenced_modules",
    "required_files",
    "runtime_manifest",
]

_TYPES = b'\n  "types": {\n'
_END_OF_TYPES = b"\n  },\n"
_END_OF_TYPE = b"\n    }"
# The second form is that of newer versions of jsii's compiler.
_MODULE = re.compile(
    rb'^exports\.(\w+) = (?:__importStar\()?require\("\./([\w-]+)(?:/index)?"\)\)?;$', re.MULTILINE
)
_REQUIRED = re.compile(rb'\brequire\("(\.[^"]+)"\)')
_SOURCE_MAP = re.compile(rb"^//# sourceMappingURL=.*$", re.MULTILINE)
_COMPILE_TIME = ("docs", "locationInModule", "readme", "submodules")
MANIFEST = "package/.jsii"
PACKAGE = "package/package.json"
INDEX = "package/lib/index.js"

_Types = dict[str, Any]
"""Descriptions of types, by their jsii name."""


class AssemblyParts(NamedTuple):
    """Some modules of an assembly, without documentation and source maps."""

    package: bytes
    """The text of package.json."""

    manifest: dict[str, Any]
    """The manifest without its types."""

    types: dict[str, bytes]
    """The types of each module as members of a JSON object without its braces, by the module's name
    in jsii, such as ``lbListener``. They are never parsed, which would take longer than reading
    them."""

    folders: dict[str, str]
    """The folder of each module below ``package/lib``, such as ``lb-listener``."""

    scripts: dict[str, dict[str, bytes]]
    """The texts of each module's files, by their path in its folder. Nearly all modules have one
    file, ``index.js``; modules with thousands of classes have more."""


def read_tarball(tarball: Path, modules: Collection[str] | None) -> AssemblyParts:
    """Read modules of an assembly, and the modules to which their types refer.

    Args:
        tarball: The assembly in the provider's Python package.
        modules: The jsii names of the modules: ``lbListener`` in
            ``@cdktf/provider-aws.lbListener.LbListener``. None reads all modules.

    Raises:
        UnknownLayoutError: the assembly has an unexpected layout, or lacks a module.
        OSError: the tarball cannot be read.
    """
    try:
        parts = _read(tarball, modules)
    except (tarfile.TarError, zlib.error, EOFError, ValueError, KeyError) as error:
        raise UnknownLayoutError(f"{tarball.name}: {error!r}") from error
    package_manifest(parts.package, tarball)
    return parts


def package_manifest(text: bytes, tarball: Path) -> dict[str, Any]:
    """Return the content of an assembly's package.json.

    Args:
        text: The text of the file.
        tarball: The assembly.

    Raises:
        UnknownLayoutError: the main module is not ``lib/index.js``.
    """
    manifest: dict[str, Any] = json.loads(text)
    if manifest.get("main") != "lib/index.js":
        raise UnknownLayoutError(f"the main module of {tarball.name} is not lib/index.js")
    return manifest


def referenced_modules(types: Iterable[bytes], assembly: str) -> set[str]:
    """Return the modules to which types refer.

    Args:
        types: The types as JSON.
        assembly: The name of the assembly.
    """
    name = re.compile(rf'"{re.escape(assembly)}\.(\w+)\.'.encode())
    return {module.decode() for text in types for module in name.findall(text)}


def _read(tarball: Path, modules: Collection[str] | None) -> AssemblyParts:
    manifest: dict[str, Any] = {}
    types: dict[str, _Types] = {}
    texts: dict[str, bytes] = {}
    scripts: dict[str, dict[str, bytes]] = {}
    missing = {PACKAGE, INDEX}
    # Read as a stream: the unpacked tarball has 400 MB, and the manifest comes first.
    with tarfile.open(tarball, "r|gz") as whole:
        for member in whole:
            if not member.isfile():
                continue
            folder, path = _in_module(member.name)
            if member.name == MANIFEST:
                manifest, types = _manifest(_content(whole, member), modules)
                scripts = {_folder(kinds): {} for kinds in types.values()}
                missing |= {f"package/lib/{name}/index.js" for name in scripts}
            elif member.name in (PACKAGE, INDEX):
                texts[member.name] = _content(whole, member)
            elif folder in scripts and path.endswith(".js"):
                text = scripts[folder][path] = _SOURCE_MAP.sub(b"", _content(whole, member))
                required = required_files(path, text).difference(*map(_names, scripts[folder]))
                inside = {file for file in required if not file.startswith("../")}
                missing |= {f"package/lib/{folder}/{file}" for file in inside}
            missing -= _names(member.name)
            if types and not missing:
                break
    folders = {name.decode(): folder.decode() for name, folder in _MODULE.findall(texts[INDEX])}
    unknown = {*(modules or ())} - {*types} or {
        name for name, kinds in types.items() if folders.get(name) != _folder(kinds)
    }
    if lacking := sorted(unknown or missing):
        raise UnknownLayoutError(f"{tarball.name} lacks {', '.join(lacking)}")
    return AssemblyParts(
        texts[PACKAGE],
        manifest,
        {name: _members(kinds) for name, kinds in types.items()},
        {name: folders[name] for name in types},
        {name: scripts[folders[name]] for name in types},
    )


def _in_module(name: str) -> tuple[str, str]:
    """Return the folder of a module that contains a file, and the file's path in it."""
    folder, _, path = name.removeprefix("package/lib/").partition("/")
    return folder, path


def required_files(path: str, text: bytes) -> set[str]:
    """Return the paths that a file requires relative to its folder, usually without ``.js``.

    Args:
        path: The path of the file.
        text: The text of the file.
    """
    folder = posixpath.dirname(path)
    return {
        posixpath.normpath(posixpath.join(folder, required.decode()))
        for required in _REQUIRED.findall(text)
    }


def _names(file: str) -> set[str]:
    """Return the names by which a file can be required."""
    return {file, file.removesuffix(".js"), file.removesuffix("/index.js")}


def _content(whole: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = whole.extractfile(member)
    assert file is not None  # only regular files are passed
    return file.read()


def _manifest(
    text: bytes, modules: Collection[str] | None
) -> tuple[dict[str, Any], dict[str, _Types]]:
    # 130 MB for AWS: the types of all other modules are skipped without being parsed.
    start = text.index(_TYPES)
    end = text.index(_END_OF_TYPES, start)
    manifest = json.loads(text[:start] + _TYPES + text[end:])
    types: dict[str, _Types] = {}
    selected = modules
    while selected is None or selected:
        found = len(types)
        for module, type_ in _types(text, start, end, manifest["name"], selected):
            types.setdefault(module, {})[type_["fqn"]] = type_
        if selected is None or len(types) == found:
            break
        selected = referenced_modules(map(_members, types.values()), manifest["name"]) - {*types}
    return runtime_manifest(manifest), types


def _types(
    text: bytes, start: int, end: int, assembly: str, modules: Collection[str] | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    key = f'\n    "{assembly}.'.encode()
    at = text.find(key, start, end)
    while at >= 0:
        after = text.find(key, at + 1, end)
        quote = text.index(b'"', at + len(key))
        module, dot, _ = text[at + len(key) : quote].decode().partition(".")
        if not dot:
            raise UnknownLayoutError(f"the type {module} does not belong to a module")
        if modules is None or module in modules:
            close = text.index(_END_OF_TYPE, quote) + len(_END_OF_TYPE)
            yield module, runtime_manifest(json.loads(text[quote + len('": ') : close]))
        at = after


def _members(types: _Types) -> bytes:
    return json.dumps(dict(sorted(types.items())), separators=(",", ":"))[1:-1].encode()


def _folder(types: _Types) -> str:
    """Return the folder of the module that contains these types, below ``package/lib``."""
    source, _, _ = next(iter(types.values()))["symbolId"].partition(":")
    return _in_module(re.sub("^src/", "package/lib/", source))[0]


def runtime_manifest(value: Any) -> Any:
    """Return a manifest, or a part of one, without the keys that the kernel does not read."""
    if isinstance(value, dict):
        return {
            key: runtime_manifest(item) for key, item in value.items() if key not in _COMPILE_TIME
        }
    return [runtime_manifest(item) for item in value] if isinstance(value, list) else value
