"""The emulator before a rehearsal: what is made in it, and how a document's words refer to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from navra_stacks.document import Block
from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator import Emulator

__all__ = ["PreconditionError", "Scene", "UnknownDataSourceError"]

_REFERENCE = re.compile(r"\$\{([\w.-]+)\}")
_SET = re.compile(r"\$\{toset\((.*)\)\}", re.DOTALL)


class PreconditionError(NavraError):
    """What a document looks up cannot be made in the emulator."""


class UnknownDataSourceError(PreconditionError):
    """A document looks up what nobody knows to make in the emulator."""


class Scene:
    """What makers of preconditions work in.

    Args:
        emulator: Where everything is made.
        region: The document's Region.
        variables: The variables' values.
        locals_: The document's local values.
    """

    def __init__(
        self,
        emulator: Emulator,
        region: str,
        variables: Mapping[str, Any],
        locals_: Mapping[str, Any],
    ) -> None:
        self.emulator = emulator
        self.account = emulator.account
        self.region = region
        self.made: list[str] = []
        """What was made, each in a few words."""
        self._known: dict[str, Any] = {
            **{f"var.{name}": value for name, value in variables.items()},
            **{f"local.{name}": value for name, value in locals_.items()},
        }
        self.client = cache(lambda service: emulator.client(service, region))
        """A boto3 client of a service."""

    def tell(self, what: str) -> None:
        """Say that something was made."""
        self.made.append(what)

    def knows(self, block: Block, attributes: Mapping[str, Any]) -> None:
        """Remember what a data source will answer, for those that refer to it."""
        for name, value in attributes.items():
            self._known[f"{block.address}.{name}"] = value

    def each(self, block: Block) -> Iterator[None]:
        """Let ``each`` and ``count`` stand for each of a block's instances, in turn.

        Once where it has neither, or one that cannot be known beforehand.
        """
        asked = block.get("for_each", block.get("count"))
        if isinstance(asked, str) and (of_set := _SET.fullmatch(asked)) is not None:
            written = _listed(of_set[1])
            asked = f"${{{of_set[1]}}}" if written is None else written
        found = self.value(asked)
        if isinstance(found, int):
            instances = [{"count.index": index} for index in range(found)]
        elif isinstance(found, list | dict):
            pairs = found.items() if isinstance(found, dict) else zip(found, found, strict=True)
            instances = [{"each.key": key, **_paths("each.value", one)} for key, one in pairs]
        else:
            instances = [{}]
        for one in instances:
            self._known |= one
            yield
            for name in one:
                del self._known[name]

    def value(self, value: Any) -> Any:
        """`value` with every reference replaced, ``None`` where one cannot be known before."""
        if isinstance(value, str):
            whole = _REFERENCE.fullmatch(value)
            if whole is not None:
                return self.value(self._known.get(whole[1]))
            if any(self._known.get(name) is None for name in _REFERENCE.findall(value)):
                return None
            text = _REFERENCE.sub(lambda found: str(self._known[found[1]]), value)
            return None if "${" in text else text
        if isinstance(value, list):
            return [self.value(one) for one in value]
        if isinstance(value, dict):
            return {name: self.value(one) for name, one in value.items()}
        return value

    def asked(self, block: Block, *names: str) -> Any:
        """The first of these arguments that a data source gives, resolved."""
        for name in names:
            if (found := self.value(block.get(name))) is not None:
                return found
        return None

    def needed(self, block: Block, *names: str) -> str:
        """The same, of a look-up that is none without.

        Raises:
            UnknownDataSourceError: none of them is given, or none can be known before the apply.
        """
        if (found := self.asked(block, *names)) is None:
            raise UnknownDataSourceError(
                f"{block.address}: a rehearsal needs to know its {' or '.join(names)} beforehand; "
                "rehearse a copy of the document in which it is written out"
            )
        return str(found)

    def filters(self, block: Block) -> dict[str, list[Any]]:
        """The filters of a data source, and its tags as ``tag:NAME``."""
        found = self.value(block.get("filter")) or []
        given = [found] if isinstance(found, dict) else found
        filters = {one["name"]: list(one["values"]) for one in given}
        tags = self.value(block.get("tags")) or {}
        return filters | {f"tag:{name}": [value] for name, value in tags.items()}

    def tags(self, block: Block) -> list[dict[str, str]]:
        """The tags by which a data source looks something up, as most of AWS's calls take them."""
        return [
            {"Key": name.removeprefix("tag:"), "Value": str(values[0])}
            for name, values in self.filters(block).items()
            if name.startswith("tag:")
        ]


def _listed(text: str) -> list[Any] | None:
    """A list that is written out, ``None`` where it holds expressions."""
    try:
        return list(json.loads(text))
    except ValueError:
        return None


def _paths(name: str, value: Any) -> dict[str, Any]:
    """A value, and what is in it, by how a document refers to each."""
    inner = value if isinstance(value, dict) else {}
    return {name: value, **{f"{name}.{key}": one for key, one in inner.items()}}
