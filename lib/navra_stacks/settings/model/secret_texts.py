"""Problems of texts that look like credentials, and the labels of texts that are not secret.

Every text of the settings reaches a document or an inventory. Types with free text have a field
`not_secret`: the labels of the texts that are accepted although they look like credentials. The
label of a text is its key in a mapping, otherwise its path, for example ``command.1``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from navra_stacks.errors import SettingsProblem, did_you_mean
from navra_stacks.settings.model.credentials import find_credentials

__all__ = ["NOT_SECRET", "credential_problems", "label_problems"]

NOT_SECRET = "not_secret"
"""The name of the field with the labels."""


def credential_problems(
    fields: Mapping[str, Any], *, repairs: Mapping[str, str], has_labels: bool
) -> Iterator[SettingsProblem]:
    """Yield a problem for each text in `fields` that looks like a credential.

    Args:
        fields: The values of the fields, by field name.
        repairs: The repair for the texts of certain fields, by field name.
        has_labels: True if the type of the settings has the field `not_secret`.
    """
    accepted = fields.get(NOT_SECRET, ())
    for name, value in fields.items():
        # The name of a field, unlike the key of a mapping, does not make its value a secret.
        found = find_credentials(value) if name != NOT_SECRET else ()
        for label in dict.fromkeys(_label(name, value, path) for path in found):
            if label in accepted:
                continue
            repair = repairs.get(name, "remove the value, and read it from Secrets Manager instead")
            if has_labels:
                repair += f"; if the value is not a secret, list {label!r} in `{NOT_SECRET}`"
            yield SettingsProblem(
                f"{name}.{label}" if isinstance(value, Mapping) else label,
                "looks like a credential (the value is not shown), and would be stored in code, "
                "plan and state",
                repair,
            )


def label_problems(fields: Mapping[str, Any]) -> Iterator[SettingsProblem]:
    """Yield a problem for each label in `not_secret` that belongs to no text in `fields`."""
    labels = {
        _label(name, value, str(key))
        for name, value in fields.items()
        if name != NOT_SECRET
        for key in _keys(value)
    }
    for label in fields.get(NOT_SECRET, ()):
        if label not in labels:
            yield SettingsProblem(
                NOT_SECRET,
                f"{label!r} is not the name of a text in these settings",
                did_you_mean(label, labels, f"remove {label!r}"),
            )


def _label(field: str, value: object, path: str) -> str:
    """Return the label of the text at a `path` within the `value` of a field."""
    if isinstance(value, Mapping):
        keys = (key for key in value if f"{path}.".startswith(f"{key}."))
        return max(keys, key=len, default=path)
    return f"{field}.{path.partition('.')[0]}" if isinstance(value, tuple) else field


def _keys(value: object) -> Iterable[object]:
    """Return the keys of a mapping, the indexes of a tuple, or one empty key of a string."""
    if isinstance(value, str):
        return ("",)
    if isinstance(value, tuple):
        return range(len(value))
    return value if isinstance(value, Mapping) else ()
