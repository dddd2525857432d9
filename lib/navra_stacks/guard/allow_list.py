"""The allow-list: a TOML file in which each entry allows changes that the guard would refuse."""

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
from navra_stacks.terraform.addresses import matches_wildcards
from navra_stacks.terraform.plan import AttributePath, covers

__all__ = ["AllowList", "AllowListError", "Waiver"]

ANY = "*"
"""The text that stands for all arguments if it is the only element of `arguments`."""

_TYPE_OR_MODULE = re.compile(
    r"(?:^|[.*?])(?:module\.[A-Za-z_][\w-]*|[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9]\w*)"
)
"""The name of a module, or of a type or a part of it. The part before the first underscore is the
provider, so that ``aws_*`` names no type."""


class AllowListError(NavraError):
    """An allow-list cannot be read or is invalid. The message lists all problems of the file."""


def _check_address(value: str) -> str:
    if not re.fullmatch(r"\S+", value):
        raise invalid(
            f"{value!r} is not a valid address",
            "write the address as in the plan, for example 'aws_lb.web' or 'module.shop.aws_lb.*'",
        )
    if not _TYPE_OR_MODULE.search(value):
        raise invalid(
            f"{value!r} matches resources of all types",
            "name at least a type or a module, for example 'aws_lb.*' or 'module.shop.*'",
        )
    return value


def _check_reason(value: str) -> str:
    if not re.search(r"\w{2}", value):
        raise invalid(f"{value!r} is not a valid reason", "explain why the change is acceptable")
    return value


class Waiver(Settings):
    """An entry of an allow-list. It allows one action on the resources with a matching address."""

    address: Annotated[str, AfterValidator(_check_address)]
    """The address of the resource or the provider's action as in the plan, with modules and
    indexes. ``*`` matches any text, and ``?`` matches one character."""

    action: Literal["create", "delete", "forget", "import", "invoke", "replace", "update"]
    """The allowed action. ``update`` is a change in place, ``import`` is a change in place during
    an import, and ``invoke`` is the invocation of a provider's action."""

    reason: Annotated[str, AfterValidator(_check_reason)]
    """Why the change is acceptable. The guard prints the reason when the waiver is used."""

    arguments: tuple[str, ...] = ()
    """For ``update`` and ``import``, the arguments that may change, or ``["*"]`` for all arguments.
    For ``replace``, the arguments that may force the replacement; empty for any argument. The name
    of a block, such as ``health_check``, covers all arguments in the block."""

    until: date | None = None
    """The last day on which the waiver is valid, in UTC. None: the waiver does not expire."""

    @rule
    def _check_arguments(self) -> Iterator[SettingsProblem]:
        if self.action in ("import", "update") and not self.arguments:
            yield SettingsProblem(
                "arguments",
                "is missing",
                'list the arguments that may change, for example ["tags", "idle_timeout"]; '
                '["*"] allows all arguments',
            )
        if self.action in ("create", "delete", "forget", "invoke") and self.arguments:
            yield SettingsProblem(
                "arguments",
                f"has no effect with the action `{self.action}`",
                "remove `arguments` from the entry",
            )

    def matches(self, address: str, action: str) -> bool:
        """Return True if the waiver allows `action` and its address pattern matches `address`."""
        return action == self.action and matches_wildcards(address, self.address)

    def allows(self, path: AttributePath) -> bool:
        """Return True if the waiver allows a change at `path` within a resource.

        The path ``()`` stands for the whole resource. Only a waiver for all arguments allows it.
        """
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
    """The content of an allow-list file."""

    is_root = True

    allow: tuple[Waiver, ...] = ()
    """The waivers, one for each ``[[allow]]`` table in the file."""

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read an allow-list from a TOML file.

        Raises:
            AllowListError: the file cannot be read, is not TOML, or contains an invalid entry.
        """
        try:
            content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as error:
            raise AllowListError(f"{path} cannot be read: {error.strerror}") from None
        except (RecursionError, ValueError) as error:
            raise AllowListError(f"{path} is not valid TOML: {error}") from None
        if isinstance(content.get("allow"), dict):
            raise AllowListError(
                f"{path} contains [allow]; write each entry as [[allow]], with double brackets"
            )
        try:
            return cls(**content)
        except SettingsError as error:
            raise AllowListError(_format_problems(path, error.problems)) from None


def _format_problems(path: str | Path, problems: Iterable[SettingsProblem]) -> str:
    lines = [f"  {problem}" for problem in problems]
    count = f"{len(lines)} problem{'s' if len(lines) != 1 else ''}"
    return "\n".join([f"{path} is not a valid allow-list: {count}", *lines])
