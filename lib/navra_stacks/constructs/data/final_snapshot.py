"""Names of the snapshots that are taken before a database or a cache is deleted."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import TerraformResource
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id

__all__ = ["final_snapshot_name"]


def final_snapshot_name(
    scope: Construct, *, data_store: str, logical_id: str, replaced_with: Sequence[str] = ()
) -> str:
    """Return the Terraform expression of a name that differs for each generation of a data store.

    The snapshot of a deleted data store remains, so a constant name would be taken when the next
    data store of the same name is deleted, and AWS would reject the deletion. The name therefore
    ends in a part of a random id, which is created and destroyed with the data store.

    Args:
        scope: The construct of the data store.
        data_store: The name of the data store.
        logical_id: The first part of the logical id of the resource with the random id.
        replaced_with: The settings whose changes replace the data store.
    """
    generation = TerraformResource(
        scope, "final_snapshot", terraform_resource_type="terraform_data"
    )
    if replaced_with:
        generation.add_override("triggers_replace", list(replaced_with))
    address = f"{logical_id}_final_snapshot"
    with_logical_id(generation, address)
    return f"{data_store}-final-${{substr(terraform_data.{address}.id, 0, 8)}}"
