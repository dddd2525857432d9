"""A plan of Terraform's, as ``terraform show -json`` tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.settings.model.credentials import find_credentials

__all__ = ["Change", "Place", "Plan", "PlanError", "covers", "spelled"]

Place = tuple[str | int, ...]
"""Where a value is within a resource: ``("health_check", 0, "path")``."""


FORMAT = "1"
"""The major version of the JSON that is understood: Terraform 1's, and OpenTofu's."""

_MAKE_ONE = "make it by `terraform plan -out=PLAN` and `terraform show -json PLAN`"


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

    previous_address: str | None = None
    """Where it was before a `moved` block, ``None`` where it was not moved."""

    deposed: str | None = None
    """Terraform's key of what an earlier replacement left behind at this address; else ``None``."""

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

    def hides(self, place: Place) -> bool:
        """Whether the values at `place`, before or after, hold what must not be shown."""
        return any(_is_marked(marks, place) for marks in self.sensitive)

    def may_show(self, place: Place) -> bool:
        """Whether the values at `place` may be told: none is hidden or looks like a credential.

        The whole argument is looked at, since what lies beside a value may name it.
        """
        name = str(place[0]) if place else ""
        return not self.hides(place) and not any(
            any(True for _ in find_credentials(values.get(name), name=name))
            for values in (self.before, self.after)
        )

    @cached_property
    def differences(self) -> tuple[tuple[Place, Any, Any], ...]:
        """Where it would change: the place, what is there, and what will be.

        What only the apply tells is ``Ellipsis``.
        """
        return tuple(_differences((), self.before, self.after, self.after_unknown))


class Plan:
    """What Terraform would do."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        version = content.get("format_version")
        if not isinstance(version, str) or "terraform_version" not in content:
            raise PlanError(f"this is not the JSON of a plan: {_MAKE_ONE}")
        if version.partition(".")[0] != FORMAT:
            raise PlanError(
                f"this plan is in format {version}, and only {FORMAT}.x is understood: "
                "another version may tell of changes in another way"
            )
        if "planned_values" not in content and "resource_changes" not in content:
            # What `terraform show -json` prints without the file of a plan.
            raise PlanError(f"this is the JSON of a state, not of a plan: {_MAKE_ONE}")
        self.content = content

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        """The plan in a file that ``terraform show -json`` wrote.

        Raises:
            PlanError: it cannot be read, or holds something else.
        """
        try:
            written = Path(path).read_bytes()
        except OSError as error:
            raise PlanError(f"{path} cannot be read: {error.strerror}") from error
        return cls.parse(written, str(path))

    @classmethod
    def parse(cls, written: bytes, source: str) -> Plan:
        """The plan that ``terraform show -json`` wrote; an error calls it `source`.

        Raises:
            PlanError: it is something else, or not all of it.
        """
        if written.startswith(b"PK"):
            raise PlanError(f"{source} is a plan as Terraform saves it: {_MAKE_ONE}")
        try:
            # Of bytes the encoding is found out: PowerShell redirects in UTF-16.
            content = json.loads(written)
        except ValueError as error:
            raise PlanError(
                f"{source} is no JSON, or not all of it: {error}; {_MAKE_ONE}"
            ) from error
        if not isinstance(content, dict):
            raise PlanError(f"{source} holds no JSON object: {_MAKE_ONE}")
        return cls(content)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """What would happen to each resource that is managed, in the plan's order.

        Raises:
            PlanError: one is not told as Terraform tells it.
        """
        told = self.content.get("resource_changes") or ()
        try:
            return tuple(_change(one) for one in told if one["mode"] != "data")
        except (AttributeError, KeyError, TypeError) as error:
            raise PlanError(
                f"a resource change of this plan cannot be understood: {error!r}"
            ) from None

    @property
    def has_failed(self) -> bool:
        """Whether Terraform met an error while it planned, and told what it had until then."""
        return bool(self.content.get("errored", False))

    @property
    def is_complete(self) -> bool:
        """Whether one apply does everything: nothing was left out by ``-target`` or put off."""
        return self.content.get("complete", True) is True and not any(
            self.content.get(name) for name in ("deferred_changes", "deferred_action_invocations")
        )

    @property
    def invocations(self) -> tuple[str, ...]:
        """The addresses of the providers' actions that the apply would call (Terraform 1.14)."""
        told = self.content.get("action_invocations") or ()
        return tuple(
            str(one.get("address")) if isinstance(one, dict) else "an action" for one in told
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
            if one.address == address and one.deposed is None:
                return one
        raise PlanError(f"the plan has no {address}")


def spelled(path: Place) -> str:
    """A place as people write it: ``health_check[0].path``."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")


def covers(argument: str, place: Place) -> bool:
    """Whether `argument` is that place or lies around it; indexes may be left out.

    ``health_check`` and ``health_check.path`` both cover ``health_check[0].path``.
    """
    names = [part for part in place if isinstance(part, str)]
    return any(
        spelling == argument or spelling.startswith((f"{argument}.", f"{argument}["))
        for spelling in (spelled(place), ".".join(names))
    )


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
        previous_address=one.get("previous_address"),
        deposed=one.get("deposed"),
    )


def _is_marked(marks: Any, place: Place) -> bool:
    """Whether `marks`, which mirror a value, mark anything at `place`, around it or in it."""
    for part in place:
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
