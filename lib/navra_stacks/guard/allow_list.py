"""The allow-list: a TOML file of waivers for changes that the guard would refuse."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator

from navra_stacks.errors import NavraError, SettingsError, SettingsProblem
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.terraform.plan import AttributePath, covers

__all__ = ["AllowList", "AllowListError", "Waiver"]

ANY = "*"
"""The value in `arguments` that covers all arguments."""


class AllowListError(NavraError):
    """An invalid allow-list. The message lists all problems."""


def _check_address(value: str) -> str:
    if not re.fullmatch(r"\S+", value):
        raise invalid(
            f"{value!r} is not an address",
            "write it as in the plan: 'aws_lb.web' or 'module.shop.aws_lb.*'",
        )
    if not re.search(r"[A-Za-z]", value):
        raise invalid(f"{value!r} matches all resources", "name at least a type: 'aws_lb.*'")
    return value


def _check_reason(value: str) -> str:
    if not re.search(r"\w{2}", value):
        raise invalid(f"{value!r} is not a reason", "explain why this change is acceptable")
    return value


class Waiver(Settings):
    """A waiver for one action on one or more resources."""

    address: Annotated[str, AfterValidator(_check_address)]
    """The address as in the plan, with modules and indexes. ``*`` matches any text and ``?`` one
    character."""

    action: Literal["create", "delete", "forget", "import", "invoke", "replace", "update"]
    """The allowed action. ``update`` is a change in place, ``import`` a change in place that comes
    with an import."""

    reason: Annotated[str, AfterValidator(_check_reason)]
    """Why the change is acceptable. It is printed whenever the waiver is used."""

    arguments: tuple[str, ...] = ()
    """The arguments that may change in place (``["*"]``: all), or that may force the replacement
    (empty: any). A name covers everything within it: ``tags``, ``health_check.path``."""

    until: date | None = None
    """The last day on which the waiver is valid, in UTC. None: no limit."""

    @rule
    def _check_arguments(self) -> Iterator[SettingsProblem]:
        if self.action in ("import", "update") and not self.arguments:
            yield SettingsProblem(
                "arguments",
                "is missing",
                'list the arguments that may change: ["tags", "idle_timeout"], or ["*"] for all',
            )
        if self.action in ("create", "delete", "forget", "invoke") and self.arguments:
            yield SettingsProblem("arguments", f"have no effect on {self.action}", "remove them")

    def matches(self, address: str, action: str) -> bool:
        """True if the waiver is for this address and action."""
        return action == self.action and _matches(self.address, address)

    def allows(self, path: AttributePath) -> bool:
        """True if the waiver covers a path within the resource; ``()`` is the whole resource."""
        if self.arguments in ((), (ANY,)):
            return True
        return any(covers(argument, path) for argument in self.arguments)

    @classmethod
    def _label(cls, sound: Mapping[str, object]) -> str | None:
        address, action = sound.get("address"), sound.get("action")
        if address is None:
            return None
        return f"{address}" if action is None else f"{address} ({action})"


class AllowList(Settings):
    """The waivers of a file."""

    is_root = True

    allow: tuple[Waiver, ...] = ()
    """The waivers, one ``[[allow]]`` table each."""

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read an allow-list from a TOML file.

        Raises:
            AllowListError: the file cannot be read, or an entry is invalid.
        """
        try:
            content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise AllowListError(f"{path} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise AllowListError(f"{path} is not valid TOML: {error}") from None
        if isinstance(content.get("allow"), dict):
            raise AllowListError(f"{path}: write each entry as [[allow]], with double brackets")
        try:
            return cls(**content)
        except SettingsError as error:
            raise AllowListError(_format_problems(path, error.problems)) from None


def _matches(pattern: str, address: str) -> bool:
    # Not fnmatch: brackets are part of an address.
    parts = {"*": ".*", "?": "."}
    expression = "".join(parts.get(character) or re.escape(character) for character in pattern)
    return re.fullmatch(expression, address, re.DOTALL) is not None


def _format_problems(path: str | Path, problems: Iterable[SettingsProblem]) -> str:
    lines = [f"  {problem}" for problem in problems]
    count = f"{len(lines)} problem{'s' if len(lines) != 1 else ''}"
    return "\n".join([f"{path} is not a valid allow-list: {count}", *lines])
