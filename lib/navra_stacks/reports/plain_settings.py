"""Settings as plain values that can be compared, including settings that another process prints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from navra_stacks.settings.model.base import Settings

__all__ = ["TYPE", "plain_settings"]

TYPE = "()"
"""The key with the name of the class of settings. No field has this name."""


def plain_settings(value: Any) -> Any:
    """Return settings as dicts, lists and scalars.

    Settings become a dict with their fields and their class. A list of settings with names becomes
    a dict by name, because their order has no meaning. A path becomes its last part.
    """
    if isinstance(value, Settings):
        fields = {name: plain_settings(getattr(value, name)) for name in type(value).model_fields}
        return {TYPE: type(value).__name__, **fields}
    if isinstance(value, Mapping):
        return {str(key): plain_settings(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        labels = [item._label(vars(item)) if isinstance(item, Settings) else None for item in value]
        if value and None not in labels and len(set(labels)) == len(labels):
            return {
                str(label): plain_settings(item) for label, item in zip(labels, value, strict=True)
            }
        return [plain_settings(item) for item in value]
    if isinstance(value, PurePath):
        return value.name
    return value
