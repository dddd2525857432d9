"""All modules of a provider's assembly in one file, from which single modules can be read.

Reading a module from the assembly itself takes more than a second: it is one compressed stream of
400 MB. This file is a ZIP archive. The entry of a module consists of its types in one line, and of
its JavaScript, without documentation and source maps. It is created when a wheel is built.
"""

import json
from collections.abc import Collection
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from navra_jsii.assemblies.parts import AssemblyParts, referenced_modules

__all__ = ["read_modules", "write_modules"]

_HEAD = "assembly.json"
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
            add(name, types + b"\n" + parts.scripts[name])


def read_modules(file: Path, modules: Collection[str]) -> AssemblyParts:
    """Read modules, and the modules to which their types refer.

    Args:
        file: A file that `write_modules` has written.
        modules: The jsii names of the modules, such as ``lbListener``.

    Raises:
        OSError: the file cannot be read.
        zipfile.BadZipFile: the file is damaged.
        KeyError: a module does not exist.
    """
    types: dict[str, bytes] = {}
    scripts: dict[str, bytes] = {}
    with ZipFile(file) as archive:
        head = json.loads(archive.read(_HEAD))
        selected = {*modules}
        while selected:
            for name in selected:
                types[name], _, scripts[name] = archive.read(name).partition(b"\n")
            found = referenced_modules((types[name] for name in selected), head["manifest"]["name"])
            selected = found - {*types}
    folders = {name: head["folders"][name] for name in types}
    return AssemblyParts(head["package"].encode(), head["manifest"], types, folders, scripts)
