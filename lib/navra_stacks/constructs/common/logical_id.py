"""Readable Terraform addresses."""

from __future__ import annotations

from typing import TypeVar

from cdktf import TerraformElement

__all__ = ["addressed"]

E = TypeVar("E", bound=TerraformElement)


def addressed(element: E, address: str) -> E:
    """`element`, under the address ``<type>.<address>``.

    CDKTF's own address ends in a hash of the construct's path, so that moving a line of Python
    destroys and recreates what runs. Ours is chosen, and unique for its type in a stack.
    """
    element.override_logical_id(address)
    return element
