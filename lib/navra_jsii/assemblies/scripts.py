"""Assemblies that run a script in jsii's kernel when they are loaded.

One makes the kernel forget another assembly, so that a larger one can be loaded. The kernel
considers an assembly loaded if a package of its name is in the kernel's directory; it checks
nothing else. Without that package it loads the requested tarball and replaces the descriptions of
the types. Modules that have already run are not run again, so every object keeps its class.
"""

import json

from navra_jsii.assemblies.slim import pack

__all__ = ["script_assembly", "unloading_script"]

_UNLOADING = """"use strict";
const fs = require("fs");
const path = require("path");
// The kernel loads packages from its own directory, with createRequire.
const unloaded = path.join(module.parent.filename, "node_modules", ...%s.split("/"));
delete require.cache[path.join(unloaded, "lib", "index.js")];
fs.rmSync(unloaded, { recursive: true, force: true });
"""


def unloading_script(assembly: str) -> str:
    """Return a script that makes the kernel forget an assembly."""
    return _UNLOADING % json.dumps(assembly)


def script_assembly(name: str, script: str) -> bytes:
    """Return the tarball of an assembly that has no types and runs a script.

    Args:
        name: The name of the assembly. The kernel loads only the first one of each name.
        script: A program in JavaScript.
    """
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
            "package/index.js": script.encode(),
        }
    )
