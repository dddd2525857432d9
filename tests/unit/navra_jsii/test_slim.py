"""A slim assembly is independent of the other modules, and decides when its modules run."""

import gzip
import io
import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from navra_jsii.assemblies import slim
from navra_jsii.assemblies.assembly import UnknownLayoutError
from navra_jsii.assemblies.module_store import read_modules, write_modules
from navra_jsii.assemblies.parts import AssemblyParts, read_tarball
from tests.support.cdktf_programs.program_run import NODE
from tests.support.cdktf_programs.provider_packages import PACKAGE, SLIM, assembly, exported, used
from tests.support.cdktf_programs.sample_program import MODULES


def index(provider: Path) -> str:
    """The text of the main module of a slim assembly."""
    content = slim.slim_assembly(read_tarball(assembly(provider / PACKAGE), MODULES))
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        file = packed.extractfile("package/files.json")
        assert file is not None
        text: str = json.load(file)["lib/index.js"]
        return text


def test_the_test_providers_give_the_same_slim_assemblies_as_the_real_provider(
    used_provider: Path, provider: Path
) -> None:
    """`SLIM` was built from the larger provider, which is the real one or contains the modules."""
    modules = exported(used())
    assert len(modules) > 60
    from_real_provider = (used_provider / SLIM).read_bytes()
    assert from_real_provider == slim.slim_assembly(
        read_tarball(assembly(used_provider / PACKAGE), modules)
    )
    from_used_provider = (provider / SLIM).read_bytes()
    assert from_used_provider == slim.slim_assembly(
        read_tarball(assembly(provider / PACKAGE), MODULES)
    )


def test_few_modules_run_when_the_assembly_is_loaded(provider: Path) -> None:
    assert 'exports.lbTargetGroup = require("./lb-target-group");\n' in index(provider)


def test_many_modules_run_on_first_use(provider: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slim, "EAGER_AT_MOST", len(MODULES) - 1)
    assert "exports." not in index(provider)
    assert 'get: function () { return require("./lb-target-group"); }' in index(provider)


SEVERAL = {
    "package/.jsii": """{
  "name": "@x/provider",
  "types": {
    "@x/provider.large.Large": {
      "fqn": "@x/provider.large.Large",
      "symbolId": "src/large/index-structs/structs0:Large"
    },
    "@x/provider.small.Small": {
      "fqn": "@x/provider.small.Small",
      "symbolId": "src/small/index:Small"
    }
  },
  "version": "1.0.0"
}""",
    # In the order of the real assembly: some files come before the one that requires them.
    "package/lib/large/index-structs/index.js": "Object.assign(exports, "
    'require("./structs0"), require("./structs400"), require("../../outside"));',
    "package/lib/large/index.js": 'Object.assign(exports, require("./index-structs"));',
    "package/lib/index.js": 'exports.large = require("./large");\n'
    'exports.small = require("./small");\n',
    "package/lib/small/index.js": 'exports.Small = "small";',
    "package/lib/large/unrelated.d.ts": "",
    "package/package.json": '{"name": "@x/provider", "main": "lib/index.js"}',
    "package/lib/large/index-structs/structs0.js": 'exports.Large = "large";',
    "package/lib/large/index-structs/structs400.js": 'exports.Other = "other";',
}
"""An assembly with a module of several files, such as the AWS bindings' `lexv2ModelsIntent`."""


def write_assembly(folder: Path, files: dict[str, str]) -> Path:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tarball:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tarball.addfile(member, io.BytesIO(text.encode()))
    path = folder / "several.tgz"
    path.write_bytes(gzip.compress(plain.getvalue()))
    return path


def files_of(parts: AssemblyParts) -> dict[str, set[str]]:
    return {name: set(scripts) for name, scripts in parts.scripts.items()}


LARGE = {
    "index.js",
    "index-structs/index.js",
    "index-structs/structs0.js",
    "index-structs/structs400.js",
}


def test_a_module_of_several_files_is_complete(tmp_path: Path) -> None:
    tarball = write_assembly(tmp_path, SEVERAL)
    large = read_tarball(tarball, ["large"])
    assert files_of(large) == {"large": LARGE}
    assert files_of(read_tarball(tarball, ["small"])) == {"small": {"index.js"}}
    everything = read_tarball(tarball, None)
    assert files_of(everything) == {"large": LARGE, "small": {"index.js"}}
    write_modules(everything, tmp_path / "modules.zip")
    assert read_modules(tmp_path / "modules.zip", ["large"]) == large
    assert files_of(read_modules(tmp_path / "modules.zip", ["small"])) == {"small": {"index.js"}}


def test_node_runs_a_module_of_several_files(tmp_path: Path) -> None:
    parts = read_tarball(write_assembly(tmp_path, SEVERAL), ["large"])
    with tarfile.open(fileobj=io.BytesIO(slim.slim_assembly(parts))) as packed:
        packed.extractall(tmp_path, filter="data")
    outside = tmp_path / "package/lib/outside.js"
    outside.write_text("")
    program = "console.log(JSON.stringify(require(process.argv[1]).large))"
    done = subprocess.run(
        [NODE, "-e", program, tmp_path / "package"], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"Large": "large", "Other": "other"}


def test_a_module_that_lacks_a_required_file_is_refused(tmp_path: Path) -> None:
    last = "package/lib/large/index-structs/structs400.js"
    tarball = write_assembly(tmp_path, {k: v for k, v in SEVERAL.items() if k != last})
    with pytest.raises(UnknownLayoutError, match="lacks package/lib/large/index-structs/structs"):
        read_tarball(tarball, ["large"])
