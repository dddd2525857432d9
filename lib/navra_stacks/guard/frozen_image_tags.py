"""Detect services that a plan would start on an image tag of an earlier apply.

For a service that a pipeline deploys, a ``terraform_data`` resource keeps the image tag of the
first apply. A service that Terraform creates again would start with this tag, not with the image
that the pipeline deployed last.
"""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.guard.plan_index import PlanIndex
from navra_stacks.terraform.plan import Change

__all__ = ["frozen_image_tags"]


def frozen_image_tags(change: Change, index: PlanIndex) -> Iterator[str]:
    """Yield why a service that is created again would start on an earlier image.

    Nothing is yielded for the first creation of a service, and if the plan also replaces the
    resource that keeps the tag.

    Args:
        change: A change that creates or replaces a resource.
        index: The index of the plan with `change`.
    """
    plan = index.plan
    if change.type != "aws_ecs_service" or not (
        change.deletes or change.address in plan.deleted_outside
    ):
        return
    for definition in plan.references(change.address, "task_definition"):
        for tag in plan.references(definition, "container_definitions"):
            if tag.startswith("terraform_data.") and tag in index.unchanged:
                yield (
                    f"it would start on the image tag that {tag} keeps from an earlier apply, not "
                    f"on the image that ran last; plan with -replace={tag} and the tag that ran "
                    "last"
                )
