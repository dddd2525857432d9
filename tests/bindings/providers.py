"""Providers made of some modules of the real one, whose whole takes seconds to load.

What they hold is the real one's to the letter, but for what names the other modules.
"""

from __future__ import annotations

import re
import shutil
import tarfile
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

from navra_stacks.bindings.slim import packed
from tests.conftest import ROOT

PACKAGE = "cdktf_cdktf_provider_aws"
MANIFEST, DESCRIPTION, INDEX = (
    f"package/{name}" for name in (".jsii", "package.json", "lib/index.js")
)


def real() -> Path:
    """Where the real provider's package is."""
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def used() -> set[str]:
    """The modules that the library, the examples and the program of test_same.py import."""
    folders = (ROOT / "lib", ROOT / "examples", ROOT / "tests/bindings")
    text = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    return {
        name for name in re.findall(rf"{PACKAGE}\.(\w+) import", text) if (real() / name).is_dir()
    }


def make(folder: Path, source: Path, modules: Collection[str]) -> None:
    """Put a package with these modules of another package into a folder."""
    package = folder / PACKAGE
    tarball = next((source / "_jsii").glob("*.tgz"))
    (package / "_jsii").mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(source / "_jsii/__init__.py", package / "_jsii")
    (package / "_jsii" / tarball.name).write_bytes(_cut(tarball, modules))
    for name in modules:
        (package / name).symlink_to((source / name).resolve())


def _cut(tarball: Path, modules: Collection[str]) -> bytes:
    """An assembly without the other modules."""
    folders = {name.replace("_", "-") for name in modules}
    wanted = {MANIFEST, DESCRIPTION, INDEX} | {f"package/lib/{one}/index.js" for one in folders}
    files: dict[str, bytes] = {}
    with tarfile.open(tarball, "r|gz") as whole:
        while files.keys() != wanted:
            member = whole.next()
            assert member is not None, f"there is no {wanted - files.keys()}"
            if member.name in wanted:
                file = whole.extractfile(member)
                assert file is not None
                files[member.name] = file.read()
    exported = re.compile(rb'^exports\.(\w+) = require\("\./([\w-]+)"\);\n', re.MULTILINE)
    names = {name for name, one in exported.findall(files[INDEX]) if one.decode() in folders}
    files[INDEX] = exported.sub(lambda found: found[0] if found[1] in names else b"", files[INDEX])
    files[MANIFEST] = _manifest(files[MANIFEST], names)
    return packed(files)


def _manifest(text: bytes, modules: set[bytes]) -> bytes:
    """A manifest without the types of other modules: 130 MB, which are not parsed for that."""
    head, types, rest = text.partition(b'\n  "types": {')
    rest, end, tail = rest.rpartition(b"\n  },\n")
    mark = b'\n    "@cdktf/provider-aws.'
    kept = [one for one in rest.split(mark)[1:] if one.partition(b".")[0] in modules]
    return b"".join((head, types, *(mark + one for one in kept))).rstrip(b",") + end + tail
