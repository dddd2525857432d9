"""The rules of an environment over tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.messages import shown

__all__ = ["RULES"]

MAXIMUM_TAGS = 50


def tags_are_allowed(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """AWS limits tags ("Tagging AWS resources", naming limits and requirements)."""
    total = len(environment.names.tags(dict(environment.tags)))
    if total > MAXIMUM_TAGS:
        yield SettingsProblem(
            "tags",
            f"{total} tags with the standing ones (AWS allows {MAXIMUM_TAGS})",
            "leave some out",
        )
    for key, value in environment.tags.items():
        if key.lower().startswith("aws:") or value.lower().startswith("aws:"):
            yield SettingsProblem(
                f"tags.{key}",
                "has the prefix 'aws:' in its key or value, which AWS keeps for itself",
                "choose another",
            )
        if not re.fullmatch(r"[\w\s.:/=+@-]{1,128}", key) or not re.fullmatch(
            r"[\w\s.:/=+@-]{0,256}", value
        ):
            yield SettingsProblem(
                f"tags.{key}",
                f"{shown(value)} or its key has characters or a length that AWS refuses",
                "use letters, digits, spaces and _ . : / = + - @; 128 for a key, 256 a value",
            )


def standing_tags_stand(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Some tags are on everything, and the library's to set."""
    for key in sorted(set(environment.tags) & set(environment.names.tags({}))):
        yield SettingsProblem(f"tags.{key}", "is set by the library", "leave it out")


RULES = (
    tags_are_allowed,
    standing_tags_stand,
)
