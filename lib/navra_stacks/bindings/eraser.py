"""An assembly whose loading makes jsii's kernel forget another, so that a larger one can follow.

The kernel takes an assembly as loaded where a package of its name lies in the kernel's directory,
and looks at nothing else. Without that package it loads what it is told to, and what it knew of
the types before is replaced. Modules that already ran stay as they are, so that every object keeps
its class.
"""

import json

from .slim import packed

__all__ = ["eraser_assembly"]

_INDEX = """"use strict";
const fs = require("fs");
const path = require("path");
// The kernel requires from its own directory, by createRequire.
const erased = path.join(module.parent.filename, "node_modules", ...%s.split("/"));
delete require.cache[path.join(erased, "lib", "index.js")];
fs.rmSync(erased, { recursive: true, force: true });
"""


def eraser_assembly(name: str, erased: str) -> bytes:
    """The tarball of an assembly called ``name`` that takes away the one called ``erased``."""
    about = {"name": name, "version": "1.0.0", "description": "", "license": "Apache-2.0"}
    assembly = about | {
        "schema": "jsii/0.10.0",
        "jsiiVersion": "5.8.0 (build 0000000)",
        "fingerprint": "",
        "homepage": "",
        "author": {"name": "", "roles": ["author"]},
        "repository": {"type": "git", "url": ""},
        "types": {},
    }
    return packed(
        {
            "package/.jsii": json.dumps(assembly).encode(),
            "package/package.json": json.dumps(about | {"main": "index.js"}).encode(),
            "package/index.js": (_INDEX % json.dumps(erased)).encode(),
        }
    )
