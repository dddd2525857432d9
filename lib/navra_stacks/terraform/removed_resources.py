"""Resources of a document that its successor no longer contains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navra_stacks.terraform.document import TerraformDocument

__all__ = ["removed_resources"]


def removed_resources(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the sorted addresses of the resources that an apply of `after` destroys.

    They are in `before` and not in `after`, which neither moves them nor removes them from the
    state only.

    Args:
        before: The content of the document that was applied.
        after: The content of its successor.
    """
    kept = {block.get("from") for block in _blocks(after, "moved")}
    kept |= {
        block.get("from")
        for block in _blocks(after, "removed")
        if block.get("lifecycle", {}).get("destroy") is False
    }
    old = {block.address for block in TerraformDocument(before).resources}
    new = {block.address for block in TerraformDocument(after).resources}
    return tuple(sorted(old - new - kept))


def _blocks(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    blocks = document.get(name, [])
    return blocks if isinstance(blocks, list) else [blocks]
