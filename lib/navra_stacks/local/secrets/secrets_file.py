"""The file with the values of secrets, of the option ``--secrets``."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError, did_you_mean
from navra_stacks.local.secrets.secret_values import SecretValues

__all__ = ["SecretsFile", "SecretsFileError", "json_member", "parse_secrets", "parse_secrets_json"]

_NAME = re.compile(r"[A-Za-z0-9/_+.@-]+")
"""A variable, SERVICE.VARIABLE, or the name of a secret (Secrets Manager, "CreateSecret"), which
may contain an equals sign only in a JSON file."""

_JSON_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]+")

_LINE = re.compile(r"[ \t]*(?:export[ \t]+)?([^\s=#'\"]+)[ \t]*=[ \t]*")

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}

_READABLE_BY_OTHERS = 0o077


class SecretsFileError(NavraError):
    """A secrets file is invalid. The message contains line numbers and names, never a value."""


class SecretsFile:
    """The values of a secrets file.

    A name is the environment variable of a container, ``SERVICE.VARIABLE`` for one service, or the
    full name of the secret.
    """

    def __init__(self, values: Mapping[str, str] | None = None, source: str = "") -> None:
        self.source = source
        """The path of the file, for messages; empty without a file."""
        self.values = SecretValues(values)
        self.warnings: list[str] = []
        """Messages about the file itself."""

    @classmethod
    def read(cls, path: str | Path) -> SecretsFile:
        """Read a file: a JSON object if its name ends in ``.json``, otherwise NAME=VALUE lines.

        Raises:
            SecretsFileError: the file cannot be read, or is invalid.
        """
        path = Path(path)
        problem = ""
        try:
            content = path.read_bytes()
            mode = path.stat().st_mode
        except OSError as error:
            problem = f"{path} cannot be read: {error.strerror}; pass the path of a secrets file"
        if problem:
            raise SecretsFileError(problem)
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:  # has the content of the file
            line = content.count(b"\n", 0, error.start) + 1
            problem = f"{path}:{line}: is not UTF-8; save the file in UTF-8"
        if problem:
            raise SecretsFileError(problem)
        parse = parse_secrets_json if path.suffix.lower() == ".json" else parse_secrets
        found = cls(parse(text, str(path)), str(path))
        if os.name == "posix" and stat.S_ISREG(mode) and mode & _READABLE_BY_OTHERS:
            found.warnings.append(
                f"{path} is open to other users (mode {stat.S_IMODE(mode):04o}); "
                f"run `chmod 600 {path}`"
            )
        return found

    def value(
        self, service: str, variable: str, secret: str = "", json_key: str | None = None
    ) -> str | None:
        """Return the value of a container's variable; None if the file has no value.

        ``SERVICE.VARIABLE`` has precedence over the name of the secret, and this over ``VARIABLE``.

        Args:
            service: The service of the container.
            variable: The environment variable.
            secret: The full name of the secret; empty if the variable is not a secret.
            json_key: The key whose value the container injects, if the value that is given for the
                full name of the secret is a JSON object.

        Raises:
            SecretsFileError: the value of the secret is not a JSON object with the key.
        """
        for name in (f"{service}.{variable}", secret, variable):
            if name and name in self.values:
                if name != secret or json_key is None or name == variable:
                    return self.values[name]
                return json_member(self.values[name], json_key, f"{self.source}: {name}")
        return None

    def unused(self, uses: Iterable[tuple[str, str, str]]) -> list[str]:
        """Return a message for each name in the file that no container uses.

        Args:
            uses: The service, the variable and the full name of the secret (or an empty text) of
                each variable of each container.
        """
        known = {
            name
            for service, variable, secret in uses
            for name in (variable, f"{service}.{variable}", secret)
            if name
        }
        return [
            f"{self.source}: no container uses {name}; "
            + did_you_mean(name, known, "remove it, or correct the name")
            for name in self.values
            if name not in known
        ]

    def __repr__(self) -> str:
        return f"SecretsFile({self.source!r}, {self.values!r})"


def parse_secrets(text: str, source: str) -> SecretValues:
    r"""Return the values of ``NAME=VALUE`` lines.

    Blank lines, lines that start with ``#``, and ``export`` before a name are ignored. A value in
    quotes can have several lines; in double quotes, ``\n``, ``\r``, ``\t``, ``\"``, ``\\`` and
    ``\$`` are escapes. Without quotes, `` #`` starts a comment. Variables are not expanded.

    Args:
        text: The content of the file.
        source: The path of the file, for messages.

    Raises:
        SecretsFileError: a line is invalid, or a name occurs twice.
    """
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    text = text.replace("\r\n", "\n")
    position = 0
    while position < len(text):
        end = _end_of_line(text, position)
        line = text.count("\n", 0, position) + 1
        content = text[position:end].strip()
        if not content or content.startswith("#"):
            position = end + 1
            continue
        found = _LINE.match(text, position, end)
        if found is None:
            raise SecretsFileError(
                f"{source}:{line}: is not NAME=VALUE; write one secret a line, and put a value of "
                "several lines into quotes"
            )
        name = _checked_name(found[1], _NAME, f"{source}:{line}")
        if name in lines:
            raise SecretsFileError(
                f"{source}:{line}: {name} has a value in line {lines[name]}; remove one of them"
            )
        lines[name] = line
        values[name], position = _value(text, found.end(), f"{source}:{line}: {name}")
        _check_value(values[name], f"{source}:{line}: {name}")
    return SecretValues(values)


def parse_secrets_json(text: str, source: str) -> SecretValues:
    """Return the values of a JSON object by name.

    A value is a string, or an object, which stands for its JSON text.

    Args:
        text: The content of the file.
        source: The path of the file, for messages.

    Raises:
        SecretsFileError: the text is not such an object, or a name occurs twice.
    """
    repeated: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        repeated.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(pairs)

    problem = ""
    try:
        content = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:  # has the content of the file
        problem = f"{source}:{error.lineno}: is not valid JSON ({error.msg}); correct the line"
    except RecursionError:
        problem = f"{source}: is nested too deeply; write one object with a string for each name"
    if problem:
        raise SecretsFileError(problem)
    if not isinstance(content, dict):
        raise SecretsFileError(
            f"{source}: is not a JSON object; write an object with a string for each name"
        )
    if repeated:
        raise SecretsFileError(f"{source}: {repeated[0]} has two values; remove one of them")
    values = {}
    for name, value in content.items():
        _checked_name(name, _JSON_NAME, source)
        if isinstance(value, dict):
            value = json.dumps(value, ensure_ascii=False)
        if not isinstance(value, str):
            raise SecretsFileError(f"{source}: {name} is not a string; put the value into quotes")
        _check_value(value, f"{source}: {name}")
        values[name] = value
    return SecretValues(values)


def json_member(text: str, key: str, subject: str) -> str:
    """Return the value of a key of a JSON object as ECS injects it.

    Args:
        text: The JSON object.
        key: The key.
        subject: What the text is, for messages.

    Raises:
        SecretsFileError: the text is not a JSON object with the key.
    """
    try:
        content = json.loads(text)
    except ValueError:  # has the text
        content = None
    if not isinstance(content, dict):
        raise SecretsFileError(
            f"{subject} is not a JSON object, but the container injects its key {key!r}; write an "
            "object, or give the value of the variable"
        )
    if key not in content:
        raise SecretsFileError(
            f"{subject} has no key {key!r}; {did_you_mean(key, content, f'add {key!r}')}"
        )
    value = content[key]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _value(text: str, start: int, subject: str) -> tuple[str, int]:
    """Return the value at a position, and the position of the next line."""
    if (quote := text[start : start + 1]) not in ('"', "'") or not quote:
        end = _end_of_line(text, start)
        return re.split(r"(?:^|[ \t])#", text[start:end], maxsplit=1)[0].strip(), end + 1
    parts = []
    position = start + 1
    while (character := text[position : position + 1]) != quote:
        if not character:
            raise SecretsFileError(f"{subject}: the quote {quote} is not closed; add it at the end")
        if character == "\\" and quote == '"':
            position += 1
            escaped = text[position : position + 1]
            known = _ESCAPES.get(escaped, escaped if escaped in ('"', "\\", "$") else None)
            character = f"\\{escaped}" if known is None else known
        parts.append(character)
        position += 1
    end = _end_of_line(text, position)
    rest = text[position + 1 : end].strip()
    if rest and not rest.startswith("#"):
        raise SecretsFileError(
            f'{subject}: has text after the closing quote; escape a quote in the value as \\" in '
            "double quotes"
        )
    return "".join(parts), end + 1


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _checked_name(name: str, pattern: re.Pattern[str], where: str) -> str:
    # An invalid name can be a part of a value, for example a line of a private key.
    if pattern.fullmatch(name) is None:
        raise SecretsFileError(
            f"{where}: the name is not valid; use a variable, SERVICE.VARIABLE or the name of a "
            "secret (letters, digits and /_+=.@-)"
        )
    return name


def _check_value(value: str, subject: str) -> None:
    if "\0" in value:
        raise SecretsFileError(
            f"{subject}: the value has a NUL character, which no environment variable can contain; "
            "encode the value, for example in Base64"
        )
