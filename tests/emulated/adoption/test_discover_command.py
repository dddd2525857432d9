"""`navra discover`: what it writes, what it refuses, and how it ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from navra_stacks import ImportInventory
from navra_stacks.cli.app import main
from tests.support.adoption_run import Discovered, credentials, ended
from tests.support.handmade_account.environment import ByHand
from tests.support.missing_terraform import without_terraform

pytestmark = pytest.mark.usefixtures("no_terraform")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "staging.inventory.json"


@dataclass(frozen=True)
class Told:
    """How a discovery ended, and what it wrote."""

    ended: Discovered
    path: Path


@pytest.fixture(scope="module")
def told(made: ByHand, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The recorded environment, discovered once."""
    path = tmp_path_factory.mktemp("discovered") / "staging.inventory.json"
    with pytest.MonkeyPatch.context() as patch:
        without_terraform(patch)
        return Told(ended(made.console, path), path)


def test_without_terraform_the_ids_are_written_and_the_missing_report_is_told(
    made: ByHand, told: Told
) -> None:
    found, path = told.ended, told.path
    assert found.status == 3
    inventory = ImportInventory.read(path)
    assert inventory.stack == "aep-staging"
    assert inventory.account == "625847798833"
    assert inventory.resources["aws_lb.load_balancer"].id == made.arns["alb"]
    assert len(inventory.resources) == 31
    assert not any(one.keeps or one.changes for one in inventory.resources.values())
    assert "Not known: what the first apply would do to them" in found.out
    assert "No report could be made: neither terraform nor tofu is on the PATH" in found.out
    assert f"{path}: 31 resources to import" in found.out


def test_the_values_that_were_found_are_told(told: Told) -> None:
    assert "backend_image_tag=build-10  " in told.ended.out
    assert "frontend_image_tag=build-1  " in told.ended.out


@pytest.mark.usefixtures("synthesized")
def test_it_tells_the_same_in_json_with_a_value_that_is_given(made: ByHand, path: Path) -> None:
    path.write_text("an older one", encoding="utf-8")
    found = ended(made.console, path, "--json", "--var", "backend_image_tag=9.9")
    report = found.report
    assert found.status == 3
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
    # Progress is for people, elsewhere.
    assert "reading only" in found.err


def test_what_exists_beside_it_is_named(told: Told) -> None:
    out = told.ended.out
    assert "Exists beside it, and no resource describes it (3)" in out
    assert "aep-backend-staging-execution:read-staging-secrets" in out


@pytest.mark.usefixtures("synthesized")
def test_another_account_is_refused(
    made: ByHand, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from navra_stacks.account.aws_reader import Account

    monkeypatch.setattr(Account, "call", lambda *_, **__: {"Account": "999999999999"})
    found = ended(made.console, path)
    assert found.status == 2
    assert "999999999999" in found.err
    assert "625847798833" in found.err
    assert not path.exists()


def test_the_same_account_gives_the_same_file_whatever_inventory_lies_there(
    made: ByHand, told: Told, path: Path
) -> None:
    """It is made anew from the settings alone, so that what it kept once is asked for again."""
    first = json.loads(told.path.read_text(encoding="utf-8"))
    first["resources"]["aws_lb.load_balancer"]["keeps"] = {"name": "another"}
    path.write_text(json.dumps(first), encoding="utf-8")
    ended(made.console, path)
    assert path.read_bytes() == told.path.read_bytes()


@pytest.mark.usefixtures("synthesized")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--var", "a"), "--var a: write it as NAME=VALUE"),
        (("--var", "nobody=1"), "the document has no variable nobody"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(
    made: ByHand, path: Path, arguments: tuple[str, ...], said: str
) -> None:
    found = ended(made.console, path, *arguments)
    assert found.status == 2
    assert said in found.err
    assert "searching" not in found.err  # before the work


def test_an_environment_without_an_inventory_must_be_told_where_to_write(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["discover", "prod"])
    assert end.value.code == 2
    assert capsys.readouterr().err == (
        "navra: aep-prod has no inventory; give it inventory=ImportInventory.beside(__file__), or "
        "name a file by --out\n"
    )


def test_a_file_that_cannot_be_written_is_told_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "missing" / "inventory.json"
    with pytest.raises(SystemExit) as end:
        main(["discover", "staging", "--out", str(nowhere)])
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert told == f"navra: {nowhere} cannot be written: there is no directory {nowhere.parent}\n"


def test_the_credentials_of_the_tests_are_those_of_nobody() -> None:
    import os

    with credentials():
        assert os.environ["AWS_ACCESS_KEY_ID"] == "rehearsal"
        assert "AWS_ENDPOINT_URL" not in os.environ
