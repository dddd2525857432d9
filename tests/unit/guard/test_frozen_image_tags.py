"""A service that is created again would start on the image tag of an earlier apply."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.guard.evaluation import evaluate
from navra_stacks.terraform.plan import Plan
from tests.support.plan_fragments import CREATE, NO_OP, REPLACE, change, plan_json

SERVICE, TAG = "aws_ecs_service.web", "terraform_data.web_image_tag"
DEFINITION = "aws_ecs_task_definition.web"


def refused(
    *,
    actions: list[str] = CREATE,
    tag: list[str] = NO_OP,
    deleted: bool = True,
    refers: bool = True,
) -> str:
    """Return what the guard refuses in a plan that creates the service."""
    image = [f"{TAG}.output", TAG] if refers else ["aws_lb.web.arn", "aws_lb.web"]
    expressions = {
        SERVICE: {"task_definition": {"references": [f"{DEFINITION}.arn", DEFINITION]}},
        DEFINITION: {"container_definitions": {"references": image}},
    }
    resources = [{"address": name, "expressions": found} for name, found in expressions.items()]
    drift = [{"address": SERVICE, "change": {"actions": ["delete"]}}] if deleted else []
    more: dict[str, Any] = {
        "configuration": {"root_module": {"resources": resources}},
        "resource_drift": drift,
    }
    changes = (change(SERVICE, actions, {"name": "web"}, {"name": "web"}), change(TAG, tag))
    evaluation = evaluate(Plan(plan_json(*changes, **more)))
    return "\n".join(finding.sentence for finding in evaluation.refused)


WHY = f"it would start on the image tag that {TAG} keeps from an earlier apply"


def test_a_service_that_was_deleted_outside_terraform_is_refused_with_the_way_out() -> None:
    assert WHY in refused()
    assert f"plan with -replace={TAG} and the tag that ran last" in refused()


def test_a_replaced_service_is_refused_for_its_image_too() -> None:
    assert WHY in refused(actions=REPLACE, deleted=False)


@pytest.mark.parametrize(
    "more",
    [
        {"deleted": False},  # the first creation, also after a targeted apply
        {"tag": REPLACE},
        {"tag": CREATE},
        {"refers": False},  # Terraform deploys the service, or the settings contain the tag
    ],
    ids=str,
)
def test_another_creation_is_allowed(more: dict[str, Any]) -> None:
    assert WHY not in refused(**more)
