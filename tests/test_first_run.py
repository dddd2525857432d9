"""A first run of an installed wheel uses the files that were prepared when the wheel was built."""

from __future__ import annotations

import json
import os
import shutil
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.cdktf_programs.program_run import NODE
from tests.support.repository import ROOT
from tests.support.team_project import BUILD, Team, run

PREPARED = {
    "navra_jsii/_prepared/": {
        "LICENCE",
        "cdktf.tgz",
        "cdktf_cdktf_provider_aws.tgz",
        "description.json",
        "modules.zip",
        "python.bin",
    },
    "navra_stacks/check/schema/_prepared/": {
        "LICENCE",
        "provider-aws@21.22.1.jsii.tgz-37074902-1.schema",
    },
}

# Each scan of the whole assembly, and each compilation of a class, fails.
STRICT = """
import navra_stacks
from navra_jsii.assemblies import parts
from navra_jsii.imports import module_pieces
def fail(*arguments): raise AssertionError(arguments)
parts.read_tarball = fail
if {pieces}: module_pieces.Pieces.__init__ = fail
import navra_stacks.check.schema.extraction as extraction
extraction.extract_schema = fail
"""

SYNTHESIZE = """
import sys
sys.path.insert(0, {packaging!r})
import sample
navra_stacks.synthesize(sample.ENVIRONMENTS, sys.argv[1])
from navra_stacks.check.schema.cache import provider_schema
print(provider_schema().name)
"""

FURTHER = """
import sys
from cdktf import App, AssetType, TerraformAsset, TerraformStack
from cdktf_cdktf_provider_aws.dynamodb_table import DynamodbTable
from cdktf_cdktf_provider_aws.efs_file_system import EfsFileSystem
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
app = App(outdir=sys.argv[1])
stack = TerraformStack(app, "further")
AwsProvider(stack, "aws")
Lb(stack, "lb", name="lb")
SqsQueue(stack, "queue", name="queue")
EfsFileSystem(stack, "files")
DynamodbTable(stack, "table", name="table", hash_key="id")
TerraformAsset(stack, "archive", path=sys.argv[2], type=AssetType.ARCHIVE)
app.synth()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory, so that every cache is empty."""
    tmp_path.chmod(0o700)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ".cache"))
    # cdktf archives a directory with the node on the PATH, if there is one.
    monkeypatch.setenv("PATH", f"{NODE.parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def prepared_files(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {
            name: archive.read(name)
            for name in archive.namelist()
            if name.startswith(tuple(PREPARED))
        }


def test_a_wheel_from_a_checkout_contains_the_prepared_files_and_their_licence(wheel: Path) -> None:
    files = prepared_files(wheel)
    assert files.keys() == {folder + name for folder, names in PREPARED.items() for name in names}
    for folder in PREPARED:
        assert b"MPL-2.0" in files[f"{folder}LICENCE"]
    text = json.dumps({name: content.decode("latin1") for name, content in files.items()})
    assert str(ROOT) not in text
    assert sysconfig.get_path("purelib") not in text


def test_a_wheel_from_a_source_distribution_has_the_same_files(wheel: Path, tmp_path: Path) -> None:
    script = "import sys; from hatchling.build import build_sdist; build_sdist(sys.argv[1])"
    run(sys.executable, "-c", script, tmp_path, directory=ROOT)
    (archive,) = tmp_path.iterdir()
    shutil.unpack_archive(archive, tmp_path)
    source = tmp_path / archive.name.removesuffix(".tar.gz")
    run(sys.executable, "-c", BUILD, tmp_path / "dist", directory=source)
    (other,) = (tmp_path / "dist").iterdir()
    assert other.read_bytes() == wheel.read_bytes()


def test_a_wheel_without_the_bindings_is_built_without_prepared_files(tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False)
    (packages,) = environment.glob("lib/python*/site-packages")
    installed = Path(sysconfig.get_path("purelib"))
    for name in ("hatchling", "packaging", "pathspec", "pluggy", "trove_classifiers"):
        (packages / name).symlink_to(installed / name)
    done = run(environment / "bin/python", "-c", BUILD, tmp_path / "dist", directory=ROOT)
    assert "the AWS bindings are not installed beside the build backend" in done.stderr
    (wheel,) = (tmp_path / "dist").iterdir()
    assert not prepared_files(wheel)


def test_an_editable_installation_has_no_prepared_files(tmp_path: Path) -> None:
    script = "import sys; from hatchling.build import build_editable; build_editable(sys.argv[1])"
    run(sys.executable, "-c", script, tmp_path, directory=ROOT)
    (wheel,) = tmp_path.iterdir()
    assert not prepared_files(wheel)
    assert not (ROOT / "lib/navra_jsii/_prepared").exists()


def test_a_first_run_scans_and_compiles_nothing(team: Team, home: Path) -> None:
    program = STRICT.format(pieces=True) + SYNTHESIZE.format(packaging=str(ROOT / "packaging"))
    printed = team.run("python", "-c", program, str(home / "out"))
    assert printed.split()[-1].startswith("6.")
    cached = {path.name.partition("-")[0] for path in (home / ".cache/navra-jsii").iterdir()}
    assert cached == {"runtime", "start"}


def test_a_first_run_with_further_modules_does_not_scan_the_assembly(
    team: Team, home: Path
) -> None:
    source = home / "source"
    source.mkdir()
    (source / "file.txt").write_text("content")
    program = STRICT.format(pieces=False) + FURTHER
    documents = []
    for _ in ("first", "second"):
        team.run("python", "-c", program, str(home / "out"), str(source))
        documents.append((home / "out/stacks/further/cdk.tf.json").read_bytes())
        (archive,) = (home / "out/stacks/further/assets").rglob("*.zip")
        assert zipfile.ZipFile(archive).namelist() == ["file.txt"]
    assert documents[0] == documents[1]
    assert len(json.loads(documents[0])["resource"]) == 4
    (slim,) = (home / ".cache/navra-jsii").glob("slim-*.json")
    assert {"dynamodbTable", "efsFileSystem", "ecsService"} <= {
        *json.loads(slim.read_text())["modules"]
    }
