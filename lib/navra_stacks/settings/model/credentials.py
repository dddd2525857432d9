"""Detect values that look like credentials, and redact them in messages."""

import json
import re
from collections.abc import Iterator, Mapping

__all__ = ["find_credentials", "is_credential", "redact_credentials"]

_VALUE = (
    r"(?:AKIA|ASIA)[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|\bsk-[A-Za-z0-9_-]{20,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.|://[^/\s:@]*:[^/\s@]+@"
)
"""A regular expression for AWS access keys, private keys, OpenAI and Anthropic keys, GitHub and
Slack tokens, JSON web tokens, and URLs with a password."""

_CREDENTIAL = re.compile(_VALUE)

_QUOTED = re.compile(rf"""(?P<q>['"])(?:(?!(?P=q)).)*?(?:{_VALUE})(?:(?!(?P=q)).)*(?P=q)""")
_BARE = re.compile(rf"\S*(?:{_VALUE})\S*")

_NAME = re.compile(
    r"(?i)(password|passwd|passphrase)$"
    r"|(^|_)(pwd|secret|token|api_?key|(private|secret|access|encryption|signing)_?key)$"
)
_SWITCH = re.compile(r"(?i)|true|false|yes|no|on|off")
"""Values that are not credentials even if their name looks like that of a credential, for
example in ``REQUIRE_PASSWORD=true``."""


def is_credential(value: str, *, name: str = "") -> bool:
    """Return True if `value` looks like a credential, by its format or by its `name`."""
    if _CREDENTIAL.search(value):
        return True
    return _NAME.search(name) is not None and _SWITCH.fullmatch(value) is None


def find_credentials(value: object, *, name: str = "") -> Iterator[str]:
    """Yield the path of each string within the JSON value `value` that looks like a credential.

    A string is checked by its format and by its name. The name is the key of the string, except in
    an object with the keys ``name`` and ``value``, such as an environment variable of a container:
    in such an object, the value of ``name`` is the name. Strings that contain JSON are parsed and
    searched as well.
    """
    if isinstance(value, str):
        if value.startswith(("{", "[")):
            try:
                yield from find_credentials(json.loads(value), name=name)
            except ValueError:
                pass
            else:
                return
        if is_credential(value, name=name.rpartition(".")[2]):
            yield name
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            named = value.get("name") if key == "value" else key
            yield from find_credentials(inner, name=f"{name}.{named}".removeprefix("."))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from find_credentials(inner, name=f"{name}.{index}".removeprefix("."))


def redact_credentials(text: str) -> str:
    """Return the message `text` with a note in place of each value that looks like a credential."""
    if _CREDENTIAL.search(text) is None:
        return text
    hidden = "(a value that looks like a credential and is not shown)"
    return _BARE.sub(hidden, _QUOTED.sub(hidden, text))
