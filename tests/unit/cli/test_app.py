"""The navra command: what it prints, where, and the status with which it ends."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from navra_stacks.cli.app import main
from tests.support.navra_command import COMMAND
from tests.support.repository import ROOT, STACKS
from tests.support.synthesized import Built

PATHS = os.pathsep.join(map(str, (ROOT / "lib", ROOT)))


class Ended(NamedTuple):
    status: int
    out: str
    err: str


Navra = Callable[..., Ended]


@pytest.fixture
def navra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Navra:
    """The command in this process, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delenv("CDKTF_OUTDIR", raising=False)
    monkeypatch.setattr(sys, "argv", ["navra", "never", "read"])
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> Ended:
        try:
            main(arguments)
            status = 0
        except SystemExit as end:
            status = end.code or 0
        out, err = capsys.readouterr()
        return Ended(status, out, err)

    return run


def started(*command: str | Path, cwd: Path, **environ: str) -> Ended:
    """A command in a process of its own."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": PATHS, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def told(out: str) -> list[str]:
    """The lines of a synth, without the time that it took."""
    return re.sub(r"(?<= in )\d+\.\d s$", "… s", out, flags=re.MULTILINE).splitlines()


# synth


def test_synth_writes_every_environment_and_tells_what(navra: Navra, tmp_path: Path) -> None:
    ended = navra("synth", "--out", str(tmp_path / "out"))
    assert (ended.status, ended.err) == (0, "")
    expected = []
    for stack in STACKS:
        path = tmp_path / f"out/stacks/{stack}/cdk.tf.json"
        built = Built.at(path)
        counts = f"{len(built.resources)} resources, {len(built.data_sources)} data sources"
        expected.append(f"{stack:14}  {counts}  {path}")
    assert told(ended.out) == [
        *expected,
        "aep-prod: account is still to be filled in; until then Terraform asks for it",
        "aep-prod: hardening.alarms.emails is still to be filled in; until then Terraform asks for "
        "it",
        "aep-prod: delivery.repository is still to be filled in; until then Terraform asks for it",
        "2 environments in … s",
    ]


@pytest.mark.parametrize("name", ["staging", "aep-staging"])
def test_synth_of_one_environment_writes_that_alone(
    navra: Navra, tmp_path: Path, name: str
) -> None:
    ended = navra("synth", name, "--out", str(tmp_path / "elsewhere"))
    assert (ended.status, ended.err) == (0, "")
    stacks = [stack.name for stack in (tmp_path / "elsewhere/stacks").iterdir()]
    assert stacks == ["aep-staging"]
    assert not (tmp_path / "cdktf.out").exists()
    assert "aep-prod" not in ended.out
    assert told(ended.out)[-1] == "1 environment in … s"


def test_synth_of_several_environments_keeps_the_order_and_names_each_once(
    navra: Navra, tmp_path: Path
) -> None:
    ended = navra("synth", "prod", "staging", "aep-prod", "--out", str(tmp_path / "out"))
    lines = told(ended.out)
    stacks = ["aep-prod-state", "aep-prod", "aep-staging"]
    assert [line.split()[0] for line in lines[:3]] == stacks
    assert lines[-1] == "2 environments in … s"


# routes


def test_routes_lists_the_rules_in_order_and_the_default(navra: Navra) -> None:
    ended = navra("routes", "staging")
    assert ended == (
        0,
        "    1  /api/*  ->  backend\n    2  /health/*  ->  backend\n else  /*  ->  frontend\n",
        "",
    )


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/api/v1", "/api/v1  ->  backend  (rule 1, /api/*)\n"),
        ("/health/live", "/health/live  ->  backend  (rule 2, /health/*)\n"),
        ("/about", "/about  ->  frontend  (the default action)\n"),
    ],
)
def test_routes_tells_which_service_answers_a_path_and_why(
    navra: Navra, path: str, answer: str
) -> None:
    assert navra("routes", "staging", path) == (0, answer, "")


def test_routes_refuses_what_is_no_path(navra: Navra) -> None:
    ended = navra("routes", "staging", "about")
    assert ended == (2, "", "navra: 'about' is not a path: a path starts with a slash\n")


# environments


def test_environments_lists_account_region_and_address(navra: Navra) -> None:
    assert navra("environments") == (
        0,
        "staging  aep-staging  625847798833  us-east-1  https://staging.navralabs.com\n"
        "prod     aep-prod     account?      us-east-1  https://app.navralabs.com\n",
        "",
    )


def test_what_only_reads_settings_starts_no_node_and_loads_no_cdktf() -> None:
    script = """
import sys
from navra_stacks.cli.app import main
for command in (["environments"], ["routes", "staging", "/api/x"]):
    try:
        main(command)
    except SystemExit as end:
        assert not end.code, command
    heavy = {"cdktf", "constructs", "jsii", "navra_stacks.stacks.web.stack"} & set(sys.modules)
    print(command[0], sorted(heavy), file=sys.stderr)
"""
    ended = started(sys.executable, "-c", script, cwd=ROOT, JSII_NODE="/there/is/no/node")
    assert (ended.status, ended.err) == (0, "environments []\nroutes []\n")
    assert "aep-staging" in ended.out
    assert "/api/x  ->  backend" in ended.out


# Mistakes of the user's end with status 2, a message and no traceback


@pytest.mark.parametrize("command", ["synth", "routes"])
def test_an_unknown_environment_is_told_with_the_nearest_name(
    navra: Navra, tmp_path: Path, command: str
) -> None:
    ended = navra(command, "stagging")
    assert ended == (
        2,
        "",
        "navra: there is no environment 'stagging'; did you mean 'staging'?\n",
    )
    assert not list(tmp_path.iterdir())


def test_an_environment_like_no_other_is_told_with_all_names(navra: Navra) -> None:
    ended = navra("synth", "qqq")
    assert ended == (2, "", "navra: there is no environment 'qqq'; there are staging, prod\n")


BROKEN = """
from environments.staging import STAGING
ENVIRONMENTS = (STAGING.replace(region="us-west-2", account="12"),)
"""


def test_settings_at_fault_are_told_all_at_once_without_a_traceback(
    navra: Navra, tmp_path: Path
) -> None:
    (tmp_path / "faulty.py").write_text(BROKEN)
    ended = navra("synth", "--from", "faulty:ENVIRONMENTS")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("navra: aep-staging: ")
    assert "\n  account: '12' is not an AWS account id" in ended.err
    assert "\n  network.availability_zones: 'us-east-1a' is not a zone of us-west-2" in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "cdktf.out").exists()


def test_a_bug_is_told_with_its_traceback(tmp_path: Path) -> None:
    (tmp_path / "buggy.py").write_text("ENVIRONMENTS = 1 / 0\n")
    ended = started(COMMAND, "environments", "--from", "buggy:ENVIRONMENTS", cwd=tmp_path)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("Traceback (most recent call last):")
    assert "ZeroDivisionError: division by zero" in ended.err


def test_a_module_that_lacks_another_is_a_bug_and_not_a_missing_module(
    navra: Navra, tmp_path: Path
) -> None:
    (tmp_path / "lacking.py").write_text("import a_module_that_is_not_there\n")
    with pytest.raises(ModuleNotFoundError, match="a_module_that_is_not_there"):
        navra("environments", "--from", "lacking:ENVIRONMENTS")


# --from


SHOP = """
from tests.support.navra_command import COMMAND
from environments.staging import STAGING
QA = STAGING.replace(name="qa", existing_ids=None)
LIST = [QA, STAGING.replace(name="live", project="shop", existing_ids=None)]
TWICE = (QA, QA.replace(project="shop"))
EMPTY = ()
TEXT = "QA"
MIXED = (QA, "QA")
"""


@pytest.fixture
def here(navra: Navra, tmp_path: Path) -> Navra:
    (tmp_path / "here_only.py").write_text(SHOP)
    sys.modules.pop("here_only", None)
    return navra


def test_from_reads_a_module_of_the_current_directory(here: Navra) -> None:
    ended = here("environments", "--from", "here_only:LIST")
    assert [line.split()[:2] for line in ended.out.splitlines()] == [
        ["qa", "aep-qa"],
        ["live", "shop-live"],
    ]
    assert here("environments", "--from", "here_only:QA").out.startswith("qa  aep-qa  ")


@pytest.mark.parametrize("name", ["EMPTY", "TEXT", "MIXED", "ABSENT"])
def test_from_refuses_what_is_no_tuple_of_environments(here: Navra, name: str) -> None:
    ended = here("environments", "--from", f"here_only:{name}")
    assert ended == (2, "", f"navra: here_only:{name} is not a tuple of environments\n")


@pytest.mark.parametrize("source", ["here_only", ":LIST", "here_only:"])
def test_from_tells_how_it_is_written(here: Navra, source: str) -> None:
    ended = here("environments", "--from", source)
    expected = f"--from {source}: write it as MODULE:NAME, as in environments:ENVIRONMENTS"
    assert ended == (2, "", f"navra: {expected}\n")


@pytest.mark.parametrize("module", ["nowhere", "nowhere.at.all"])
def test_from_tells_where_a_module_is_looked_for(here: Navra, module: str) -> None:
    ended = here("environments", "--from", f"{module}:LIST")
    assert ended.status == 2
    assert ended.err.startswith(f"navra: there is no module '{module}' here; run navra in the")


def test_a_name_that_two_projects_have_is_told_with_both(here: Navra) -> None:
    ended = here("routes", "qa", "--from", "here_only:TWICE")
    assert ended == (2, "", "navra: 'qa' may be aep-qa or shop-qa: name one of them\n")
    assert here("routes", "shop-qa", "--from", "here_only:TWICE").status == 0


def test_two_environments_of_one_stack_are_refused(here: Navra, tmp_path: Path) -> None:
    (tmp_path / "twins.py").write_text("from here_only import QA\nENVIRONMENTS = (QA, QA)\n")
    ended = here("synth", "--from", "twins:ENVIRONMENTS")
    assert (ended.status, ended.out) == (2, "")
    assert "aep-qa: is described more than once; describe each environment once" in ended.err


# Usage


def test_help_names_every_command(navra: Navra) -> None:
    ended = navra("--help")
    assert ended.status == 0
    for command in ("synth", "routes", "environments", "discover", "rehearse", "guard"):
        assert re.search(rf"\b{command} ", ended.out)


@pytest.mark.parametrize("arguments", [["sinth"], ["routes"], ["synth", "--output", "x"]])
def test_wrong_usage_ends_with_status_2_and_a_hint(navra: Navra, arguments: list[str]) -> None:
    ended = navra(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert "Usage: " in ended.err
    assert "Traceback" not in ended.err
