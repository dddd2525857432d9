"""Environments in, files out: the same everywhere, and only what was asked for."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

import navra_stacks
from navra_stacks import NavraError, S3State, SettingsError
from tests.conftest import ROOT, STACKS, Built, shop


def run(*arguments: str, cwd: Path, **environ: str) -> subprocess.Popen[str]:
    """Python in a directory, with nothing of this process's environment but what it needs."""
    kept = {key: os.environ[key] for key in ("LANG",) if key in os.environ}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT / "lib"), **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


# The same bytes everywhere


@dataclass(frozen=True)
class Checkout:
    """A copy of the project, after ``python main.py``."""

    directory: Path
    status: int
    errors: str

    def document(self, stack: str) -> bytes:
        return (self.directory / "cdktf.out/stacks" / stack / "cdk.tf.json").read_bytes()


@pytest.fixture(scope="module")
def node_of_the_machine(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH with a node that must not be started."""
    node = tmp_path_factory.mktemp("bin") / "node"
    node.write_text("#!/bin/sh\necho the node of the machine >&2\nexit 97\n")
    node.chmod(0o755)
    return f"{node.parent}{os.pathsep}{os.defpath}"


@pytest.fixture(scope="module")
def checkouts(
    tmp_path_factory: pytest.TempPathFactory, node_of_the_machine: str
) -> tuple[Checkout, ...]:
    """Two checkouts in unlike surroundings, run at the same time."""
    surroundings = {
        "here": {"PYTHONHASHSEED": "1", "TZ": "UTC", "USER": "ann"},
        "a much longer way/to get there": {
            "PYTHONHASHSEED": "4242",
            "TZ": "Asia/Tokyo",
            "USER": "bob",
            "AWS_REGION": "ap-southeast-2",
            "AWS_PROFILE": "another",
        },
    }
    started = []
    for name, environ in surroundings.items():
        base = tmp_path_factory.mktemp("elsewhere") / name
        checkout, home, tmp = (base / part for part in ("checkout", "home", "tmp"))
        for directory in (home, tmp):
            directory.mkdir(parents=True)
        for part in ("lib", "environments"):
            shutil.copytree(
                ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__")
            )
        shutil.copy(ROOT / "main.py", checkout)
        process = run(
            "main.py",
            cwd=checkout,
            PATH=node_of_the_machine,
            HOME=str(home),
            TMPDIR=str(tmp),
            PYTHONPATH=str(checkout / "lib"),
            **environ,
        )
        started.append((checkout, process))
    return tuple(
        Checkout(checkout, errors=process.communicate()[1], status=process.returncode)
        for checkout, process in started
    )


def test_synthesis_uses_the_node_of_the_python_packages_and_says_nothing(
    checkouts: tuple[Checkout, ...],
) -> None:
    assert [(one.status, one.errors) for one in checkouts] == [(0, "")] * 2


@pytest.mark.parametrize("stack", STACKS)
def test_the_same_settings_give_the_same_bytes_everywhere(
    checkouts: tuple[Checkout, ...], documents: Mapping[str, Built], stack: str
) -> None:
    here, there = (checkout.document(stack) for checkout in checkouts)
    assert here == there
    assert here.decode() == documents[stack].text


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_of_the_machine_is_in_a_document(
    checkouts: tuple[Checkout, ...], stack: str
) -> None:
    text = checkouts[0].document(stack).decode()
    directory = checkouts[0].directory
    for private in (
        *map(str, (directory, *directory.parents, ROOT, Path.home(), sys.prefix)),
        socket.gethostname(),
        str(date.today()),
    ):
        if len(private) > 4:  # "/" and "/tmp" are parts of anything
            assert private not in text
    assert not re.search(r"\d\d:\d\d:\d\d", text)


# What is written


def test_each_environment_gets_a_directory_of_its_stack(tmp_path: Path) -> None:
    other = shop(name="live")
    first, second = navra_stacks.synthesize([shop(), other], tmp_path)
    assert first.path == tmp_path / "stacks/shop-qa/cdk.tf.json"
    assert second.path == tmp_path / "stacks/shop-live/cdk.tf.json"
    assert (first.environment, second.environment) == (shop(), other)


def test_a_relative_directory_is_taken_from_where_python_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    navra_stacks.synthesize([shop()], tmp_path / "before")  # node stays where it was started
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (written,) = navra_stacks.synthesize([shop()], "out")
    assert written.path == Path("out/stacks/shop-qa/cdk.tf.json")
    assert (tmp_path / "here" / written.path).is_file()


def test_what_was_written_is_counted(tmp_path: Path) -> None:
    (written,) = navra_stacks.synthesize([shop()], str(tmp_path))
    built = Built.at(written.path)
    assert written.resources == len(built.resources) > 10
    assert written.data_sources == len(built.data_sources) == 4


def test_an_environment_is_written_alike_alone_and_among_others(tmp_path: Path) -> None:
    (alone,) = navra_stacks.synthesize([shop()], tmp_path / "alone")
    among, _ = navra_stacks.synthesize([shop(), shop(name="live")], tmp_path / "among")
    assert alone.path.read_bytes() == among.path.read_bytes()


def test_no_terraform_of_the_machine_is_asked(tmp_path: Path) -> None:
    terraform = tmp_path / "bin/terraform"
    terraform.parent.mkdir()
    terraform.write_text("#!/bin/sh\nexit 97\n")
    terraform.chmod(0o755)
    script = (
        "import sys; from environments.staging import STAGING;"
        "from navra_stacks import Cache, Database, synthesize;"
        "made = STAGING.replace(database=Database.relaxed(url_secret='DATABASE_URL'),"
        "cache=Cache.relaxed(url_secret='REDIS_URL'));"
        "print(len(synthesize([made], sys.argv[1])))"
    )
    path = f"{terraform.parent}{os.pathsep}{os.defpath}"
    process = run("-c", script, str(tmp_path / "out"), cwd=ROOT, PATH=path)
    assert process.communicate() == ("1\n", "")


def test_two_environments_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="shop-qa: is described more than once"):
        navra_stacks.synthesize([shop(), shop(name="live"), shop(account=None)], tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_two_environments_claim_alike_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    state = S3State(bucket="shop-state", key="terraform.tfstate", bootstrapped=True)
    with pytest.raises(SettingsError) as refused:
        navra_stacks.synthesize([shop(state=state), shop(name="live", state=state)], tmp_path)
    assert [problem.field for problem in refused.value.problems] == [
        "shop-live.state.bucket",
        "shop-live.state.key",
    ]
    assert not list(tmp_path.iterdir())


def test_a_state_bucket_is_made_in_the_region_in_which_terraform_looks_for_it(
    tmp_path: Path,
) -> None:
    state = S3State(bucket="shop-state", region="us-east-2", bootstrapped=True)
    bucket, environment = (
        Built.at(one.path) for one in navra_stacks.synthesize([shop(state=state)], tmp_path)
    )
    assert bucket.content["provider"]["aws"][0]["region"] == "us-east-2"
    assert environment.content["provider"]["aws"][0]["region"] == "eu-west-1"
    assert environment.content["terraform"]["backend"]["s3"]["region"] == "us-east-2"


def test_a_directory_that_does_not_exist_yet_is_made(tmp_path: Path) -> None:
    (written,) = navra_stacks.synthesize([shop()], tmp_path / "a/b")
    assert written.path == tmp_path / "a/b/stacks/shop-qa/cdk.tf.json"
    assert written.path.is_file()


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(NavraError, match="a/b cannot be made: Not a directory"):
        navra_stacks.synthesize([shop()], tmp_path / "a/b")


def test_a_file_of_the_other_syntax_is_taken_away(tmp_path: Path) -> None:
    """Terraform would read both, and find everything twice."""
    (written,) = navra_stacks.synthesize([shop()], tmp_path)
    hcl = written.path.with_name("cdk.tf")
    hcl.write_text("resource {}")
    navra_stacks.synthesize([shop()], tmp_path)
    assert [file.name for file in written.path.parent.iterdir()] == ["cdk.tf.json"]


def test_hcl_takes_the_place_of_json(tmp_path: Path, node_of_the_machine: str) -> None:
    (json_,) = navra_stacks.synthesize([shop()], tmp_path)
    # The stack is imported first, which must find node and quick bindings too.
    script = (
        "from navra_stacks import WebStack, synthesize; import sys; assert len(sys.modules) < 2000;"
        "from tests.conftest import shop; (one,) = synthesize([shop()], sys.argv[1]);"
        "print(one.path.name)"
    )
    process = run(
        "-c", script, str(tmp_path), cwd=ROOT, PATH=node_of_the_machine, SYNTH_HCL_OUTPUT="true"
    )
    assert process.communicate() == ("cdk.tf\n", "")
    files = {file.name for file in json_.path.parent.iterdir()}
    assert "cdk.tf" in files
    assert "cdk.tf.json" not in files
