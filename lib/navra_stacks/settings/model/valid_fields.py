"""Validation of single fields of settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from navra_stacks.settings.model.access_context import access_from
from navra_stacks.settings.model.messages import suggest_field

__all__ = ["accepts", "field_adapter", "valid_fields"]


@cache
def field_adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    """Return the validator of the field `name` of `model`."""
    info = model.model_fields[name]
    expected: Any = info.annotation
    return TypeAdapter(Annotated[(expected, *info.metadata)] if info.metadata else expected)


def accepts(model: type[BaseModel], name: str, value: object) -> bool:
    """Return whether `value` is valid for `name`, also if that is not the name of a field."""
    if name not in model.model_fields:
        return True
    try:
        with access_from("validator"):
            field_adapter(model, name).validate_python(value)
    except ValidationError:
        return False
    return True


def valid_fields(
    model: type[BaseModel], data: Mapping[str, Any], invalid_names: set[str]
) -> dict[str, Any]:
    """Return the valid fields of settings whose validation failed, including default values.

    Each field is validated separately, so that rules find the same values as in valid settings. A
    field gets no default value if `data` has an unknown name that is probably a misspelling of the
    field, because rules would then report problems of the default value.
    """
    misspelled = {suggest_field(model, name) for name in data.keys() - model.model_fields.keys()}
    fields: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        if name in invalid_names:
            continue
        if name in data:
            try:
                with access_from("validator"):
                    fields[name] = field_adapter(model, name).validate_python(data[name])
            except ValidationError:
                continue
        elif not info.is_required() and name not in misspelled:
            fields[name] = info.get_default(call_default_factory=True, validated_data=fields)
    return fields
