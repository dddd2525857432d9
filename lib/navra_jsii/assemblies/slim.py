"""Reduce a provider's jsii assembly to the modules in use.

node runs all modules of an assembly when it loads it: for AWS, 2,212 modules and 193 MB of
JavaScript, which takes about 3 s. Few types of one module refer to another module, so any set of
modules that contains the modules to which it refers is a valid assembly. The slim assembly has the
name and the version of the whole one, and contains neither documentation nor source maps.
"""

import gzip
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

from navra_jsii.assemblies.parts import AssemblyParts

__all__ = ["pack", "single_file", "slim_assembly"]

EAGER_AT_MOST = 100
"""Largest number of modules that node runs as soon as an assembly is loaded, when it would
otherwise wait for Python. A larger assembly has modules of several programs, so each module runs on
first use."""


def slim_assembly(parts: AssemblyParts) -> bytes:
    """Return the tarball of an assembly with these modules."""
    types = b",".join(text for _, text in sorted(parts.types.items()))
    manifest = json.dumps(parts.manifest, separators=(",", ":")).encode()
    scripts = {
        f"lib/{parts.folders[module]}/{path}": script
        for module, files in parts.scripts.items()
        for path, script in files.items()
    }
    return pack(
        {
            "package/package.json": parts.package,
            "package/.jsii": manifest[:-1] + b',"types":{' + types + b"}}",
        }
        | single_file({"lib/index.js": _index(parts.folders)} | scripts)
    )


def single_file(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of a package that has these files in one.

    Args:
        files: The contents of the files by their path in the package, with the main module
            ``lib/index.js``.
    """
    texts = {name: content.decode() for name, content in files.items()}
    return {
        "package/files.json": json.dumps(texts, sort_keys=True).encode(),
        "package/lib/index.js": Path(__file__).with_name("single_file.js").read_bytes(),
    }


def _index(folders: Mapping[str, str]) -> bytes:
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


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a tarball of these files; the same files give the same bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tarball:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            tarball.addfile(member, io.BytesIO(content))
    # Level 6 takes three times as long, and saves a tenth of the size.
    return gzip.compress(plain.getvalue(), compresslevel=1, mtime=0)
