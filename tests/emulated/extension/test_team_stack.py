"""The resources of a team's stack class are in every document, rehearsal, inventory and report."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.provider_override import emulator_environment, point_at_emulator
from navra_stacks.terraform.working_directory import WorkingDirectory
from tests.emulated.extension.conftest import AppliedStack, Team, applied_stack, result_of

BUCKET = "aws_s3_bucket.uploads"
PARAMETER = "aws_ssm_parameter.cluster_arn"
POLICY = "aws_iam_role_policy.api_task_policy"
OWN = {BUCKET, PARAMETER, POLICY}
"""The resources that the class of own_resources.py adds to the stack."""

SOURCE = ("--from", "own_resources:SHOP")
ADOPTED = """\
import own_resources

from navra_stacks import ImportInventory

SHOP = own_resources.SHOP.replace(inventory=ImportInventory.next_to(__file__))
"""


@pytest.fixture(scope="module")
def rehearsals(team: Team) -> Iterator[Mapping[str, subprocess.Popen[str]]]:
    """Two rehearsals, run in parallel, since they mostly wait."""
    with (
        team.rehearse(*SOURCE, "--keep", "--json") as kept,
        team.rehearse("--from", "every_example:SHOP", "--json") as complete,
    ):
        yield {"kept": kept, "complete": complete}


@pytest.fixture(scope="module")
def applied(rehearsals: Mapping[str, subprocess.Popen[str]]) -> AppliedStack:
    """The team's stack, applied by `navra rehearse --keep`."""
    return applied_stack(rehearsals["kept"])


@pytest.fixture(scope="module")
def report(team: Team, applied: AppliedStack) -> Mapping[str, Any]:
    """The report of `navra discover`, which also writes the inventory."""
    done = team.run(
        *("navra", "discover", "live", *SOURCE, "--json"),
        *("--endpoint-url", applied.endpoint, "--out", "adopted.inventory.json"),
        *("--provider-mirror", str(team.mirror)),
        environ=emulator_environment(applied.endpoint),
    )
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def without_class(
    team: Team, applied: AppliedStack, installed: tuple[Terraform, Provider]
) -> WorkingDirectory:
    """Plan the shop without the team's class, over the state of the team's stack."""
    team.run("navra", "synth", "--from", "three_services:SHOP", "--out", "others.out")
    directory = team.project / "terraform"
    environ = emulator_environment(applied.endpoint)
    workspace = WorkingDirectory(*installed, directory, environ)
    document = team.document("others.out").content
    workspace.write(workspace.adapt_to_provider(point_at_emulator(document)).document)
    workspace.init()
    shutil.copy(applied.directory / "terraform.tfstate", directory)
    images = {f"{service}_image_tag": "rehearsal" for service in ("web", "api", "worker")}
    plan = workspace.plan(variables=images)
    (team.project / "plan.json").write_text(json.dumps(plan.content), encoding="utf-8")
    return workspace


def test_the_program_and_the_command_write_the_same_document(team: Team) -> None:
    team.run("python", "own_resources.py")
    written = team.document()
    assert set(written.addresses) >= OWN
    team.run("navra", "synth", *SOURCE)
    assert team.document().content == written.content


def test_the_rehearsal_applies_the_resources(applied: AppliedStack) -> None:
    state = json.loads((applied.directory / "terraform.tfstate").read_text())
    managed = {f"{found['type']}.{found['name']}" for found in state["resources"]}
    assert managed >= OWN


def test_the_discovery_finds_the_resources_or_reports_them_as_not_searched(
    report: Mapping[str, Any],
) -> None:
    assert report["found"][BUCKET] == "shop-live-uploads"
    assert report["found"][POLICY].startswith("shop-api-live-task:")
    assert PARAMETER not in report["found"]
    assert PARAMETER not in report["not_found"]
    reason = "not searched for: the lookup does not support aws_ssm_parameter"
    assert report["not_searchable"][PARAMETER] == reason
    assert report["created"][PARAMETER] == reason
    assert not report["replaced"]


def test_the_inventory_imports_the_resources(team: Team, report: Mapping[str, Any]) -> None:
    (team.project / "adopted.py").write_text(ADOPTED)
    team.run("navra", "synth", "--from", "adopted:SHOP", "--out", "adopted.out")
    imports = {block["to"]: block["id"] for block in team.document("adopted.out").content["import"]}
    assert {address: imports.get(address) for address in OWN} == {
        BUCKET: report["found"][BUCKET],
        POLICY: report["found"][POLICY],
        PARAMETER: None,
    }


def test_a_resource_that_is_not_searchable_can_be_added_to_the_inventory(
    team: Team, report: Mapping[str, Any]
) -> None:
    inventory = json.loads((team.project / "adopted.inventory.json").read_text())
    inventory["resources"][PARAMETER] = {"id": "/shop/live/cluster"}
    (team.project / "edited.inventory.json").write_text(json.dumps(inventory))
    (team.project / "edited.py").write_text(ADOPTED)
    team.run("navra", "synth", "--from", "edited:SHOP", "--out", "edited.out")
    imports = team.document("edited.out").content["import"]
    assert {"to": PARAMETER, "id": "/shop/live/cluster"} in imports


@pytest.mark.usefixtures("without_class", "report")
def test_the_guard_reports_the_removal_of_the_resources(team: Team) -> None:
    inventory = ("--inventory", "adopted.inventory.json")
    done = team.run("navra", "guard", "plan.json", *inventory, status=3)
    reported = {
        line.split()[1]: line.split(maxsplit=2)[2]
        for line in done.stdout.splitlines()
        if line.startswith(("refused", "allowed"))
    }
    assert reported.keys() >= OWN
    assert "it holds files" in reported[BUCKET]
    assert "it was adopted (adopted.inventory.json)" in reported[BUCKET]


@pytest.mark.usefixtures("report", "without_class")
def test_the_rehearsal_passes(rehearsals: Mapping[str, subprocess.Popen[str]]) -> None:
    rehearsals["kept"].send_signal(signal.SIGINT)
    result = result_of(rehearsals["kept"])
    assert result["failure"] == ""
    assert result["differences"] == []
    assert result["passed"] is True


def test_all_examples_in_one_stack_pass_a_rehearsal(
    team: Team, rehearsals: Mapping[str, subprocess.Popen[str]]
) -> None:
    result = result_of(rehearsals["complete"])
    assert result["failure"] == ""
    assert result["differences"] == []
    assert result["leftovers"] == []
    assert result["passed"] is True
    assert result["is_complete"] is True
    team.run("navra", "synth", "--from", "every_example:SHOP", "--out", "every.out")
    document = team.document("every.out")
    assert result["resources"] == len(document.resources)
    assert {block.type for block in document.resources} >= {
        "aws_dynamodb_table",
        "aws_efs_mount_target",
        "aws_lb_listener_certificate",
        "aws_s3_bucket",
        "aws_scheduler_schedule",
        "aws_service_discovery_http_namespace",
        "aws_sqs_queue",
        "aws_ssm_parameter",
    }
