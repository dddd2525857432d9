"""What a plan may do although the guard would refuse it: a file of entries, each with a reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator

from navra_stacks.errors import NavraError, SettingsError, SettingsProblem
from navra_stacks.settings.model.base import Settings, refuse, rule
from navra_stacks.terraform.plan import Place, covers

__all__ = ["AllowList", "AllowListError", "Waiver"]

ANY = "*"
"""Among `arguments`: all of them."""


class AllowListError(NavraError):
    """An allow-list that cannot be used; tells everything that is wrong with it."""


def _check_address(value: str) -> str:
    if not re.fullmatch(r"\S+", value):
        raise refuse(
            f"{value!r} is not an address",
            "write it as the plan does, as in 'aws_lb.web' or 'module.shop.aws_lb.*'",
        )
    if not re.search(r"[A-Za-z]", value):
        raise refuse(f"{value!r} names everything", "name a type at least, as in 'aws_lb.*'")
    return value


def _check_reason(value: str) -> str:
    if not re.search(r"\w{2}", value):
        raise refuse(f"{value!r} is no reason", "say why this may happen, for who reads it later")
    return value


class Waiver(Settings):
    """One thing that a plan may do, and why."""

    address: Annotated[str, AfterValidator(_check_address)]
    """The resource as the plan spells it, indexes and modules included. ``*`` stands for any text
    and ``?`` for one character."""

    action: Literal["create", "delete", "forget", "import", "invoke", "replace", "update"]
    """What may be done to it. ``update`` is a change in place, and ``import`` is one that comes
    with the import."""

    reason: Annotated[str, AfterValidator(_check_reason)]
    """Why it may happen; it is told whenever the entry lets something pass."""

    arguments: tuple[str, ...] = ()
    """The arguments that may change in place (``["*"]``: all), or that may force the replacement
    (none named: any). A name covers what lies within it: ``tags``, ``health_check.path``."""

    until: date | None = None
    """The last day on which it holds, in UTC; None: for good."""

    @rule
    def _names_arguments_where_there_are_some(self) -> Iterator[SettingsProblem]:
        if self.action in ("import", "update") and not self.arguments:
            yield SettingsProblem(
                "arguments",
                "is missing",
                'name those that may change, as in ["tags", "idle_timeout"]; ["*"] is all of them',
            )
        if self.action in ("create", "delete", "forget", "invoke") and self.arguments:
            yield SettingsProblem(
                "arguments", f"a {self.action} is of all of a resource", "leave them out"
            )

    def is_about(self, address: str, action: str) -> bool:
        """Whether this is the resource and the action."""
        return action == self.action and _matches(self.address, address)

    def allows(self, place: Place) -> bool:
        """Whether this covers a place within the resource, ``()`` being the whole of it."""
        if self.arguments in ((), (ANY,)):
            return True
        return any(covers(argument, place) for argument in self.arguments)

    @classmethod
    def _label(cls, sound: Mapping[str, object]) -> str | None:
        address, action = sound.get("address"), sound.get("action")
        if address is None:
            return None
        return f"{address}" if action is None else f"{address} ({action})"


class AllowList(Settings):
    """The entries of a file."""

    is_root = True

    allow: tuple[Waiver, ...] = ()
    """What may be done, one entry each: ``[[allow]]``."""

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """The allow-list in a file of TOML.

        Raises:
            AllowListError: it cannot be read, or an entry is at fault.
        """
        try:
            content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise AllowListError(f"{path} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise AllowListError(f"{path} is not TOML: {error}") from None
        if isinstance(content.get("allow"), dict):
            raise AllowListError(f"{path}: write each entry under [[allow]], in two brackets")
        try:
            return cls(**content)
        except SettingsError as error:
            raise AllowListError(_all_told(path, error.problems)) from None


def _matches(pattern: str, address: str) -> bool:
    # Not a shell's glob: brackets are part of an address.
    parts = {"*": ".*", "?": "."}
    expression = "".join(parts.get(one) or re.escape(one) for one in pattern)
    return re.fullmatch(expression, address, re.DOTALL) is not None


def _all_told(path: str | Path, problems: Iterable[SettingsProblem]) -> str:
    lines = [f"  {problem}" for problem in problems]
    count = f"{len(lines)} problem{'s' if len(lines) != 1 else ''}"
    return "\n".join([f"{path} cannot be used: {count} in the allow-list", *lines])
