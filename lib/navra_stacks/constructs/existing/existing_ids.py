"""The local value with the IDs in the setting `existing_ids`."""

from __future__ import annotations

from cdktf import TerraformLocal
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.naming import Names, slug
from navra_stacks.settings.existing.existing_ids import ExistingIds

__all__ = ["ExistingIdsLocal"]


class ExistingIdsLocal(Construct):
    """The local value ``local.recorded``: the IDs in `existing_ids`, by Terraform address.

    A local value changes no resource and is not stored in the state.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: ExistingIds, names: Names) -> None:
        super().__init__(scope, id_)
        recorded: dict[str, str] = {}
        if settings.load_balancer_security_group is not None:
            recorded["aws_security_group.alb_security_group"] = (
                settings.load_balancer_security_group
            )
        for service, group in settings.service_security_groups.items():
            recorded[f"aws_security_group.{slug(service)}_security_group"] = group
        for service, revision in settings.task_definition_revisions.items():
            recorded[f"aws_ecs_task_definition.{slug(service)}_task_definition"] = (
                f"{names.family(service)}:{revision}"
            )
        with_logical_id(
            TerraformLocal(self, "recorded", dict(sorted(recorded.items()))), "recorded"
        )
