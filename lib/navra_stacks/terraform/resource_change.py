"""The planned change of one resource, and the paths of the arguments that it changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import NoneType
from typing import Any

from navra_stacks.settings.model.credentials import find_credentials

__all__ = ["AttributePath", "Change", "covers", "format_path", "parse_change"]

AttributePath = tuple[str | int, ...]
"""The path to a value within a resource, for example ``("health_check", 0, "path")``."""


@dataclass(frozen=True)
class Change:
    """The planned change of one resource."""

    address: str
    type: str
    actions: tuple[str, ...]
    """Terraform's actions: one of ``no-op``, ``create``, ``update``, ``delete``, ``forget`` and
    ``read``, or two for a replacement: ``create`` with ``delete``, in either order, or with
    ``forget``."""

    before: Mapping[str, Any]
    """The current values of the resource; empty if the resource does not exist."""

    after: Mapping[str, Any]
    """The planned values that are known before the apply; empty if the resource is deleted."""

    after_unknown: Mapping[str, Any]
    """A structure like `after`, with ``True`` at each path whose value is known only after the
    apply.
    """

    replace_paths: tuple[AttributePath, ...]
    """The arguments that force a replacement."""

    importing: str | None
    """The import ID; empty if it is not known before the apply, None if nothing is imported."""

    reason: str
    """Terraform's `action_reason`, for example ``replace_because_cannot_update``; empty if
    Terraform gives no reason.
    """

    sensitive: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
    """Two structures with ``True`` at each sensitive path: one for `before`, one for `after`."""

    previous_address: str | None = None
    """The former address of a resource that a ``moved`` block moves; None if it is not moved."""

    deposed: str | None = None
    """Terraform's key for an old object that an earlier replacement did not delete; None for the
    current object.
    """

    @property
    def is_replacement(self) -> bool:
        """True if the resource would be deleted and created again."""
        return {"create", "delete"} <= set(self.actions)

    @property
    def deletes(self) -> bool:
        """True if the existing resource would be deleted, with or without a replacement."""
        return "delete" in self.actions

    @property
    def is_no_op(self) -> bool:
        """True if the resource would not change."""
        return set(self.actions) <= {"no-op", "read"}

    def is_sensitive_at(self, path: AttributePath) -> bool:
        """Return True if the current or the planned value at `path` is sensitive, even in part."""
        return any(_is_marked(marks, path) for marks in self.sensitive)

    def can_show(self, path: AttributePath) -> bool:
        """Return True if the values at `path` are not sensitive and do not look like a credential.

        The whole top-level argument is searched for credentials, because a neighbouring value can
        show that a value is a credential, for example the name of an environment variable.
        """
        name = str(path[0]) if path else ""
        try:
            return not self.is_sensitive_at(path) and not any(
                any(True for _ in find_credentials(values.get(name), name=name))
                for values in (self.before, self.after)
            )
        except RecursionError:  # a string that contains deeply nested JSON
            return False

    @cached_property
    def differences(self) -> tuple[tuple[AttributePath, Any, Any], ...]:
        """The differences between current and planned values: path, current value, planned value.

        A planned value that is known only after the apply is ``Ellipsis``.
        """
        return tuple(_differences((), self.before, self.after, self.after_unknown))


def format_path(path: AttributePath) -> str:
    """Return an attribute path as text, for example ``health_check[0].path``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def covers(argument: str, path: AttributePath) -> bool:
    """Return True if `argument` names `path`, or a block or list that contains `path`.

    `argument` may omit indexes, so ``health_check`` and ``health_check.path`` both cover
    ``health_check[0].path``.
    """
    names = [part for part in path if isinstance(part, str)]
    return any(
        spelling == argument or spelling.startswith((f"{argument}.", f"{argument}["))
        for spelling in (format_path(path), ".".join(names))
    )


def parse_change(resource: Any) -> Change | None:
    """Parse an element of ``resource_changes`` in the JSON of a plan.

    Returns:
        The change; None if the element is about a data source.

    Raises:
        ValueError: the element does not have the format of Terraform.
    """
    if _member(resource, "mode", str) == "data":
        return None
    change = _member(resource, "change", dict)
    importing = _member(change, "importing", dict, NoneType)
    paths = _member(change, "replace_paths", list, NoneType) or ()
    if not all(
        isinstance(path, list) and all(isinstance(part, str | int) for part in path)
        for path in paths
    ):
        raise ValueError("`replace_paths` contains a value that is not a path")
    return Change(
        address=_member(resource, "address", str),
        type=_member(resource, "type", str),
        actions=_strings(_member(change, "actions", list), "actions"),
        before=_member(change, "before", dict, NoneType) or {},
        after=_member(change, "after", dict, NoneType) or {},
        after_unknown=_member(change, "after_unknown", dict, bool, NoneType) or {},
        replace_paths=tuple(map(tuple, paths)),
        # An import id may be unknown until the apply.
        importing=None if importing is None else str(importing.get("id", "")),
        reason=_member(resource, "action_reason", str, NoneType) or "",
        sensitive=(
            _member(change, "before_sensitive", dict, bool, NoneType) or {},
            _member(change, "after_sensitive", dict, bool, NoneType) or {},
        ),
        previous_address=_member(resource, "previous_address", str, NoneType),
        deposed=_member(resource, "deposed", str, NoneType),
    )


def _is_marked(marks: Any, path: AttributePath) -> bool:
    """Return True if `marks` marks the value at `path`, a value in it, or a value that contains it.

    Args:
        marks: A structure like the value's, with ``True`` at each marked path.
        path: A path in the value.
    """
    for part in path:
        if isinstance(marks, dict):
            marks = marks.get(part)
        elif isinstance(marks, list):
            marks = marks[part] if isinstance(part, int) and part < len(marks) else None
        else:
            break
    if isinstance(marks, dict):
        return any(_is_marked(inner, ()) for inner in marks.values())
    if isinstance(marks, list):
        return any(_is_marked(inner, ()) for inner in marks)
    return marks is True


def _differences(
    path: AttributePath, before: Any, after: Any, unknown: Any
) -> Iterator[tuple[AttributePath, Any, Any]]:
    if unknown is True:
        yield path, before, ...
    elif isinstance(before, dict) and isinstance(after, dict):
        marks = unknown if isinstance(unknown, dict) else {}
        for name in sorted({*before, *after, *(n for n, marked in marks.items() if marked)}):
            yield from _differences(
                (*path, name), before.get(name), after.get(name), marks.get(name, False)
            )
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        by_index = unknown if isinstance(unknown, list) else []
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            inner = by_index[index] if index < len(by_index) else False
            yield from _differences((*path, index), old, new, inner)
    elif before != after:
        yield path, before, after


def _member(value: Any, name: str, type_: type, *others: type) -> Any:
    """Return a member of a JSON object.

    Args:
        value: The object.
        name: The name of the member.
        type_: The type that the member must have.
        others: Types that the member can also have; ``NoneType`` if it can be omitted.

    Raises:
        ValueError: `value` is not an object, or the member has another type.
    """
    if not isinstance(value, dict):
        raise ValueError("it is not an object")
    if not isinstance(found := value.get(name), (type_, *others)):
        raise ValueError(f"`{name}` is missing or has a wrong type")
    return found


def _strings(values: Iterable[Any], name: str) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"`{name}` contains a value that is not a string")
    return tuple(values)
