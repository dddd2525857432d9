"""The local value with the IDs in the setting `existing_ids`."""

from __future__ import annotations

from cdktf import TerraformLocal
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.naming import Names
from navra_stacks.settings.existing.existing_ids import ExistingIds

__all__ = ["ExistingIdsLocal"]


class ExistingIdsLocal(Construct):
    """The local value ``local.recorded``: the IDs in `existing_ids`, by Terraform address.

    A local value changes no resource and is not stored in the state.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: ExistingIds, names: Names) -> None:
        super().__init__(scope, id_)
        with_logical_id(TerraformLocal(self, "recorded", settings.by_address(names)), "recorded")
