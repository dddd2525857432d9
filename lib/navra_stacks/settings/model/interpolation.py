"""Detection and escaping of template syntax that Terraform or CDKTF would evaluate in settings."""

from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.errors import SettingsProblem

__all__ = ["escape_template", "escape_templates", "template_problems"]

_TOKEN = "{TfToken["
"""Start of a CDKTF token, which is a placeholder for a value that CDKTF resolves. A token cannot
be escaped, so no setting can contain one."""

_SEQUENCES = ("${", "%{")
"""Start of a Terraform interpolation, and start of a Terraform directive (Terraform, "Strings
and Templates")."""

_ANY_TEXT = frozenset(
    {
        # Template syntax in these fields is literal text, escaped with `escape_template`.
        "ImportedResource.changes",
        "ImportedResource.id",
        "ImportedResource.keeps",
        "ImportedResource.live_defaults",
        "LogPatternAlarm.pattern",
        "Container.command",
        "Container.environment",
        "FireLens.options",
        "OneOffTask.command",
        "IamPermission.resources",
        "ResponseHeaders.content_security_policy",
        # URL-encoded when the URL is built.
        "Cache.url_options",
        "Database.url_options",
        # Other rules reject template syntax in these fields.
        "Cache.engine_version",
        "Container.user",
        "Environment.tags",
    }
)


def template_problems(owner: str, fields: Mapping[str, object]) -> Iterator[SettingsProblem]:
    """Yield a problem for each string with template syntax in `fields`.

    In the fields that are listed in `_ANY_TEXT`, only CDKTF tokens are a problem.

    Args:
        owner: The name of the settings type that has the fields.
        fields: The values of the fields, by field name.
    """
    for name, value in fields.items():
        for path, text in _strings(name, value):
            if _TOKEN in text:
                yield SettingsProblem(
                    path,
                    f"contains {_TOKEN!r}, which CDKTF interprets as a token",
                    f"remove {_TOKEN!r} from the text",
                )
            elif f"{owner}.{name}" not in _ANY_TEXT:
                for sequence in _SEQUENCES:
                    if sequence in text:
                        yield SettingsProblem(
                            path,
                            f"contains {sequence!r}, which Terraform interprets as a template",
                            "replace the template with its literal value",
                        )


def escape_template(text: str) -> str:
    """Return `text` with template sequences escaped, for settings in which any text is allowed."""
    return text.replace("${", "$${").replace("%{", "%%{")


def escape_templates(value: Any) -> Any:
    """Return the plain JSON `value` with the template sequences in all strings and keys escaped."""
    if isinstance(value, str):
        return escape_template(value)
    if isinstance(value, dict):
        return {escape_template(key): escape_templates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [escape_templates(item) for item in value]
    return value


def _strings(path: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield every string in `value`, including keys, with the path of the string."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strings(path, key)
            yield from _strings(f"{path}.{key}", item)
    elif isinstance(value, tuple | list | set | frozenset):
        for index, item in enumerate(value):
            yield from _strings(f"{path}.{index}", item)
