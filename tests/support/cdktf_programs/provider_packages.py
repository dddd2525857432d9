"""Provider packages with some modules of the real provider, which takes seconds to load in full.

Their content is identical to that of the real provider, without the names of all other modules.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

import pytest

from navra_jsii.assemblies import parts, slim
from tests.support.repository import ROOT

PACKAGE = "cdktf_cdktf_provider_aws"
MANIFEST, INDEX = "package/.jsii", "package/lib/index.js"
SLIM = "slim.tgz"

read = parts._content


def real() -> Path:
    """The folder of the real provider's package."""
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def used() -> set[str]:
    """The provider modules that the library, the examples and the tests of navra_jsii import."""
    folders = (
        ROOT / "lib",
        ROOT / "examples",
        ROOT / "tests/unit/navra_jsii",
        ROOT / "tests/support/cdktf_programs",
    )
    text = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    return {
        name for name in re.findall(rf"{PACKAGE}\.(\w+) import", text) if (real() / name).is_dir()
    }


def make(folder: Path, source: Path, modules: Collection[str]) -> None:
    """Create a provider package with some modules of another provider package.

    The slim assembly that the library builds for these modules from the other package is written
    next to it: reading the real assembly takes 1.5 s, so it is read only once.

    Args:
        folder: The folder in which the package is created.
        source: The folder of the other package.
        modules: The Python names of the modules.
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
        patch.setattr(parts, "_content", lambda *args: files.setdefault(args[1].name, read(*args)))
        used_parts = parts.read_tarball(tarball, exported(modules))
    (folder / SLIM).write_bytes(slim.slim_assembly(used_parts))
    (package / "_jsii" / tarball.name).write_bytes(slim.pack(_cut(files, modules)))


def assembly(package: Path) -> Path:
    """The tarball of a package."""
    (tarball,) = (package / "_jsii").glob("*.tgz")
    return tarball


def exported(modules: Collection[str]) -> set[str]:
    """The jsii names of modules, from their Python names."""
    return {re.sub(r"_(\w)", lambda match: match[1].upper(), name) for name in modules}


def _cut(files: dict[str, bytes], modules: Collection[str]) -> dict[str, bytes]:
    """The files of an assembly without the names of all other modules."""
    folders = {name.replace("_", "-").encode() for name in modules}
    export = re.compile(rb'^exports\.(\w+) = require\("\./([\w-]+)"\);\n', re.MULTILINE)
    names = {name for name, folder in export.findall(files[INDEX]) if folder in folders}
    return files | {
        INDEX: export.sub(lambda match: match[0] if match[1] in names else b"", files[INDEX]),
        MANIFEST: _manifest(files[MANIFEST], names),
    }


def _manifest(text: bytes, modules: set[bytes]) -> bytes:
    """A manifest without the types of other modules. It has 130 MB, so it is not parsed."""
    head, types, rest = text.partition(b'\n  "types": {')
    rest, end, tail = rest.rpartition(b"\n  },\n")
    mark = b'\n    "@cdktf/provider-aws.'
    selected = [type_ for type_ in rest.split(mark)[1:] if type_.partition(b".")[0] in modules]
    return b"".join((head, types, *(mark + type_ for type_ in selected))).rstrip(b",") + end + tail
