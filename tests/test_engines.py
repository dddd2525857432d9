"""cdktn gives the documents of cdktf, and the constructs work with both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest

from navra_stacks.check.schema.cache import provider_schema
from tests.support.repository import ROOT

pytestmark = pytest.mark.skipif(
    find_spec("cdktn") is None, reason="cdktn is not installed; `make test` installs it"
)

ALIASES = """
import navra_stacks
import cdktf, cdktf_cdktf_provider_aws as usual, cdktf_cdktf_provider_aws.lb
import cdktn, cdktn_provider_aws as other, cdktn_provider_aws.lb
from cdktf import App
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue as Usual
from cdktn_provider_aws.sqs_queue import SqsQueue as Other
import sys
print(cdktf is cdktn, usual is other, usual.lb is other.lb, Usual is Other, App is cdktn.App)
print(Usual.__module__, usual.lb.__spec__.name, *sorted({"cdktf._jsii"} & {*sys.modules}))
"""


def run(*arguments: str, engine: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "NAVRA_ENGINE": engine, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The files of all environments, by engine and path."""
    written = {}
    for engine in ("cdktf", "cdktn"):
        out = tmp_path_factory.mktemp(engine)
        done = run("main.py", engine=engine, CDKTF_OUTDIR=str(out))
        assert done.returncode == 0, done.stderr
        written[engine] = {
            path.relative_to(out).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(out.glob("stacks/*/*.json"))
        }
    return written


def expected(text: str, provider: str) -> str:
    """Return what cdktn writes for a document of cdktf, with the three kinds of difference."""
    content = json.loads(text)
    if "terraform" not in content:
        return text
    # 1. The version of the engine.
    assert content["//"]["metadata"]["version"] == version("cdktf")
    content["//"]["metadata"]["version"] = version("cdktn")
    # 2. The version of the AWS provider from which the bindings were generated.
    assert content["terraform"]["required_providers"]["aws"]["version"] == "6.25.0"
    content["terraform"]["required_providers"]["aws"]["version"] = provider
    # 3. An empty object or list has no line break in it.
    return json.dumps(content, indent=2, ensure_ascii=False)


def test_the_documents_differ_in_three_ways_only(documents: dict[str, dict[str, str]]) -> None:
    ours, theirs = documents["cdktf"], documents["cdktn"]
    assert len(ours) >= 6
    assert theirs.keys() == ours.keys()
    provider = json.loads(theirs["stacks/aep-prod/cdk.tf.json"])["terraform"]["required_providers"]
    assert provider["aws"]["version"] > "6.25.0"
    assert theirs == {
        path: expected(text, provider["aws"]["version"]) for path, text in ours.items()
    }


def test_the_schema_of_the_bindings_of_cdktn_is_read(tmp_path: Path) -> None:
    schema = provider_schema("cdktn_provider_aws", directory=tmp_path)
    group = schema.find("resource", "aws_elasticache_replication_group")
    assert group is not None
    assert group.body.arguments["auth_token_wo"].kind.name == "string"
    assert schema.version > "6.25.0"
    assert len(list(schema.types("resource"))) > 1500


def test_each_class_exists_once_under_both_names() -> None:
    done = run("-c", ALIASES, engine="cdktn")
    assert (done.returncode, done.stderr) == (0, "")
    identical, names = done.stdout.splitlines()
    assert identical == "True True True True True"
    assert names == "cdktn_provider_aws.sqs_queue cdktn_provider_aws.lb"


@pytest.mark.parametrize("mode", ["lazy", "stock"])
def test_the_names_of_cdktf_stand_for_cdktn_in_every_mode(mode: str) -> None:
    script = "import navra_stacks, cdktf; print(cdktf.__name__, cdktf.App.__module__)"
    done = run("-c", script, engine="cdktn", NAVRA_JSII=mode)
    assert (done.stdout, done.stderr) == ("cdktn cdktn\n", "")


def test_cdktn_installed_alone_is_used(tmp_path: Path) -> None:
    script = """
import sys
from importlib.machinery import PathFinder
stock = PathFinder.find_spec
PathFinder.find_spec = lambda name, *rest: None if name.startswith("cdktf") else stock(name, *rest)
import navra_stacks
from cdktf import App
from navra_jsii.engine import selected_engine
print(App.__module__, selected_engine().core)
"""
    done = run("-c", script, engine="", XDG_CACHE_HOME=str(tmp_path))
    assert done.stdout == "cdktn cdktn\n", done.stderr


def test_an_unknown_engine_is_a_user_error(tmp_path: Path) -> None:
    done = run("main.py", engine="pulumi", CDKTF_OUTDIR=str(tmp_path / "out"))
    assert done.returncode == 2
    assert done.stderr == "navra: NAVRA_ENGINE: 'pulumi' is not one of cdktf, cdktn\n"


def test_an_engine_that_is_not_installed_is_a_user_error() -> None:
    script = """
from importlib.machinery import PathFinder
stock = PathFinder.find_spec
PathFinder.find_spec = lambda name, *rest: None if name.startswith("cdktn") else stock(name, *rest)
import runpy
runpy.run_path("main.py", run_name="__main__")
"""
    done = run("-c", script, engine="cdktn")
    assert done.returncode == 2
    assert done.stderr.startswith("navra: NAVRA_ENGINE: cdktn is not installed: `pip install ")


def test_the_engine_cannot_be_changed_after_the_import_of_cdktf() -> None:
    done = run("-c", "import cdktf, navra_stacks", engine="cdktn")
    assert done.returncode == 1
    assert "EngineError: NAVRA_ENGINE: cdktf was imported before" in done.stderr


def test_the_tests_of_the_constructs_pass_with_cdktn() -> None:
    arguments = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/unit/constructs")
    done = run(*arguments, engine="cdktn", PYTEST_ADDOPTS="")
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout.splitlines()[-1]
