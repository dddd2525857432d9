"""Text of the settings that Terraform or CDKTF would read as something else."""

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.errors import SettingsProblem

__all__ = ["literal", "literals", "template_problems"]

_TOKEN = "{TfToken["
"""How CDKTF marks what it fills in itself. Nothing escapes it, so it is refused everywhere."""

_SEQUENCES = ("${", "%{")
"""How a template begins an interpolation and a directive (Terraform, "Strings and Templates")."""

_ANY_TEXT = frozenset(
    {
        # Text for others than Terraform, which is escaped with `literal`.
        "ImportedResource.changes",
        "ImportedResource.id",
        "ImportedResource.keeps",
        "LogPatternAlarm.pattern",
        "Container.command",
        "Container.environment",
        "FireLens.options",
        "OneOffTask.command",
        "IamPermission.resources",
        "ResponseHeaders.content_security_policy",
        # Encoded as a part of a URL.
        "Database.url_options",
        # Refused by a rule of their own.
        "Cache.engine_version",
        "Environment.tags",
    }
)


def template_problems(owner: str, fields: Mapping[str, object]) -> Iterator[SettingsProblem]:
    """What in the texts of a value of type `owner` would not arrive as it was written."""
    for name, value in fields.items():
        for place, text in _texts(name, value):
            if _TOKEN in text:
                yield SettingsProblem(
                    place,
                    f"holds {_TOKEN!r}, which CDKTF takes for a mark of its own",
                    "leave it out",
                )
            elif f"{owner}.{name}" not in _ANY_TEXT:
                for sequence in _SEQUENCES:
                    if sequence in text:
                        yield SettingsProblem(
                            place,
                            f"holds {sequence!r}, which Terraform takes for a template",
                            "write out what is meant",
                        )


def literal(text: str) -> str:
    """`text` with its template sequences escaped, for the settings that may hold any text."""
    return text.replace("${", "$${").replace("%{", "%%{")


def literals(value: Any) -> Any:
    """The same for every text in `value`, plain JSON."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, dict):
        return {literal(key): literals(item) for key, item in value.items()}
    if isinstance(value, list):
        return [literals(item) for item in value]
    return value


def _texts(place: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(place, key)
            yield from _texts(f"{place}.{key}", item)
    elif isinstance(value, tuple | list | set | frozenset):
        for index, item in enumerate(value):
            yield from _texts(f"{place}.{index}", item)
