"""Terraform owns the settings of a service, and the pipeline that deploys it owns the image."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from navra_stacks import ImportedResource, ImportInventory, RegistryImage, synthesize
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.deployment import Deployer
from navra_stacks.deploy.description import FILE_NAME, DeploymentDescription
from navra_stacks.deploy.options import Options
from navra_stacks.deploy.outcome import Status
from navra_stacks.deploy.status import ServiceStatus, read_status
from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.applied_document import AppliedDocument, applied_document
from tests.support.deployed_shop import CLUSTER, emulated_account
from tests.support.shop import MIGRATE, shop, web, web_container
from tests.support.shop_inventory import HEAD

FAMILY, MIGRATION = "shop-web-qa", "shop-web-qa-migrate"
SERVICE = "shop-web-qa-svc"
IMAGE = RegistryImage(repository="public.ecr.aws/shop/web")
TAG = "terraform_data.web_image_tag"
TASK = "aws_ecs_task_definition.web_task_definition"
BOTH_TASKS = {TASK: "replace", "aws_ecs_task_definition.web_migrate_task_definition": "replace"}


class Documents(NamedTuple):
    """The files of a synthesis."""

    content: dict[str, Any]
    description: DeploymentDescription


def synthesized(
    directory: Path, inventory: ImportInventory | None = None, **environment: str
) -> Documents:
    """Synthesize a shop whose service, which has a migration, a pipeline deploys."""
    container = web_container(image=IMAGE, environment=environment)
    service = web(deployed_by="pipeline", container=container, one_off_tasks=(MIGRATE,))
    (written,) = synthesize([shop(service, inventory=inventory)], directory)
    description = DeploymentDescription.read(written.path.with_name(FILE_NAME))
    return Documents(json.loads(written.path.read_bytes()), description)


@pytest.fixture(scope="module")
def applied(
    installed: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppliedDocument]:
    """The shop, applied with the tag 1.0.0. The tests are the steps of one story."""
    directory = tmp_path_factory.mktemp("shop")
    with applied_document(
        synthesized(directory / "out").content,
        installed=installed,
        directory=directory / "work",
        variables={"web_image_tag": "1.0.0"},
    ) as shop_:
        yield shop_


def account(applied: AppliedDocument) -> DeploymentAccount:
    return emulated_account(applied.emulator, applied.region)


def deploy(
    applied: AppliedDocument,
    documents: Documents,
    tag: str,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """Deploy a tag, or the image that runs if it is empty, with success."""
    deployer = Deployer(documents.description, account(applied), report, Options(poll_seconds=0))
    outcome = deployer.deploy({"web": tag})
    assert outcome.status is Status.DONE, outcome


def status(applied: AppliedDocument, documents: Documents) -> ServiceStatus:
    (found,) = read_status(documents.description, account(applied))
    return found


def container_of(applied: AppliedDocument, revision: str) -> Mapping[str, Any]:
    """Return the container of a revision; of the newest one without a number."""
    response = applied.client("ecs").describe_task_definition(taskDefinition=revision)
    (container,) = response["taskDefinition"]["containerDefinitions"]
    return dict(container)


def tag_of(applied: AppliedDocument, revision: str = FAMILY) -> str:
    return str(container_of(applied, revision)["image"]).rpartition(":")[2]


def running(applied: AppliedDocument) -> tuple[str, dict[str, str]]:
    """Return the tag and the variables with which the service runs."""
    ecs = applied.client("ecs")
    (live,) = ecs.describe_services(cluster=CLUSTER, services=[SERVICE])["services"]
    container = container_of(applied, live["taskDefinition"])
    variables = {one["name"]: one["value"] for one in container.get("environment", ())}
    return container["image"].rpartition(":")[2], variables


def test_the_first_apply_uses_the_tag_and_a_plan_with_another_tag_is_empty(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    assert tag_of(applied) == "1.0.0"
    applied.set_variable("web_image_tag", "9.9.9")
    applied.write(synthesized(tmp_path).content)
    assert applied.actions() == {}


def test_after_a_deployment_a_plan_with_any_tag_is_empty(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    documents = synthesized(tmp_path)
    deploy(applied, documents, "1.1.0")
    assert running(applied) == ("1.1.0", {})
    assert tag_of(applied, MIGRATION) == "1.1.0"  # the migration ran in the new image
    for tag in ("1.0.0", "1.1.0"):
        applied.set_variable("web_image_tag", tag)
        applied.write(documents.content)
        assert applied.actions() == {}


def test_a_changed_setting_waits_for_the_next_deployment_and_the_status_says_so(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    documents = synthesized(tmp_path, LOG_LEVEL="debug")
    applied.set_variable("web_image_tag", "2.0.0")
    applied.write(documents.content)
    assert applied.actions() == BOTH_TASKS
    assert not evaluate(applied.workspace.last_plan()).refused
    applied.workspace.apply()
    assert tag_of(applied) == "1.0.0"
    assert tag_of(applied, f"{FAMILY}:1") == "1.0.0"
    assert applied.actions() == {}
    assert running(applied) == ("1.1.0", {})
    found = status(applied, documents)
    assert found.lags
    assert found.pending == ("web.environment.LOG_LEVEL is added",)
    # The image that runs stays, although Terraform's newest revision has the first tag.
    deploy(applied, documents, "")
    assert running(applied) == ("1.1.0", {"LOG_LEVEL": "debug"})
    assert not status(applied, documents).lags
    assert applied.actions() == {}


def test_a_setting_that_is_applied_during_a_deployment_is_not_lost(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    documents = synthesized(tmp_path, LOG_LEVEL="debug", REGION="eu")

    def apply_meanwhile(line: str) -> None:
        if line == "web: task running":  # the migration
            applied.apply(documents.content)

    deploy(applied, documents, "1.2.0", apply_meanwhile)
    assert running(applied) == ("1.2.0", {"LOG_LEVEL": "debug", "REGION": "eu"})
    assert applied.actions() == {}


def test_preserved_live_definitions_are_used_by_service_and_migration_until_they_are_removed(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    live = {"name": "web", "image": f"{IMAGE.repository}:live", "essential": True}
    live |= {"environment": [{"name": "FROM", "value": "console"}]}
    live |= {"portMappings": [{"containerPort": 8080}]}
    keeps = ImportedResource(id=f"{FAMILY}:1", keeps={"container_definitions": [live]})
    inventory = ImportInventory(**HEAD, resources={TASK: keeps})
    applied.apply(synthesized(tmp_path, inventory, LOG_LEVEL="debug").content)
    # A further setting changes nothing, and this is reported.
    documents = synthesized(tmp_path, inventory, LOG_LEVEL="debug", REGION="us")
    applied.write(documents.content)
    assert applied.actions() == {}
    deploy(applied, documents, "1.3.0")
    assert running(applied) == ("1.3.0", {"FROM": "console"})
    migrate = container_of(applied, MIGRATION)
    assert migrate["environment"] == live["environment"]
    assert migrate["command"] == ["alembic", "upgrade", "head"]
    assert {
        "services.web.container.environment.LOG_LEVEL",
        "services.web.container.environment.REGION",
    } < {*status(applied, documents).preserved}
    # Without the entry, the next deployment brings the settings into force.
    documents = synthesized(tmp_path, LOG_LEVEL="debug", REGION="us")
    applied.apply(documents.content)
    assert status(applied, documents).preserved == ()
    deploy(applied, documents, "")
    assert running(applied) == ("1.3.0", {"LOG_LEVEL": "debug", "REGION": "us"})


def test_a_service_that_was_deleted_by_hand_does_not_start_on_the_first_tag_unnoticed(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    applied.set_variable("web_image_tag", "2.0.0")
    applied.write(synthesized(tmp_path, LOG_LEVEL="debug", REGION="us").content)
    ecs = applied.client("ecs")
    ecs.delete_service(cluster=CLUSTER, service=SERVICE, force=True)
    assert applied.actions() == {"aws_ecs_service.web_service": "create"}
    (refused,) = evaluate(applied.workspace.last_plan()).refused
    assert f"plan with -replace={TAG} and the tag that ran last" in refused.sentence
    # The way out. The provider waits two minutes for a missing service each time that it reads it.
    applied.workspace.run("state", "rm", "aws_ecs_service.web_service")
    actions = applied.actions(f"-replace={TAG}")
    assert actions.keys() == {TAG, "aws_ecs_service.web_service", *BOTH_TASKS}
    assert not evaluate(applied.workspace.last_plan()).refused
    applied.workspace.apply()
    assert tag_of(applied) == "2.0.0"
