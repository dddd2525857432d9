"""Readable Terraform addresses."""

from __future__ import annotations

from typing import TypeVar

from cdktf import TerraformElement

__all__ = ["with_logical_id"]

E = TypeVar("E", bound=TerraformElement)


def with_logical_id(element: E, logical_id: str) -> E:
    """Give `element` the Terraform address ``<type>.<logical_id>`` and return it.

    CDKTF's default address ends in a hash of the construct path, so moving a line of Python would
    destroy and recreate the resource. A logical ID is unique for its type within a stack.
    """
    element.override_logical_id(logical_id)
    return element
