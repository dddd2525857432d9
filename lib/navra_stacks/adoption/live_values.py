"""The live value of an argument, in the form in which a Terraform document can set it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navra_stacks.terraform.plan import AttributePath

__all__ = ["TERRAFORM_ONLY", "Schema", "is_computed_only", "is_empty", "is_marked", "live_value"]

Schema = Mapping[str, Any]
"""The schema of a provider, from ``terraform providers schema -json``."""

TERRAFORM_ONLY = frozenset(
    """allow_overwrite apply_immediately delete_automated_backups final_snapshot_identifier
    force_delete force_destroy force_detach_policies force_new_deployment
    recovery_window_in_days revoke_rules_on_delete sigint_rollback skip_destroy
    skip_final_snapshot timeouts track_latest wait_for_steady_state""".split()
)
"""The arguments that only control Terraform's behaviour. They do not exist in AWS, so an import
never sets them in the state.
"""


def is_empty(value: Any) -> bool:
    """Return True for `null`, and for an empty string, list or object; AWS treats them alike."""
    return value is None or value in ("", [], {})


def live_value(before: Any, schema: Schema, type_: str, argument: str) -> Any:
    """Return the live value of an argument, in the form in which a document can set it.

    Args:
        before: The value that Terraform has read from AWS.
        schema: The provider's schema.
        type_: The resource's type.
        argument: The name of the argument or block.

    Returns:
        The live value, for a block without attributes that are unset or that only AWS sets; None if
        the document must omit the argument. An optional attribute that is an empty string is unset:
        the provider stores one for an argument that AWS does not return.
    """
    block = _block(schema, type_)
    if argument in block.get("block_types", {}):
        return _settable(before, block["block_types"][argument]["block"])
    attribute = block.get("attributes", {}).get(argument, {})
    return None if before == "" and attribute.get("optional") else before


def is_computed_only(schema: Schema, type_: str, argument: str) -> bool:
    """Return True for an attribute that only AWS sets, for example ``arn``."""
    attribute = _block(schema, type_).get("attributes", {}).get(argument)
    return attribute is not None and _is_read_only(attribute)


def is_marked(mask: Any, path: AttributePath) -> bool:
    """Return True if `mask` marks the value at `path`, a part of it, or a value around it.

    Args:
        mask: A structure like a resource's values, with ``True`` at each marked path.
        path: The path of the value in the resource.
    """
    for part in path:
        if mask is True:
            return True
        try:
            mask = mask[part]
        except (KeyError, IndexError, TypeError):
            return False
    return _any_marked(mask)


def _any_marked(mask: Any) -> bool:
    if isinstance(mask, Mapping):
        return any(map(_any_marked, mask.values()))
    return any(map(_any_marked, mask)) if isinstance(mask, list) else mask is True


def _block(schema: Schema, type_: str) -> Mapping[str, Any]:
    return dict(schema.get("resource_schemas", {}).get(type_, {}).get("block", {}))


def _is_read_only(attribute: Mapping[str, Any]) -> bool:
    return not attribute.get("optional") and not attribute.get("required")


def _settable(value: Any, block: Mapping[str, Any]) -> Any:
    """Return the value of a block, but leave out attributes that are unset or set only by AWS."""
    if isinstance(value, list):
        return [_settable(item, block) for item in value] or None
    if not isinstance(value, Mapping):
        return value
    result: dict[str, Any] = {}
    for name, attribute in block.get("attributes", {}).items():
        unset = (None, "") if attribute.get("optional") else (None,)
        if value.get(name) not in unset and not _is_read_only(attribute):
            result[name] = value[name]
    for name, inner in block.get("block_types", {}).items():
        if (inner_value := _settable(value.get(name), inner["block"])) is not None:
            result[name] = inner_value
    return result
