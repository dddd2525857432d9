"""Validation rules for tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.messages import format_value

__all__ = ["RULES"]

MAXIMUM_TAGS = 50


def check_tags(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check the limits of AWS (Tagging AWS resources, "Tag naming limits and requirements")."""
    total = len(environment.names.tags(dict(environment.tags)))
    if total > MAXIMUM_TAGS:
        yield SettingsProblem(
            "tags",
            f"{total} tags including the default ones (AWS allows {MAXIMUM_TAGS})",
            "remove some",
        )
    for key, value in environment.tags.items():
        if key.lower().startswith("aws:") or value.lower().startswith("aws:"):
            yield SettingsProblem(
                f"tags.{key}",
                "has the prefix 'aws:' in its key or value, which is reserved by AWS",
                "choose another",
            )
        if not re.fullmatch(r"[\w\s.:/=+@-]{1,128}", key) or not re.fullmatch(
            r"[\w\s.:/=+@-]{0,256}", value
        ):
            yield SettingsProblem(
                f"tags.{key}",
                f"{format_value(value)} or its key has characters or a length that AWS does not "
                "allow",
                "use letters, digits, spaces and _ . : / = + - @; 128 for a key, 256 a value",
            )


def check_default_tags(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the tags do not contain the library's default tags."""
    for key in sorted(set(environment.tags) & set(environment.names.tags({}))):
        yield SettingsProblem(f"tags.{key}", "is set by the library", "remove it")


RULES = (
    check_tags,
    check_default_tags,
)
