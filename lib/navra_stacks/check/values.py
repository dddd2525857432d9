"""Arguments of a resource or block, with the values that are known without a plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from navra_stacks.check.hcl_literals import parse_literal
from navra_stacks.terraform.expressions import (
    Scope,
    UnresolvedError,
    evaluate,
    replace_expressions,
    whole_expression,
)

__all__ = ["UNKNOWN", "Context", "Unknown", "Values", "remember", "resolve", "resolve_template"]

T = TypeVar("T")


class Unknown:
    """A value that is known only after a plan or an apply. It equals nothing else."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
"""The only instance of :class:`Unknown`."""


class Context(Protocol):
    """What the expressions in a block are resolved with; see `CheckedDocument`."""

    memo: dict[object, Any]

    def scope(self, reference: str, attribute: str) -> Any: ...

    def written(self, expression: str) -> Any: ...

    def references(self, value: Any, module: str = "") -> Iterator[str]: ...


class Values:
    """Arguments of a resource or block.

    No method reports a value that is not known: `get` returns ``UNKNOWN``, and `flag`, `number` and
    `text` return None.
    """

    def __init__(self, body: Mapping[str, Any] | None, context: Context, module: str = "") -> None:
        self.body: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
        self.context = context
        self.module = module
        """The prefix of the addresses in the module of the resource, empty in the root module."""
        self.is_known = body is not None
        """False for the blocks of a ``dynamic`` block, of which nothing is known."""

    def get(self, name: str) -> Any:
        """Return the value of an argument; None if it is not set, and UNKNOWN if not known."""
        if not self.is_known:
            return UNKNOWN
        return resolve(self.body.get(name), self.context.scope)

    def flag(self, name: str, default: bool | None = None) -> bool | None:
        """Return a boolean; `default` if it is not set, and None if it is not known."""
        value = self.get(name)
        if value is None:
            return default
        if isinstance(value, str):
            return {"true": True, "false": False, "1": True, "0": False}.get(value.lower())
        return value if isinstance(value, bool) else None

    def number(self, name: str, default: float | None = None) -> float | None:
        """Return a finite number; `default` if it is not set, and None if it is not known."""
        value = self.get(name)
        if value is None:
            return default
        try:
            number = float(value) if isinstance(value, int | float | str) else math.nan
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def string(self, name: str, default: str | None = None) -> str | None:
        """Return a string that is known in full; `default` if it is not set, else None."""
        value = self.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else None

    def text(self, name: str) -> str | None:
        """Return a string with ``${...}`` in place of what is not known; None if it is not set."""
        return resolve_template(self.body.get(name), self.context.scope)

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a list of strings as `text` does; None if the list is not known."""
        if not self.is_known:
            return None
        value = self.body.get(name)
        if isinstance(value, str):
            resolved = resolve(value, self.context.scope)
            if isinstance(resolved, list):
                value = resolved
        if value is None:
            return ()
        if not isinstance(value, list):
            return None
        found = [resolve_template(item, self.context.scope) for item in value]
        return tuple(item for item in found if item is not None)

    def is_absent(self, name: str) -> bool:
        """Return True if an argument is known to be not set, null or empty."""
        if not self.is_known or name in _dynamic(self.body):
            return False
        value = self.body.get(name)
        if isinstance(value, str) and "${" in value:
            value = resolve(value, self.context.scope)
        return value in (None, "", [], {})

    def refers_to(self, name: str) -> frozenset[str]:
        """Return the addresses, without indexes, that one argument refers to."""
        return frozenset(self.context.references(self.body.get(name), self.module))

    def blocks(self, name: str) -> tuple[Values, ...]:
        """Return the nested blocks of a type. Of a ``dynamic`` block, nothing is known."""
        if not self.is_known:
            return (self._nested(None),)
        value = self.body.get(name)
        if isinstance(value, str):
            value = resolve(value, self.context.scope)
            if not isinstance(value, list | dict):
                return (self._nested(None),)
        items: Sequence[Any] = value if isinstance(value, list) else [value]
        found = [self._nested(item) for item in items if isinstance(item, Mapping)]
        if name in _dynamic(self.body):
            found.append(self._nested(None))
        return tuple(found)

    def block(self, name: str) -> Values:
        """Return the first nested block of a type; one without arguments if there is none."""
        found = self.blocks(name)
        return found[0] if found else self._nested({})

    def has_unknown(self, name: str) -> bool:
        """Return True if it is not known how many nested blocks of a type there are."""
        return any(not block.is_known for block in self.blocks(name))

    def _nested(self, body: Mapping[str, Any] | None) -> Values:
        return Values(body, self.context, self.module)


def remember(memo: dict[object, Any], key: object, compute: Callable[[], T]) -> T:
    """Return the result for a key, which only the first call computes."""
    if key not in memo:
        memo[key] = compute()
    result: T = memo[key]
    return result


def resolve(value: Any, scope: Scope) -> Any:
    """Return a value with the results of its expressions; UNKNOWN if one is not known."""
    if isinstance(value, list):
        return [resolve(item, scope) for item in value]
    if isinstance(value, Mapping):
        return {name: resolve(item, scope) for name, item in value.items()}
    try:
        return evaluate(value, scope)
    except (UnresolvedError, RecursionError, KeyError, TypeError, ValueError):
        pass
    if isinstance(value, str) and (expression := whole_expression(value)) is not None:
        try:
            return resolve(parse_literal(expression.strip()), scope)
        except ValueError:
            pass
    return UNKNOWN


def resolve_template(value: Any, scope: Scope) -> str | None:
    """Return a string in which the known results replace the expressions; None for no string."""
    if not isinstance(value, str):
        return None if value is None or isinstance(value, list | Mapping) else str(value)
    if "${" not in value:
        return value

    def result(expression: str) -> str:
        known = resolve(expression, scope)
        return str(known) if isinstance(known, str | int | float) else expression

    return replace_expressions(value, result)


def _dynamic(body: Mapping[str, Any]) -> set[str]:
    """Return the types of blocks that ``dynamic`` blocks generate."""
    written = body.get("dynamic")
    items = written if isinstance(written, list) else [written]
    return {name for item in items if isinstance(item, Mapping) for name in item}
