"""The output and the exit status of the `navra` command."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from navra_stacks.cli.app import COMMANDS
from tests.support.navra_command import CommandResult, run_navra
from tests.support.repository import ROOT, STACKS
from tests.support.synthesized import Built

PATHS = os.pathsep.join(map(str, (ROOT / "lib", ROOT)))


Navra = Callable[..., CommandResult]


@pytest.fixture
def navra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Navra:
    """Run the command in this process, in an empty directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.delenv("CDKTF_OUTDIR", raising=False)
    monkeypatch.setattr(sys, "argv", ["navra", "never", "read"])
    monkeypatch.setenv("COLUMNS", "100")

    return partial(run_navra, capsys)


def run_process(*command: str | Path, cwd: Path, **environ: str) -> CommandResult:
    """Run a command in a separate process."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": PATHS, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    return CommandResult(done.returncode, done.stdout, done.stderr)


def lines(out: str) -> list[str]:
    """Split the output of a synth into lines, with its duration removed."""
    return re.sub(r"(?<= in )\d+\.\d s$", "… s", out, flags=re.MULTILINE).splitlines()


# synth


def test_synth_writes_every_environment_and_lists_the_files(navra: Navra, tmp_path: Path) -> None:
    result = navra("synth", "--out", str(tmp_path / "out"))
    assert (result.status, result.err) == (0, "")
    expected = []
    for stack in STACKS:
        path = tmp_path / f"out/stacks/{stack}/cdk.tf.json"
        built = Built.at(path)
        counts = f"{len(built.resources)} resources, {len(built.data_sources)} data sources"
        expected.append(f"{stack:14}  {counts}  {path}")
    repair = "has no value yet; until it is set, Terraform prompts for it"
    assert lines(result.out) == [
        *expected,
        f"aep-prod: account {repair}",
        f"aep-prod: hardening.alarms.emails {repair}",
        f"aep-prod: delivery.repository {repair}",
        "aep-prod: database.driver has no value yet; until it is set, DATABASE_URL contains a URL "
        "for the driver 'libpq' (postgresql://...?sslmode=require), which SQLAlchemy uses with "
        "psycopg2 only",
        *(
            f"{stack}: changes of services.{service} reach the running tasks with the next deploy "
            "of the pipeline"
            for stack in ("aep-staging", "aep-prod")
            for service in ("frontend", "backend")
        ),
        f"{tmp_path}/out/stacks/aep-prod/cdk.tf.json: 181 resources, pack production",
        "0 findings; 7 findings waived.",
        "2 environments in … s",
    ]


EXTENDED = """
from environments.staging import STAGING as S
from navra_stacks import OneOffTask, WebStack

class Extended(WebStack):
    def after_services(self):
        self.add_override("locals.extended", True)

def changed(service, **container):
    return service.replace(container=service.container.replace(**container))

front, back = S.services
STAGING = S.replace(stack_class="extended:Extended")
CHANGED = STAGING.replace(services=(changed(front, stop_timeout_seconds=99), back))
SMALLER = STAGING.replace(routing=S.routing.replace(routes=(
    S.routing.routes[0].replace(paths=("/health/*", "/api/*", "/v2/*")),)))
MOVED = STAGING.replace(services=(changed(front, port=8081), back))
UNGATED = STAGING.replace(services=(front, back.replace(
    deployed_by="terraform", one_off_tasks=(OneOffTask(name="migrate", command=("x",)),))))
"""


@pytest.fixture
def extended(navra: Navra, tmp_path: Path) -> Navra:
    """Run synth in a directory with the module `extended`."""
    (tmp_path / "extended.py").write_text(EXTENDED)
    sys.modules.pop("extended", None)

    def run(name: str, *options: str) -> CommandResult:
        return navra("synth", "--from", f"extended:{name}", "--out", str(tmp_path), *options)

    return run


def document(directory: Path) -> dict:
    return json.loads((directory / "stacks/aep-staging/cdk.tf.json").read_bytes())


def test_synth_builds_the_stack_class_of_the_environment(extended: Navra, tmp_path: Path) -> None:
    assert extended("STAGING").status == 0
    assert document(tmp_path)["locals"]["extended"] is True


def test_synth_builds_the_stack_class_of_the_option(extended: Navra, tmp_path: Path) -> None:
    assert extended("S", "--stack-class", "extended:Extended").status == 0
    assert document(tmp_path)["locals"]["extended"] is True


def test_synth_replaces_the_document_of_another_class_only_with_replace(
    extended: Navra, tmp_path: Path
) -> None:
    extended("STAGING")
    before = document(tmp_path)
    refused = extended("S")
    assert (refused.status, refused.out) == (2, "")
    assert "written by the stack class Extended, and WebStack would replace it" in refused.err
    assert document(tmp_path) == before
    assert extended("S", "--replace").status == 0
    assert "extended" not in document(tmp_path).get("locals", {})


def test_synth_lists_settings_that_wait_for_a_deploy(extended: Navra) -> None:
    extended("STAGING")
    assert lines(extended("CHANGED").out)[1:] == [
        "aep-staging: services.frontend.container.stop_timeout_seconds: 60 -> 99 reaches the "
        "running tasks with the next deploy of the pipeline",
        "1 environment in … s",
    ]


def test_synth_names_the_migrations_that_no_deployment_waits_for(extended: Navra) -> None:
    line = (
        "aep-staging: services.backend.one_off_tasks do not run before an apply moves the service; "
        "with deployed_by='pipeline', `navra deploy` runs them first"
    )
    assert line in lines(extended("UNGATED").out)
    assert "one_off_tasks" not in extended("STAGING").out


def test_synth_refuses_a_port_that_the_running_revision_does_not_have(extended: Navra) -> None:
    extended("STAGING")
    refused = extended("MOVED")
    assert (refused.status, refused.out) == (2, "")
    assert "services.frontend.container.port: 8081 is not a port of the running" in refused.err


def test_synth_prints_the_result_as_json(extended: Navra, tmp_path: Path) -> None:
    extended("STAGING")
    (result,) = json.loads(extended("CHANGED", "--json").out)
    assert result["pending_settings"] == [
        {
            "service": "frontend",
            "field": "services.frontend.container.stop_timeout_seconds",
            "before": 60,
            "after": 99,
            "reason": "deploy",
        }
    ]
    del result["pending_settings"]
    assert result == {
        "stack": "aep-staging",
        "path": str(tmp_path / "stacks/aep-staging/cdk.tf.json"),
        "resources": 36,
        "data_sources": 10,
        "unknown_settings": [],
        "assumed_settings": {},
        "imported": 0,
        "live_values": {},
        "unknown_before": [],
        "removed": [],
    }


def test_synth_names_the_resources_that_the_next_apply_destroys(extended: Navra) -> None:
    extended("STAGING")
    result = extended("SMALLER")
    assert (
        "aep-staging: 1 resource of the previous document is not in this one, and the next apply "
        "destroys it: aws_lb_listener_rule.api_rule"
    ) in lines(result.out)


@pytest.mark.parametrize("name", ["staging", "aep-staging"])
def test_synth_writes_only_the_selected_environment(
    navra: Navra, tmp_path: Path, name: str
) -> None:
    result = navra("synth", name, "--out", str(tmp_path / "elsewhere"))
    assert (result.status, result.err) == (0, "")
    stacks = [stack.name for stack in (tmp_path / "elsewhere/stacks").iterdir()]
    assert stacks == ["aep-staging"]
    assert not (tmp_path / "cdktf.out").exists()
    assert "aep-prod" not in result.out
    assert lines(result.out)[-1] == "1 environment in … s"


def test_synth_writes_selected_environments_in_order_and_each_once(
    navra: Navra, tmp_path: Path
) -> None:
    result = navra("synth", "prod", "staging", "aep-prod", "--out", str(tmp_path / "out"))
    printed = lines(result.out)
    stacks = ["aep-prod-state", "aep-prod-zone", "aep-prod", "aep-staging"]
    assert [line.split()[0] for line in printed[:4]] == stacks
    assert printed[-1] == "2 environments in … s"


# routes


def test_routes_lists_the_rules_in_order_and_the_default(navra: Navra) -> None:
    result = navra("routes", "staging")
    assert result == (
        0,
        "    1  /api/*  ->  backend\n    2  /health/*  ->  backend\n else  /*  ->  frontend\n",
        "",
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1", "/api/v1  ->  backend  (rule 1, /api/*)\n"),
        ("/health/live", "/health/live  ->  backend  (rule 2, /health/*)\n"),
        ("/about", "/about  ->  frontend  (the default action)\n"),
    ],
)
def test_routes_shows_the_service_and_the_listener_rule_of_a_path(
    navra: Navra, path: str, expected: str
) -> None:
    assert navra("routes", "staging", path) == (0, expected, "")


def test_routes_rejects_a_path_without_a_slash(navra: Navra) -> None:
    result = navra("routes", "staging", "about")
    assert result == (2, "", "navra: 'about' is not a path: a path starts with a slash\n")


# environments


def test_environments_lists_account_region_and_url(navra: Navra) -> None:
    assert navra("environments") == (
        0,
        "staging  aep-staging  625847798833  us-east-1  https://staging.navralabs.com\n"
        "prod     aep-prod     account?      us-east-1  https://app.navralabs.com\n",
        "",
    )


def test_commands_that_only_read_settings_do_not_load_cdktf_or_start_node() -> None:
    script = """
import sys
from navra_stacks.cli.app import main
for command in (["environments"], ["routes", "staging", "/api/x"]):
    try:
        main(command)
    except SystemExit as exit_:
        assert not exit_.code, command
    heavy = {"cdktf", "constructs", "jsii", "navra_stacks.stacks.web.stack"} & set(sys.modules)
    print(command[0], sorted(heavy), file=sys.stderr)
"""
    result = run_process(sys.executable, "-c", script, cwd=ROOT, JSII_NODE="/there/is/no/node")
    assert (result.status, result.err) == (0, "environments []\nroutes []\n")
    assert "aep-staging" in result.out
    assert "/api/x  ->  backend" in result.out


# User errors and bugs


@pytest.mark.parametrize("command", ["synth", "routes"])
def test_an_unknown_environment_is_an_error_with_a_suggestion(
    navra: Navra, tmp_path: Path, command: str
) -> None:
    result = navra(command, "stagging")
    assert result == (
        2,
        "",
        "navra: there is no environment 'stagging'; did you mean 'staging'?\n",
    )
    assert not list(tmp_path.iterdir())


def test_an_unknown_environment_without_a_suggestion_lists_all_names(navra: Navra) -> None:
    result = navra("synth", "qqq")
    assert result == (2, "", "navra: there is no environment 'qqq'; use one of staging, prod\n")


INVALID = """
from environments.staging import STAGING
ENVIRONMENTS = (STAGING.replace(region="us-west-2", account="12"),)
"""


def test_all_invalid_settings_are_reported_at_once_without_a_traceback(
    navra: Navra, tmp_path: Path
) -> None:
    (tmp_path / "invalid.py").write_text(INVALID)
    result = navra("synth", "--from", "invalid:ENVIRONMENTS")
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("navra: aep-staging: ")
    assert "\n  account: '12' is not a valid AWS account id" in result.err
    assert "\n  network.availability_zones: 'us-east-1a' is not a zone of us-west-2" in result.err
    assert "Traceback" not in result.err
    assert not (tmp_path / "cdktf.out").exists()


def test_a_failed_import_in_the_module_is_not_the_missing_module(
    navra: Navra, tmp_path: Path
) -> None:
    (tmp_path / "failing.py").write_text("import a_module_that_does_not_exist\n")
    result = navra("environments", "--from", "failing:ENVIRONMENTS")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "navra: failing.py:1: ModuleNotFoundError: No module named 'a_module_that_does_not_exist'; "
        "correct the name, or install the package\n"
    )


# --from


MODULE = """
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
def with_module(navra: Navra, tmp_path: Path) -> Navra:
    """Run the command in a directory with the module `local_only`."""
    (tmp_path / "local_only.py").write_text(MODULE)
    sys.modules.pop("local_only", None)
    return navra


def test_the_option_from_reads_a_module_of_the_current_directory(with_module: Navra) -> None:
    result = with_module("environments", "--from", "local_only:LIST")
    assert [line.split()[:2] for line in result.out.splitlines()] == [
        ["qa", "aep-qa"],
        ["live", "shop-live"],
    ]
    assert with_module("environments", "--from", "local_only:QA").out.startswith("qa  aep-qa  ")


@pytest.mark.parametrize("name", ["EMPTY", "TEXT", "MIXED"])
def test_the_option_from_rejects_anything_but_environments(with_module: Navra, name: str) -> None:
    result = with_module("environments", "--from", f"local_only:{name}")
    assert result == (
        2,
        "",
        f"navra: local_only:{name} is neither an environment nor a non-empty tuple or list of "
        "environments\n",
    )


@pytest.mark.parametrize(
    ("name", "repair"),
    [
        ("LISTS", "did you mean LIST?"),
        ("ABSENT", "use one of STAGING, QA, LIST, TWICE"),
    ],
)
def test_the_option_from_reports_a_name_that_the_module_does_not_have(
    with_module: Navra, name: str, repair: str
) -> None:
    result = with_module("environments", "--from", f"local_only:{name}")
    assert result == (2, "", f"navra: module local_only has no {name}; {repair}\n")


def test_the_option_from_reports_a_module_without_environments(
    with_module: Navra, tmp_path: Path
) -> None:
    (tmp_path / "without_any.py").write_text("TEXT = 'QA'\n")
    result = with_module("environments", "--from", "without_any:QA")
    expected = "navra: module without_any has no QA; it contains no environments\n"
    assert result == (2, "", expected)


@pytest.mark.parametrize("source", ["local_only", ":LIST", "local_only:", ".local_only:LIST"])
def test_the_option_from_reports_the_expected_format(with_module: Navra, source: str) -> None:
    result = with_module("environments", "--from", source)
    expected = f"--from {source}: write it as MODULE:NAME, for example environments:ENVIRONMENTS"
    assert result == (2, "", f"navra: {expected}\n")


@pytest.mark.parametrize("module", ["nowhere", "nowhere.at.all", "tests.nowhere.at_all"])
def test_the_option_from_reports_where_it_searches_for_a_module(
    with_module: Navra, module: str
) -> None:
    result = with_module("environments", "--from", f"{module}:LIST")
    assert result.status == 2
    expected = f"navra: there is no module '{module}' in the current directory or on the Python"
    assert result.err.startswith(expected)


def test_the_option_from_reports_the_name_of_a_file_as_a_module(with_module: Navra) -> None:
    result = with_module("environments", "--from", "local_only.py:LIST")
    assert result.status == 2
    assert result.err.startswith("navra: there is no module 'local_only.py' in the current ")
    assert result.err.endswith("; write the name without .py\n")


def test_an_unknown_name_lists_stacks_if_environments_have_equal_names(with_module: Navra) -> None:
    result = with_module("routes", "live", "--from", "local_only:TWICE")
    assert result == (2, "", "navra: there is no environment 'live'; use one of aep-qa, shop-qa\n")


def test_a_name_in_two_projects_is_reported_as_ambiguous(with_module: Navra) -> None:
    result = with_module("routes", "qa", "--from", "local_only:TWICE")
    assert result == (2, "", "navra: 'qa' is ambiguous: use aep-qa or shop-qa\n")
    assert with_module("routes", "shop-qa", "--from", "local_only:TWICE").status == 0


def test_two_environments_with_the_same_stack_are_rejected(
    with_module: Navra, tmp_path: Path
) -> None:
    (tmp_path / "twins.py").write_text("from local_only import QA\nENVIRONMENTS = (QA, QA)\n")
    result = with_module("synth", "--from", "twins:ENVIRONMENTS")
    assert (result.status, result.out) == (2, "")
    assert "aep-qa: is described more than once; describe each environment once" in result.err


# Version and help


def test_the_option_version_prints_the_version_of_the_distribution(navra: Navra) -> None:
    assert navra("--version") == (0, f"navra-stacks {version('navra-stacks')}\n", "")


def test_help_lists_every_command(navra: Navra) -> None:
    result = navra("--help")
    assert result.status == 0
    text = " ".join(result.out.split())
    for name, command in COMMANDS.items():
        assert f"{name} {command.summary}" in text


@pytest.mark.parametrize("command", COMMANDS)
def test_a_summary_is_the_first_sentence_of_the_help(command: str) -> None:
    first = (COMMANDS[command].load(command).__doc__ or "").partition("\n\n")[0]
    assert " ".join(first.split()) == COMMANDS[command].summary


def test_only_the_module_of_the_subcommand_is_imported() -> None:
    program = (
        "import sys\n"
        "from navra_stacks.cli.app import main\n"
        "try: main(['routes', '--help'])\n"
        "finally: print(sorted(m for m in sys.modules if m.startswith('navra_stacks.cli.')))"
    )
    done = run_process(sys.executable, "-c", program, cwd=ROOT)
    assert "navra_stacks.cli.routes" in done.out
    assert "navra_stacks.cli.deploy" not in done.out


def test_an_unknown_command_is_answered_with_a_known_one(navra: Navra) -> None:
    result = navra("sinth")
    assert result.status == 2
    assert "No such command 'sinth'. Did you mean 'synth'?" in result.err


def help_text(navra: Navra, command: str) -> str:
    """Return the help of a command as one line."""
    return " ".join(navra(command, "--help").out.split())


@pytest.mark.parametrize("command", ["synth", "routes", "environments", "discover", "rehearse"])
def test_help_describes_the_environments_that_from_accepts(navra: Navra, command: str) -> None:
    assert (
        "a name that this module defines for an environment, or for a tuple or list of "
        "environments. "
        "[default: environments:ENVIRONMENTS]"
    ) in help_text(navra, command)


def test_help_of_discover_shows_the_default_file_and_each_exit_status(navra: Navra) -> None:
    text = help_text(navra, "discover")
    assert "Inventory file. Default: next to the environment's file." in text
    assert re.findall(r"Exit status ([0-9]): [^.]+[.]", text) == ["0", "2", "3"]


def test_help_shows_optional_arguments_in_brackets(navra: Navra) -> None:
    assert "[ENV]" in help_text(navra, "synth")  # since typer 0.29, with an ellipsis
    assert "[PATH] " in help_text(navra, "routes")


# Packages that are not installed


REQUIRED = {
    "discover": ("boto3", "adoption", "'boto3>=1.40'"),
    "rehearse": ("boto3 and moto", "rehearsal", "'boto3>=1.40' 'moto[server]>=5.2'"),
}


@pytest.mark.parametrize("command", REQUIRED)
def test_a_missing_package_is_reported_before_anything_is_synthesized(
    navra: Navra, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    packages, extra, requirements = REQUIRED[command]
    monkeypatch.setattr("navra_stacks.cli.required_packages.find_spec", lambda _: None)
    result = navra(command, "staging")
    assert result == (
        2,
        "",
        f"navra: `navra {command}` requires {packages}: in a checkout run `make dev`, otherwise "
        f"install the packages of the extra `{extra}`: pip install {requirements}\n",
    )


def test_a_missing_package_is_named_if_the_library_is_not_installed(
    navra: Navra, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_installed(_: str) -> list[str]:
        raise PackageNotFoundError

    monkeypatch.setattr("navra_stacks.cli.required_packages.requires", not_installed)
    monkeypatch.setattr("navra_stacks.cli.required_packages.find_spec", lambda _: None)
    assert navra("rehearse", "staging").err.endswith(": pip install boto3 moto\n")


# Wrong usage


@pytest.mark.parametrize("arguments", [["sinth"], ["routes"], ["synth", "--output", "x"]])
def test_wrong_usage_exits_with_status_2_and_a_hint(navra: Navra, arguments: list[str]) -> None:
    result = navra(*arguments)
    assert (result.status, result.out) == (2, "")
    assert "Usage: " in result.err
    assert "Traceback" not in result.err
