"""A plan of Terraform's, as ``terraform show -json`` tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError

__all__ = ["Change", "Place", "Plan", "PlanError", "spelled"]

Place = tuple[str | int, ...]
"""Where a value is within a resource: ``("health_check", 0, "path")``."""


class PlanError(NavraError):
    """A file that is not Terraform's JSON of a plan."""


@dataclass(frozen=True)
class Change:
    """What a plan would do to one resource."""

    address: str
    type: str
    actions: tuple[str, ...]
    """``("no-op",)``, ``("create",)``, ``("update",)``, ``("delete",)``, ``("forget",)``,
    ``("read",)``, or delete and create in either order."""

    before: Mapping[str, Any]
    """What is, empty where it does not exist."""

    after: Mapping[str, Any]
    """What will be as far as it is known, empty where it is deleted."""

    after_unknown: Mapping[str, Any]
    """``True`` at each place whose value only the apply tells."""

    replace_paths: tuple[Place, ...]
    """The arguments that force a replacement."""

    importing: str | None
    """The id under which it is imported, ``None`` where it is not."""

    reason: str
    """Terraform's word on why: ``replace_because_cannot_update``; empty where it gives none."""

    sensitive: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {})
    """``True`` at each place that must not be shown: before, and after."""

    @property
    def is_replacement(self) -> bool:
        """Whether what is would be deleted and another made."""
        return {"create", "delete"} <= set(self.actions)

    @property
    def deletes(self) -> bool:
        """Whether what is would be gone, replaced or not."""
        return "delete" in self.actions

    @property
    def is_nothing(self) -> bool:
        """Whether the resource would stay as it is."""
        return set(self.actions) <= {"no-op", "read"}

    @cached_property
    def differences(self) -> tuple[tuple[Place, Any, Any], ...]:
        """Where it would change: the place, what is there, and what will be.

        What only the apply tells is ``Ellipsis``.
        """
        return tuple(_differences((), self.before, self.after, self.after_unknown))


class Plan:
    """What Terraform would do."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        if "format_version" not in content or "terraform_version" not in content:
            raise PlanError(
                "this is not the JSON of a plan: make it by `terraform show -json PLAN`"
            )
        self.content = content

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        """The plan in a file that ``terraform show -json`` wrote.

        Raises:
            PlanError: it cannot be read, or holds something else.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise PlanError(
                f"{path} cannot be read as the JSON of a plan, which `terraform show -json PLAN` "
                f"writes: {error}"
            ) from error
        if not isinstance(content, dict):
            raise PlanError(f"{path} holds no JSON object")
        return cls(content)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What would happen to each resource that is managed, in the plan's order."""
        return tuple(
            _change(one)
            for one in self.content.get("resource_changes", ())
            if one.get("mode") == "managed"
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing would happen, to resources or outputs."""
        outputs = self.content.get("output_changes", {}).values()
        return all(one.is_nothing and one.importing is None for one in self.changes) and all(
            one["actions"] == ["no-op"] for one in outputs
        )

    def change(self, address: str) -> Change:
        """What would happen to the resource at `address`.

        Raises:
            PlanError: the plan has no such resource.
        """
        for one in self.changes:
            if one.address == address:
                return one
        raise PlanError(f"the plan has no {address}")


def spelled(path: Place) -> str:
    """A place as people write it: ``health_check[0].path``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def _change(one: Mapping[str, Any]) -> Change:
    change = one["change"]
    importing = change.get("importing")
    return Change(
        address=one["address"],
        type=one["type"],
        actions=tuple(change["actions"]),
        before=change.get("before") or {},
        after=change.get("after") or {},
        after_unknown=change.get("after_unknown") or {},
        replace_paths=tuple(tuple(path) for path in change.get("replace_paths", ())),
        # The id of what is imported may be unknown until the apply.
        importing=None if importing is None else str(importing.get("id", "")),
        reason=one.get("action_reason", ""),
        sensitive=(change.get("before_sensitive") or {}, change.get("after_sensitive") or {}),
    )


def _differences(
    path: Place, before: Any, after: Any, unknown: Any
) -> Iterator[tuple[Place, Any, Any]]:
    if unknown is True:
        yield path, before, ...
    elif isinstance(before, dict) and isinstance(after, dict):
        hidden = unknown if isinstance(unknown, dict) else {}
        for name in sorted({*before, *after, *(n for n, told in hidden.items() if told)}):
            yield from _differences(
                (*path, name), before.get(name), after.get(name), hidden.get(name, False)
            )
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        told = unknown if isinstance(unknown, list) else []
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            inner = told[index] if index < len(told) else False
            yield from _differences((*path, index), old, new, inner)
    elif before != after:
        yield path, before, after
