"""Conversion of a mapping to the settings type that fits it best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BeforeValidator

from navra_stacks.settings.model.base import Settings, invalid

__all__ = ["best_fitting"]


def best_fitting(*types: type[Settings]) -> BeforeValidator:
    """Return a validator for a union field that converts a mapping to the best of `types`.

    The best type is the one for which the mapping has the fewest unknown and missing fields. The
    validator does not change a value that is not a mapping with text keys, and rejects a mapping
    that fits several types without any unknown or missing field.
    """

    def choose(value: object) -> object:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            return value
        mismatches = {type_: _mismatches(type_, value) for type_ in types}
        fewest = min(mismatches.values())
        best = [type_ for type_ in types if mismatches[type_] == fewest]
        if fewest == 0 and len(best) > 1:
            names = [type_.__name__ for type_ in best]
            raise invalid(
                f"the mapping fits {' and '.join(names)} equally well",
                f"use {' or '.join(f'{name}(...)' for name in names)} instead of the mapping",
            )
        return best[0](**value)

    return BeforeValidator(choose)


def _mismatches(model: type[Settings], given: Mapping[str, Any]) -> int:
    """Return the number of unknown keys in `given`, plus the number of missing fields.

    A key is unknown if it is not a field of `model`. A field is missing if `model` requires the
    field and `given` does not contain it.
    """
    fields = model.model_fields
    missing = [name for name, info in fields.items() if info.is_required() and name not in given]
    return len(given.keys() - fields.keys()) + len(missing)
