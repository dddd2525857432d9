"""What looks like a credential, and must neither be a plain value nor appear in a message."""

import json
import re
from collections.abc import Iterator, Mapping

__all__ = ["credentials_in", "is_credential", "without_credentials"]

_VALUE = (
    r"(?:AKIA|ASIA)[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|\bsk-[A-Za-z0-9_-]{20,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[A-Za-z0-9-]{10,}"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.|://[^/\s:@]*:[^/\s@]+@"
)
"""Access keys of AWS, private keys, keys of OpenAI and Anthropic, tokens of GitHub and Slack, JSON
web tokens, and URLs that carry a password."""

_CREDENTIAL = re.compile(_VALUE)

_QUOTED = re.compile(rf"""(?P<q>['"])(?:(?!(?P=q)).)*?(?:{_VALUE})(?:(?!(?P=q)).)*(?P=q)""")
_BARE = re.compile(rf"\S*(?:{_VALUE})\S*")

_NAME = re.compile(
    r"(?i)(password|passwd|passphrase)$"
    r"|(^|_)(pwd|secret|token|api_?key|(private|secret|access|encryption|signing)_?key)$"
)
_SWITCH = re.compile(r"(?i)|true|false|yes|no|on|off")
"""Values that say no more than that there is a credential: ``REQUIRE_PASSWORD=true``."""


def is_credential(value: str, *, name: str = "") -> bool:
    """Whether `value` looks like a credential, by itself or because of the `name` that it has."""
    if _CREDENTIAL.search(value):
        return True
    return _NAME.search(name) is not None and _SWITCH.fullmatch(value) is None


def credentials_in(value: object, *, name: str = "") -> Iterator[str]:
    """The places within `value`, plain JSON, at which something looks like a credential.

    An object's keys name its values, and so does ``name`` its ``value``, as in an environment
    variable of a container. A text that is JSON itself is looked into.
    """
    if isinstance(value, str):
        if value.startswith(("{", "[")):
            try:
                yield from credentials_in(json.loads(value), name=name)
            except ValueError:
                pass
            else:
                return
        if is_credential(value, name=name.rpartition(".")[2]):
            yield name
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            named = value.get("name") if key == "value" else key
            yield from credentials_in(inner, name=f"{name}.{named}".removeprefix("."))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from credentials_in(inner, name=f"{name}.{index}".removeprefix("."))


def without_credentials(text: str) -> str:
    """`text`, a message, with every value left out that looks like a credential."""
    if _CREDENTIAL.search(text) is None:
        return text
    hidden = "(a value that looks like a credential and is not shown)"
    return _BARE.sub(hidden, _QUOTED.sub(hidden, text))
