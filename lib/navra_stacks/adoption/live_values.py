"""The value that an argument has in the account, as a document would give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navra_stacks.terraform.plan import Place

__all__ = ["Schema", "is_told_by_aws_alone", "live_value", "marks"]

Schema = Mapping[str, Any]
"""One provider's, of ``terraform providers schema -json``."""


def live_value(before: Any, schema: Schema, type_: str, argument: str) -> Any:
    """An argument's value as Terraform read it, without what a document may not give.

    Args:
        before: What Terraform read.
        schema: The provider's.
        type_: The resource's type.
        argument: Its argument or block.

    Returns:
        ``None`` where the argument is to be left out.
    """
    block = _block(schema, type_)
    if argument in block.get("block_types", {}):
        return _blocks(before, block["block_types"][argument]["block"])
    return before


def is_told_by_aws_alone(schema: Schema, type_: str, argument: str) -> bool:
    """Whether no document can give the argument: ``arn``."""
    about = _block(schema, type_).get("attributes", {}).get(argument)
    return about is not None and _is_computed_only(about)


def marks(mask: Any, place: Place) -> bool:
    """Whether a mask of a plan's marks what is at a place, or anything around or within it."""
    for part in place:
        if mask is True:
            return True
        try:
            mask = mask[part]
        except (KeyError, IndexError, TypeError):
            return False
    return _any(mask)


def _any(mask: Any) -> bool:
    if isinstance(mask, Mapping):
        return any(map(_any, mask.values()))
    return any(map(_any, mask)) if isinstance(mask, list) else mask is True


def _block(schema: Schema, type_: str) -> Mapping[str, Any]:
    return dict(schema.get("resource_schemas", {}).get(type_, {}).get("block", {}))


def _is_computed_only(attribute: Mapping[str, Any]) -> bool:
    return not attribute.get("optional") and not attribute.get("required")


def _blocks(value: Any, block: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_blocks(one, block) for one in value] or None
    if not isinstance(value, Mapping):
        return value
    given: dict[str, Any] = {}
    for name, attribute in block.get("attributes", {}).items():
        if value.get(name) is not None and not _is_computed_only(attribute):
            given[name] = value[name]
    for name, inner in block.get("block_types", {}).items():
        if (kept := _blocks(value.get(name), inner["block"])) is not None:
            given[name] = kept
    return given
