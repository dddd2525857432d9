"""Terraform addresses of the elements of a stack."""

from __future__ import annotations

from cdktf import ITerraformDependable, TerraformDataSource, TerraformModule, TerraformResource

__all__ = ["address_of"]


def address_of(element: ITerraformDependable) -> str:
    """Return the Terraform address of a resource, a data source or a module.

    The address changes if the logical ID of the element is overridden afterwards.

    Raises:
        TypeError: the element is of another kind.
    """
    if isinstance(element, TerraformResource):
        return f"{element.terraform_resource_type}.{element.friendly_unique_id}"
    if isinstance(element, TerraformDataSource):
        return f"data.{element.terraform_resource_type}.{element.friendly_unique_id}"
    if isinstance(element, TerraformModule):
        return f"module.{element.friendly_unique_id}"
    raise TypeError(f"{element!r} is neither a resource nor a data source nor a module")
