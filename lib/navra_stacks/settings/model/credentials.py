"""Detect values that look like credentials, and redact them in messages.

This is the only detector: settings, inventories, reports and messages use it. A value is recognized
by its format (`FORMATS`), or by its name, for example in ``DB_PASS=...``, ``Password=...;``,
``"apiKey": "..."`` and ``--token ...``. A value that only refers to a secret, and a value that
cannot be one, such as a path or a switch, is not recognized by its name.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import cache

from navra_stacks.settings.model.credential_formats import FORMATS

__all__ = [
    "find_credentials",
    "has_random_segment",
    "is_credential",
    "is_secret_name",
    "redact_credentials",
]

_HIDDEN = "(a value that looks like a credential and is not shown)"
"""Replaces a credential in a message."""

SHORTEST_SECRET = 5
"""Shorter values occur in other words of a message, and are too short for a credential."""

_PASSWORD_NAME = (
    r"(password|passwd|passphrase)s?$|(^|_)(pwd|pass|passcode|pw|credentials?|creds)$"
    r"|(^|_)(admin|bind|db|ldap|mail|root|smtp|user)(pass|pwd|pw)$"
)
_SECRET_NAME = re.compile(
    rf"{_PASSWORD_NAME}|(^|_)(secrets?|token|dsn|api_?keys?|(access|api|auth|refresh)_tokens"
    r"|(basic|redis)_auth|(gh|github|gitlab)_pat|honeycomb_team|secret_key_base"
    r"|(private|secret|access|encryption|signing|account|master|auth|session|ssh|hmac|license"
    r"|admin|fernet|jwt|service_role)_?keys?)$"
)
"""The end of a name, in lower case with underscores, whose value is a credential."""

_VERSION = re.compile(r"(?<=[a-z])_?([0-9]+|old|new|previous|current|base_?64|b64)$")
"""The end of a name that distinguishes it from a name with the same meaning."""

_KEY_NAME = re.compile(r"^(?!.*(public|publishable|pub_|site|anon|fingerprint)).*_keys?$")
_RANDOM = re.compile(
    r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9_-]{20,}={0,2}|[0-9a-f]{32,}|[0-9A-F]{32,}"
)
"""A random value. The name of a key, which can also be an index or a public key, makes only a
random value a credential."""

_PLAIN = r"""(?ix)
      (\W|_)*                                        # only punctuation, for example ***
    | true | false | include | same-origin | omit | yes | no | on | off | none | null | absent
    | enabled? | disabled? | required | optional
    | \$ [a-z_]\w* (\{ .* \})? | \$ [({] .*            # references and placeholders
    | % \w+ % | %\(\w+\)s | : [a-z_]\w*
    | \{\{ .* | \{ \w* \}? | < [^>]* > | \( (not|known) .*
    | arn:aws[a-z-]*: .* | alias/ .* | file:\S*
    """
"""Values that are not a credential, whatever their name is. The pattern is compiled when a name is
that of a secret, which takes milliseconds; so is the next one."""

_PLAIN_UNLESS_PASSWORD = r"""(?ix)
    [+-]? [0-9][0-9_.,]{0,11} \s? (ms|[smhd]|[kmg]i?b?)?  # a number, for example 4096 or 30s
    | x- [a-z]+ (-[a-z]+)*                           # a header, for example X-CSRF
    | authorization | (set-)?cookie
    | ([a-z]+[-_])* (csrf|xsrf) [a-z_-]*             # the name of a cookie, a field or a header
    | [a-z]+ ([_-][a-z]+)* (/ [a-z]+ ([_-][a-z]+)*)+  # the name of a secret, as shop/live/db
    | ((access|auth|id|session|refresh|bearer|api)[-_]?)? (token|key)
    """
"""Further values that are not a credential, unless the name is that of a password."""

_URL = re.compile(r"(?i)[a-z][a-z0-9+.-]*://[^\s@]*")
_KEYWORDS = re.compile(r"\w+\s*=\s*\S*([\s;]+\w+\s*=\s*\S*)+;?")

_PAIRS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        # DB_PASS=..., Password=...;, ?password=...&, --token=..., password = "..."
        # The value is not consumed, because it can contain a further pair.
        r"""(?<!\w)(?P<name>[A-Za-z_][\w.-]{0,127})[ \t]*=(?![=~>])[ \t]*"""
        r"""(?=(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s;&,"'`)\]}]{1,512}))""",
        # "password": "..." in JSON, also within a JSON string
        r"""\\?"(?P<name>[^"\\\n]{1,128})\\?"\s*:\s*\\?"(?P<value>[^"\\\n]*)""",
        # --password ...
        r"(?<!\S)--?(?P<name>[A-Za-z][\w-]{0,127})[ \t]+(?P<value>[^\s-]\S*)",
        # X-Api-Key: ...
        r"(?<![\w.-])(?P<name>[Xx]-[\w-]{1,64})[ \t]*:[ \t]*(?P<value>[^\s\"']+)",
    )
)
_YAML_PAIR = re.compile(
    r"^[ \t-]*(?P<name>[A-Za-z_][\w.-]{0,127}):[ \t]+(?P<value>\S+)[ \t]*$", re.MULTILINE
)
"""A line of YAML. In a text of one line, a colon is more often punctuation."""


@cache
def _formats() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{known.pattern})" for known in FORMATS))


def is_credential(value: str, *, name: str = "") -> bool:
    """Return True if `value` looks like a credential, by its format or by its `name`."""
    if next(_spans(value), None) is not None:
        return True
    if _is_random_key(value, name):
        return True
    return is_secret_name(name) and not _is_plain(value, name)


def is_secret_name(name: str) -> bool:
    """Return True if a value with this name is usually a credential, for example ``DB_PASS``."""
    normalized = _normalized(name)
    return any(_SECRET_NAME.search(one) for one in (normalized, _VERSION.sub("", normalized)))


def find_credentials(value: object, *, name: str = "") -> Iterator[str]:
    """Yield the path of each string within the JSON value `value` that looks like a credential.

    A string is checked by its format and by its name. The name is the key of the string, except in
    an object with the keys ``name`` and ``value``, such as an environment variable of a container:
    in such an object, the value of ``name`` is the name. In a list of arguments, an option is the
    name of the argument that follows. Strings that contain JSON are parsed and searched as well.
    """
    for path, _ in _search(value, name):
        yield path


def redact_credentials(text: str, *, values: object = None) -> str:
    """Return the message `text` with a note in place of each value that looks like a credential.

    The note replaces the quoted string or the word that contains the value.

    Args:
        text: The message.
        values: The values that the message is about. The strings in them that look like a
            credential are replaced in any form in which the message can contain them.
    """
    for secret in {found for _, found in _search(values, "") if len(found) >= SHORTEST_SECRET}:
        for shown in (repr(secret), repr(secret)[1:-1], secret):
            text = text.replace(shown, _HIDDEN)
    redacted, end = "", 0
    for start, stop in sorted(_enclosing(text, *span) for span in _spans(text)):
        if stop > end:
            redacted += text[end : max(start, end)] + _HIDDEN
            end = stop
    return redacted + text[end:]


def _search(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each credential; see `find_credentials`."""
    if isinstance(value, str):
        if value.startswith(("{", "[")):
            try:
                inner = list(_search(json.loads(value), name))
            except ValueError:
                pass
            else:
                yield from ((path, value) for path, _ in inner)
                return
        if is_credential(value, name=name.rpartition(".")[2]):
            yield name, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            named = value.get("name") if key == "value" else key
            yield from _search(item, f"{name}.{named}".removeprefix("."))
            if isinstance(key, str) and is_credential(key):
                yield f"{name}.{key}".removeprefix("."), key
    elif isinstance(value, Sequence | Set):
        previous: object = None
        for index, item in enumerate(value):
            place = f"{name}.{index}".removeprefix(".")
            found = list(_search(item, place))
            if not found and _is_value_of_option(previous, item):
                found = [(place, str(item))]
            yield from found
            previous = item


def has_random_segment(url: str) -> bool:
    """Return True if a part of the path of `url` looks like a token: long, with digits."""
    return any(
        len(part) >= 20 and re.search(r"[0-9]", part) and re.search(r"[A-Za-z]", part)
        for part in url.split("/")[3:]
    )


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and the end of each part of `text` that looks like a credential."""
    for match in _formats().finditer(text):
        yield match.span()
    if "=" not in text and ":" not in text and "-" not in text:
        return
    for pair in (*_PAIRS, *((_YAML_PAIR,) if "\n" in text else ())):
        for match in pair.finditer(text):
            value = match["value"].strip("\"'")
            if is_secret_name(match["name"]) and not _is_plain(value, match["name"]):
                yield match.span("value")


def _enclosing(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the quoted string in `text` that contains the span, else the word that contains it."""
    left, quote = max((text.rfind(quote, 0, start), quote) for quote in "\"'")
    right = text.find(quote, end)
    if left >= 0 and right >= 0 and "\n" not in text[left:right]:
        return left, right + 1
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _normalized(name: str) -> str:
    """Return `name` in lower case with underscores, for example ``account_key``."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def _is_value_of_option(option: object, value: object) -> bool:
    if not isinstance(option, str) or not isinstance(value, str) or value.startswith("-"):
        return False
    name = re.fullmatch(r"--?([A-Za-z][\w-]*)", option)
    return name is not None and is_secret_name(name[1]) and not _is_plain(value, name[1])


def _is_random_key(value: str, name: str) -> bool:
    return _RANDOM.fullmatch(value) is not None and _KEY_NAME.search(_normalized(name)) is not None


def _is_plain(value: str, name: str) -> bool:
    """Return True if `value` is not a credential, although `name` is that of a credential."""
    if re.fullmatch(_PLAIN, value) is not None or _is_path(value):
        return True
    if _URL.fullmatch(value) is not None:
        return not has_random_segment(value)
    normalized = _normalized(name)
    if normalized.endswith("dsn") and (
        _KEYWORDS.fullmatch(value) is not None or re.match(r"[\w.-]+@(tcp|unix)\(", value)
    ):
        return True
    if len(value) > 64 or re.search(_PASSWORD_NAME, normalized) is not None:
        return False
    return re.fullmatch(_PLAIN_UNLESS_PASSWORD, value) is not None


def _is_path(value: str) -> bool:
    """Return True for a path whose parts look like names, and not like parts of a random string."""
    if re.fullmatch(r"(~|\.{1,2})?(/[\w.@-]+)+/?|[A-Za-z]:\\[\w.\\ -]+", value) is None:
        return False
    return not any(
        re.search(r"[a-z]", part) and re.search(r"[A-Z]", part) and re.search(r"[0-9]", part)
        for part in re.split(r"[/\\]", value)
    )
