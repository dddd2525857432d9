"""Terraform addresses without the hash of the construct path."""

from __future__ import annotations

from typing import TypeVar

from cdktf import TerraformElement

__all__ = ["with_logical_id"]

E = TypeVar("E", bound=TerraformElement)


def with_logical_id(element: E, logical_id: str) -> E:
    """Give `element` the Terraform address ``<type>.<logical_id>`` and return it.

    The address that CDKTF would generate ends in a hash of the construct path: moving a resource to
    another construct would replace the resource. Two resources of one type in a stack cannot have
    the same logical ID.
    """
    element.override_logical_id(logical_id)
    return element
