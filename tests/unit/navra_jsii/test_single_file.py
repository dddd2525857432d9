"""A package whose files are one file behaves like the package with all its files."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import tarfile
from pathlib import Path

from navra_jsii.assemblies.core import slim_core
from navra_jsii.assemblies.slim import pack, single_file
from tests.support.cdktf_programs.program_run import NODE

FILES = {
    "lib/index.js": """
        exports.name = __filename;
        exports.sibling = require("./sibling");
        exports.folder = require("./folder").place;
        exports.parent = require("./folder/deep").parent;
        exports.data = require("../data.json").number;
        exports.about = require("../package.json").name;
        exports.dependency = require("dependency");
        exports.nested = require("dependency/other");
        exports.built_in = require("path").sep;
        exports.on_disk = require("on-disk");
        exports.slash = [require("./folder/"), require("dependency/")].length;
        exports.unnamed = require("unnamed");
        exports.same = require("./sibling") === exports.sibling;
        exports.first = require("./cycle").index === exports;
        try { require("./missing"); } catch (error) { exports.missing = error.code; }
        try { require("./failing"); } catch (error) { exports.failing = error.message; }
        try { require("./failing"); } catch (error) { exports.again = error.message; }
    """,
    "lib/sibling.js": "module.exports = [__dirname, module.filename];",
    "lib/folder/index.js": "exports.place = __dirname;",
    "lib/folder/deep.js": 'exports.parent = require("..").name;',
    "lib/cycle.js": 'exports.index = require("./");',
    "lib/failing.js": 'global.runs = (global.runs || 0) + 1; throw new Error("run " + runs);',
    "data.json": '{"number": 5}',
    "package.json": '{"name": "whole", "main": "lib/index.js"}',
    "node_modules/dependency/package.json": '{"main": "./source/main"}',
    "node_modules/dependency/source/main.js": 'exports.inner = require("inner");',
    "node_modules/unnamed/package.json": '{"main": false}',
    "node_modules/unnamed/index.js": "module.exports = 1;",
    "node_modules/dependency/other.js": 'exports.inner = require("inner");',
    "node_modules/dependency/node_modules/inner/index.js": "module.exports = __dirname;",
    "node_modules/inner/index.js": 'module.exports = "the wrong one";',
    "node_modules/path/index.js": 'module.exports = "not the module of node";',
}
ON_DISK = {"node_modules/on-disk/index.js": "module.exports = __filename;"}


def result(package: Path, program: str) -> str:
    """What the program prints, with the package's folder as a placeholder."""
    done = subprocess.run(
        [NODE, "-e", program, package], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.replace(str(package), "PACKAGE")


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_modules_are_found_as_in_the_package_with_all_files(tmp_path: Path) -> None:
    write(tmp_path / "whole", FILES | ON_DISK)
    packed = single_file({name: text.encode() for name, text in FILES.items()})
    texts = {name.removeprefix("package/"): text.decode() for name, text in packed.items()}
    write(tmp_path / "packed", texts | ON_DISK | {"package.json": FILES["package.json"]})
    program = "console.log(JSON.stringify(require(process.argv[1])))"
    outputs = [result(tmp_path / name, program) for name in ("whole", "packed")]
    assert outputs[0] == outputs[1]
    found = json.loads(outputs[0])
    assert found["dependency"] == {"inner": "PACKAGE/node_modules/dependency/node_modules/inner"}
    assert found["parent"] == "PACKAGE/lib/index.js"
    assert found["built_in"] == os.sep
    assert (found["missing"], found["again"]) == ("MODULE_NOT_FOUND", "run 2")


CORE = {
    ".jsii": '{"types": {}}',
    "package.json": '{"main": "lib/index.js", "dependencies": {"archiver": "7", "sorted": "1"}}',
    "lib/index.js": 'require("./private/fs");',
    "lib/private/fs.js": 'require("../errors"); execSync(`node ${__filename}`);',
    "lib/errors.js": 'require("./message");',
    "lib/message.js": "",
    "lib/app.js": "",
    "node_modules/archiver/package.json": '{"dependencies": {"shared": "1", "zip": "1"}}',
    "node_modules/archiver/index.js": 'require("zip");',
    "node_modules/shared/index.js": "",
    "node_modules/shared/package.json": "{}",
    "node_modules/sorted/package.json": '{"dependencies": {"shared": "1"}}',
    "node_modules/sorted/index.js": 'require("shared");',
    "node_modules/zip/index.js": 'require("shared");',
    "node_modules/zip/package.json": "{}",
}


def test_the_files_of_cdktf_that_are_run_by_name_are_files(tmp_path: Path) -> None:
    (tmp_path / "core.tgz").write_bytes(
        pack({f"package/{name}": text.encode() for name, text in CORE.items()})
    )
    with tarfile.open(fileobj=io.BytesIO(slim_core(tmp_path / "core.tgz"))) as found:
        files: dict[str, bytes] = {}
        for member in found:
            content = found.extractfile(member)
            assert content is not None
            files[member.name.removeprefix("package/")] = content.read()
    packed = set(json.loads(files.pop("files.json")))
    unpacked = json.loads(gzip.decompress(files.pop("node_modules/packages.json.gz")))
    modules = {"lib/private/fs.js", "lib/errors.js", "lib/message.js"}
    stubs = {"lib/index.js", "node_modules/archiver/index.js"}
    assert set(files) == {".jsii", "package.json"} | modules | stubs
    assert packed == {
        *("lib/index.js", "lib/app.js"),
        *modules,
        *("node_modules/shared/index.js", "node_modules/shared/package.json"),
        *("node_modules/sorted/index.js", "node_modules/sorted/package.json"),
    }
    # The stub is replaced last: before, a process that meets it would lack the other packages.
    assert list(unpacked)[-1] == "archiver/index.js"
    # archiver runs from files, and finds all that it requires among them.
    assert set(unpacked) == {
        f"{package}/{file}"
        for package in ("archiver", "shared", "zip")
        for file in ("index.js", "package.json")
    }
