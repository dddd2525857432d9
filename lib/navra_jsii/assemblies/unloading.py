"""An assembly that makes jsii's kernel forget another one, so that a larger one can be loaded.

The kernel considers an assembly loaded if a package of its name is in the kernel's directory; it
checks nothing else. Without that package it loads the requested tarball and replaces the
descriptions of the types. Modules that have already run are not run again, so every object keeps
its class.
"""

import json

from navra_jsii.assemblies.slim import pack

__all__ = ["unloading_assembly"]

_SCRIPT = """"use strict";
const fs = require("fs");
const path = require("path");
// The kernel loads packages from its own directory, with createRequire.
const unloaded = path.join(module.parent.filename, "node_modules", ...%s.split("/"));
delete require.cache[path.join(unloaded, "lib", "index.js")];
fs.rmSync(unloaded, { recursive: true, force: true });
"""


def unloading_assembly(name: str, unloaded: str) -> bytes:
    """Return the tarball of an assembly ``name``; loading it removes the assembly ``unloaded``."""
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
    return pack(
        {
            "package/.jsii": json.dumps(assembly).encode(),
            "package/package.json": json.dumps(about | {"main": "index.js"}).encode(),
            "package/index.js": (_SCRIPT % json.dumps(unloaded)).encode(),
        }
    )
