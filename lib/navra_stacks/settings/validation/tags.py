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
    """Check the limits of AWS on tags.

    See Tagging AWS resources, "Tag naming limits and requirements".
    """
    total = len(environment.names.tags(dict(environment.tags)))
    if total > MAXIMUM_TAGS:
        yield SettingsProblem(
            "tags",
            f"contains {total} tags including the default tags (AWS allows {MAXIMUM_TAGS})",
            f"remove at least {total - MAXIMUM_TAGS} of the tags",
        )
    for key, value in environment.tags.items():
        if key.lower().startswith("aws:") or value.lower().startswith("aws:"):
            yield SettingsProblem(
                f"tags.{key}",
                "has a key or a value that starts with 'aws:', a prefix that AWS reserves",
                "remove the prefix",
            )
        if not re.fullmatch(r"[\w\s.:/=+@-]{1,128}", key) or not re.fullmatch(
            r"[\w\s.:/=+@-]{0,256}", value
        ):
            yield SettingsProblem(
                f"tags.{key}",
                f"the key or the value {format_value(value)} has characters or a length that AWS "
                "does not allow",
                "use letters, digits, spaces and _ . : / = + - @, with 1-128 characters for the "
                "key and at most 256 for the value",
            )


def check_default_tags(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the tags do not contain the library's default tags."""
    for key in sorted(set(environment.tags) & set(environment.names.tags({}))):
        yield SettingsProblem(f"tags.{key}", "is set by the library", "remove the tag")


RULES = (
    check_tags,
    check_default_tags,
)
