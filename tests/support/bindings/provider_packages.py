"""Providers made of some modules of the real one, whose whole takes seconds to load.

What they hold is the real one's to the letter, but for what names the other modules.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

import pytest

from navra_stacks.bindings import slim
from tests.support.repository import ROOT

PACKAGE = "cdktf_cdktf_provider_aws"
MANIFEST, INDEX = "package/.jsii", "package/lib/index.js"
SLIM = "slim.tgz"

read = slim._content


def real() -> Path:
    """Where the real provider's package is."""
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def used() -> set[str]:
    """The modules that the library, the examples and the program of test_same.py import."""
    folders = (
        ROOT / "lib",
        ROOT / "examples",
        ROOT / "tests/unit/bindings",
        ROOT / "tests/support/bindings",
    )
    text = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    return {
        name for name in re.findall(rf"{PACKAGE}\.(\w+) import", text) if (real() / name).is_dir()
    }


def make(folder: Path, source: Path, modules: Collection[str]) -> None:
    """Put a package with these modules of another package into a folder.

    Beside it lies what the library makes of the other one's assembly for the same modules: the
    real one's takes a second and a half to read, and is read once.
    """
    package = folder / PACKAGE
    tarball = assembly(source)
    (package / "_jsii").mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(source / "_jsii/__init__.py", package / "_jsii")
    for name in modules:
        (package / name).symlink_to((source / name).resolve())
    files: dict[str, bytes] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slim, "_content", lambda *of: files.setdefault(of[1].name, read(*of)))
        (folder / SLIM).write_bytes(slim.slim_assembly(tarball, exported(modules)))
    (package / "_jsii" / tarball.name).write_bytes(slim.packed(_cut(files, modules)))


def assembly(package: Path) -> Path:
    """The tarball of a package."""
    (tarball,) = (package / "_jsii").glob("*.tgz")
    return tarball


def exported(modules: Collection[str]) -> set[str]:
    """The names that jsii has for modules."""
    return {re.sub(r"_(\w)", lambda found: found[1].upper(), name) for name in modules}


def _cut(files: dict[str, bytes], modules: Collection[str]) -> dict[str, bytes]:
    """Those of an assembly's files that were read, without the names of the other modules."""
    folders = {name.replace("_", "-").encode() for name in modules}
    export = re.compile(rb'^exports\.(\w+) = require\("\./([\w-]+)"\);\n', re.MULTILINE)
    names = {name for name, folder in export.findall(files[INDEX]) if folder in folders}
    return files | {
        INDEX: export.sub(lambda one: one[0] if one[1] in names else b"", files[INDEX]),
        MANIFEST: _manifest(files[MANIFEST], names),
    }


def _manifest(text: bytes, modules: set[bytes]) -> bytes:
    """A manifest without the types of other modules: 130 MB, which are not parsed for that."""
    head, types, rest = text.partition(b'\n  "types": {')
    rest, end, tail = rest.rpartition(b"\n  },\n")
    mark = b'\n    "@cdktf/provider-aws.'
    kept = [one for one in rest.split(mark)[1:] if one.partition(b".")[0] in modules]
    return b"".join((head, types, *(mark + one for one in kept))).rstrip(b",") + end + tail
