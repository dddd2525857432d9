"""Terraform owns the settings of a service, and the pipeline that deploys it owns the image."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import RegistryImage, synthesize
from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.applied_document import AppliedDocument, applied_document
from tests.support.shop import shop, web, web_container

FAMILY = "shop-web-qa"
IMAGE = RegistryImage(repository="public.ecr.aws/shop/web")
TAG = "terraform_data.web_image_tag"


def document(directory: Path, **environment: str) -> dict[str, Any]:
    """Synthesize a shop whose service a pipeline deploys."""
    container = web_container(image=IMAGE, environment=environment)
    settings = shop(web(deployed_by="pipeline", container=container))
    (written,) = synthesize([settings], directory)
    return dict(json.loads(written.path.read_bytes()))


@pytest.fixture(scope="module")
def applied(
    installed: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppliedDocument]:
    """The shop, applied with the tag 1.0.0."""
    directory = tmp_path_factory.mktemp("shop")
    content = document(directory / "out")
    with applied_document(
        content,
        installed=installed,
        directory=directory / "work",
        variables={"web_image_tag": "1.0.0"},
    ) as shop_:
        yield shop_


def image_of(applied: AppliedDocument, revision: str = FAMILY) -> str:
    """Return the image of a revision, by default of the newest one."""
    response = applied.client("ecs").describe_task_definition(taskDefinition=revision)
    return str(response["taskDefinition"]["containerDefinitions"][0]["image"])


def test_the_first_apply_uses_the_tag_and_a_plan_with_another_tag_is_empty(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    assert image_of(applied) == "public.ecr.aws/shop/web:1.0.0"
    applied.set_variable("web_image_tag", "9.9.9")
    applied.write(document(tmp_path))
    assert applied.actions() == {}


def test_a_changed_setting_registers_a_revision_with_the_image_of_before(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    applied.set_variable("web_image_tag", "2.0.0")
    applied.write(document(tmp_path, LOG_LEVEL="debug"))
    assert applied.actions() == {"aws_ecs_task_definition.web_task_definition": "replace"}
    assert not evaluate(applied.workspace.last_plan()).refused
    applied.workspace.apply()
    assert image_of(applied) == "public.ecr.aws/shop/web:1.0.0"
    assert image_of(applied, f"{FAMILY}:1") == "public.ecr.aws/shop/web:1.0.0"
    assert applied.actions() == {}


def test_a_service_that_was_deleted_by_hand_does_not_start_on_the_first_tag_unnoticed(
    applied: AppliedDocument, tmp_path: Path
) -> None:
    applied.set_variable("web_image_tag", "2.0.0")
    applied.write(document(tmp_path, LOG_LEVEL="debug"))
    ecs = applied.client("ecs")
    (cluster,) = ecs.list_clusters()["clusterArns"]
    ecs.delete_service(cluster=cluster, service="shop-web-qa-svc", force=True)
    assert applied.actions() == {"aws_ecs_service.web_service": "create"}
    (refused,) = evaluate(applied.workspace.last_plan()).refused
    assert f"plan with -replace={TAG} and the tag that ran last" in refused.sentence
    # The way out.
    actions = applied.actions(f"-replace={TAG}")
    assert actions.keys() == {
        TAG,
        "aws_ecs_service.web_service",
        "aws_ecs_task_definition.web_task_definition",
    }
    assert not evaluate(applied.workspace.last_plan()).refused
    applied.workspace.apply()
    assert image_of(applied) == "public.ecr.aws/shop/web:2.0.0"
