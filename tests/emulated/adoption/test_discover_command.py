"""The output, the inventory and the exit status of `navra discover`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from navra_stacks import ImportInventory
from navra_stacks.cli.app import main
from tests.support.adoption_run import CommandResult, credentials, run_discover_without_provider
from tests.support.handmade_account.environment import HandmadeEnvironment
from tests.support.missing_terraform import without_terraform

pytestmark = pytest.mark.usefixtures("no_terraform")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "staging.inventory.json"


@dataclass(frozen=True)
class DiscoveryRun:
    """The result of a discovery, and the path of its inventory."""

    result: CommandResult
    path: Path


@pytest.fixture(scope="module")
def discovery(
    handmade: HandmadeEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> DiscoveryRun:
    """Discover the recorded environment once."""
    path = tmp_path_factory.mktemp("discovered") / "staging.inventory.json"
    with pytest.MonkeyPatch.context() as patch:
        without_terraform(patch)
        return DiscoveryRun(run_discover_without_provider(handmade.console, path), path)


def test_without_terraform_the_ids_are_written_and_the_missing_plan_is_reported(
    handmade: HandmadeEnvironment, discovery: DiscoveryRun
) -> None:
    result, path = discovery.result, discovery.path
    assert result.status == 3
    inventory = ImportInventory.read(path)
    assert inventory.stack == "aep-staging"
    assert inventory.account == "625847798833"
    assert inventory.resources["aws_lb.load_balancer"].id == handmade.arns["alb"]
    assert len(inventory.resources) == 31
    assert not any(resource.keeps or resource.changes for resource in inventory.resources.values())
    assert "the effects of the first apply are unknown" in result.out
    assert "No plan was run: neither terraform nor tofu is on the PATH" in result.out
    assert f"{path}: 31 resources to import" in result.out


def test_the_running_image_tags_are_reported(discovery: DiscoveryRun) -> None:
    assert "backend_image_tag=build-10  " in discovery.result.out
    assert "frontend_image_tag=build-1  " in discovery.result.out


@pytest.mark.usefixtures("synthesized")
def test_the_json_report_contains_the_ids_and_a_passed_variable(
    handmade: HandmadeEnvironment, path: Path
) -> None:
    path.write_text("an older inventory", encoding="utf-8")
    result = run_discover_without_provider(
        handmade.console, path, "--json", "--var", "backend_image_tag=9.9"
    )
    report = result.report
    assert result.status == 3
    assert report["harmless"] is False
    assert report["replaced"] is None
    assert report["inventory"] == str(path)
    assert report["why_not_planned"] == "neither terraform nor tofu is on the PATH"
    assert report["found"]["aws_security_group.alb_security_group"] == "sg-08200836125a8f3af"
    assert report["not_found"] == [
        "aws_iam_role_policy.backend_execution_policy",
        "aws_iam_role_policy.frontend_execution_policy",
    ]
    assert report["variables"] == {
        "backend_image_tag": "9.9",
        "frontend_image_tag": "build-1",
    }
    assert ImportInventory.read(path).stack == "aep-staging"
    # Progress messages go to stderr.
    assert "(read-only)" in result.err


def test_unmanaged_resources_are_listed(discovery: DiscoveryRun) -> None:
    out = discovery.result.out
    assert "Existing resources that the environment does not manage (3)" in out
    assert "aep-backend-staging-execution:read-staging-secrets" in out


@pytest.mark.usefixtures("synthesized")
def test_another_account_is_refused(
    handmade: HandmadeEnvironment, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from navra_stacks.account.aws_reader import AwsAccount

    monkeypatch.setattr(AwsAccount, "call", lambda *_, **__: {"Account": "999999999999"})
    result = run_discover_without_provider(handmade.console, path)
    assert result.status == 2
    assert "999999999999" in result.err
    assert "625847798833" in result.err
    assert not path.exists()


def test_an_existing_inventory_does_not_affect_the_new_one(
    handmade: HandmadeEnvironment, discovery: DiscoveryRun, path: Path
) -> None:
    """The file is rewritten from the settings and the account only."""
    first = json.loads(discovery.path.read_text(encoding="utf-8"))
    first["resources"]["aws_lb.load_balancer"]["keeps"] = {"name": "another"}
    path.write_text(json.dumps(first), encoding="utf-8")
    run_discover_without_provider(handmade.console, path)
    assert path.read_bytes() == discovery.path.read_bytes()


@pytest.mark.usefixtures("synthesized")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--var", "a"), "an option --var is not of the form NAME=VALUE"),
        (("--var", "unknown=1"), "the document has no variable unknown"),
    ],
)
def test_an_invalid_variable_is_refused_before_the_search(
    handmade: HandmadeEnvironment, path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = run_discover_without_provider(handmade.console, path, *arguments)
    assert result.status == 2
    assert message in result.err
    assert "searching" not in result.err


def test_an_environment_without_an_inventory_needs_the_option_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["discover", "prod"])
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        "navra: aep-prod has no `inventory`; set `inventory=ImportInventory.next_to(__file__)`, or "
        "pass a file with --out\n"
    )


def test_a_missing_output_directory_is_reported_before_the_search(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "missing" / "inventory.json"
    with pytest.raises(SystemExit) as end:
        main(["discover", "staging", "--out", str(missing)])
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        f"navra: {missing} cannot be written: directory {missing.parent} does not exist\n"
    )


def test_the_credentials_of_the_tests_are_invalid_in_aws() -> None:
    import os

    with credentials():
        assert os.environ["AWS_ACCESS_KEY_ID"] == "rehearsal"
        assert "AWS_ENDPOINT_URL" not in os.environ
