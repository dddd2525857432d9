"""All modules of a provider's assembly in one file, from which single modules can be read.

Reading a module from the assembly itself takes more than a second: it is one compressed stream of
400 MB. This file is a ZIP archive. The entry of a module consists of its types in one line, and of
its index.js, without documentation and source maps; further files of a module are entries of their
own. It is created when a wheel is built.
"""

import json
import zlib
from collections.abc import Collection
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from navra_jsii.assemblies.assembly import UnknownLayoutError
from navra_jsii.assemblies.parts import AssemblyParts, referenced_modules

__all__ = ["read_modules", "write_modules"]

_HEAD = "assembly.json"
_INDEX = "index.js"
_LEVEL = 6


def write_modules(parts: AssemblyParts, file: Path) -> None:
    """Write the modules; the same modules give the same bytes.

    Args:
        parts: All modules of an assembly.
        file: The file to write.

    Raises:
        OSError: the file cannot be written.
    """
    head = {"package": parts.package.decode(), "manifest": parts.manifest, "folders": parts.folders}
    with ZipFile(file, "w") as archive:

        def add(name: str, content: str | bytes) -> None:
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED, _LEVEL)

        add(_HEAD, json.dumps(head))
        for name, types in sorted(parts.types.items()):
            scripts = parts.scripts[name]
            add(name, types + b"\n" + scripts[_INDEX])
            for path in sorted({*scripts} - {_INDEX}):
                add(f"{name}/{path}", scripts[path])


def read_modules(file: Path, modules: Collection[str]) -> AssemblyParts:
    """Read modules, and the modules to which their types refer.

    Args:
        file: A file that `write_modules` has written.
        modules: The jsii names of the modules, such as ``lbListener``.

    Raises:
        UnknownLayoutError: the file is damaged, or lacks a module.
        OSError: the file cannot be read.
    """
    try:
        return _read(file, modules)
    # A damaged archive can also seem to be encrypted, which is a RuntimeError.
    except (BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, KeyError) as error:
        raise UnknownLayoutError(f"{file.name}: {error!r}") from error


def _read(file: Path, modules: Collection[str]) -> AssemblyParts:
    types: dict[str, bytes] = {}
    scripts: dict[str, dict[str, bytes]] = {}
    with ZipFile(file) as archive:
        head = json.loads(archive.read(_HEAD))
        selected = {*modules}
        while selected:
            for name in selected:
                types[name], _, index = archive.read(name).partition(b"\n")
                scripts[name] = {_INDEX: index}
            found = referenced_modules((types[name] for name in selected), head["manifest"]["name"])
            selected = found - {*types}
        for entry in archive.namelist():
            name, _, path = entry.partition("/")
            if path and name in scripts:
                scripts[name][path] = archive.read(entry)
    folders = {name: head["folders"][name] for name in types}
    return AssemblyParts(head["package"].encode(), head["manifest"], types, folders, scripts)
