"""A Terraform plan, as ``terraform show -json`` prints it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.settings.model.credentials import find_credentials

__all__ = ["AttributePath", "Change", "Plan", "PlanError", "covers", "format_path"]

AttributePath = tuple[str | int, ...]
"""The path to a value within a resource, for example ``("health_check", 0, "path")``."""


FORMAT = "1"
"""The major version of the plan format in Terraform 1 and OpenTofu, the only supported one."""

_REPAIR = "create the JSON with `terraform plan -out=PLAN` and `terraform show -json PLAN`"


class PlanError(NavraError):
    """The input is not a Terraform plan in JSON, or its format is not supported."""


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
        return not self.is_sensitive_at(path) and not any(
            any(True for _ in find_credentials(values.get(name), name=name))
            for values in (self.before, self.after)
        )

    @cached_property
    def differences(self) -> tuple[tuple[AttributePath, Any, Any], ...]:
        """The differences between current and planned values: path, current value, planned value.

        A planned value that is known only after the apply is ``Ellipsis``.
        """
        return tuple(_differences((), self.before, self.after, self.after_unknown))


class Plan:
    """A Terraform plan in JSON."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        version = content.get("format_version")
        if not isinstance(version, str) or "terraform_version" not in content:
            raise PlanError(f"this is not the JSON of a plan; {_REPAIR}")
        if version.partition(".")[0] != FORMAT:
            raise PlanError(
                f"this plan has format version {version}; only {FORMAT}.x is supported, since "
                "another major version may represent changes differently"
            )
        if "planned_values" not in content and "resource_changes" not in content:
            # `terraform show -json` without a plan file prints the state.
            raise PlanError(f"this is the JSON of a state, not of a plan; {_REPAIR}")
        self.content = content

    @classmethod
    def read(cls, path: str | Path) -> Plan:
        """Read a plan from a file that ``terraform show -json`` wrote.

        Raises:
            PlanError: the file cannot be read, or is not a plan.
        """
        try:
            written = Path(path).read_bytes()
        except OSError as error:
            raise PlanError(f"{path} cannot be read: {error.strerror}") from error
        return cls.parse(written, str(path))

    @classmethod
    def parse(cls, written: bytes, source: str) -> Plan:
        """Parse the output of ``terraform show -json``.

        Args:
            written: The output.
            source: The name of the input in error messages.

        Raises:
            PlanError: the output is incomplete, is not a plan, or is in an unsupported format.
        """
        if written.startswith(b"PK"):
            raise PlanError(
                f"{source} is a binary plan file, not JSON; "
                "convert it with `terraform show -json PLAN`"
            )
        try:
            # From bytes, json detects the encoding: PowerShell redirects output as UTF-16.
            content = json.loads(written)
        except ValueError as error:
            raise PlanError(f"{source} is not complete, valid JSON ({error}); {_REPAIR}") from error
        if not isinstance(content, dict):
            raise PlanError(f"{source} is not a JSON object; {_REPAIR}")
        return cls(content)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes to managed resources, in the order of the plan.

        Raises:
            PlanError: a resource change does not have the format of a Terraform plan.
        """
        changes = self.content.get("resource_changes") or ()
        try:
            return tuple(_change(change) for change in changes if change["mode"] != "data")
        except (AttributeError, KeyError, TypeError) as error:
            raise PlanError(f"this plan has an invalid resource change: {error!r}") from None

    @property
    def is_errored(self) -> bool:
        """True if planning failed, so that the plan has only the changes found before the error."""
        return bool(self.content.get("errored", False))

    @property
    def is_complete(self) -> bool:
        """True if one apply makes all changes: ``-target`` excludes none, and none is deferred."""
        return self.content.get("complete", True) is True and not any(
            self.content.get(name) for name in ("deferred_changes", "deferred_action_invocations")
        )

    @property
    def action_invocations(self) -> tuple[str, ...]:
        """The addresses of provider actions that the apply would invoke (from Terraform 1.14)."""
        invocations = self.content.get("action_invocations") or ()
        return tuple(
            str(invocation.get("address")) if isinstance(invocation, dict) else "an action"
            for invocation in invocations
        )

    @property
    def is_empty(self) -> bool:
        """True if no resource and no output would change, and none would be imported."""
        outputs = self.content.get("output_changes", {}).values()
        return all(change.is_no_op and change.importing is None for change in self.changes) and all(
            output["actions"] == ["no-op"] for output in outputs
        )

    def change(self, address: str) -> Change:
        """Return the change of the resource at `address`.

        Raises:
            PlanError: the plan has no such resource.
        """
        for change in self.changes:
            if change.address == address and change.deposed is None:
                return change
        raise PlanError(f"the plan has no change of {address}")


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


def _change(resource: Mapping[str, Any]) -> Change:
    change = resource["change"]
    importing = change.get("importing")
    return Change(
        address=resource["address"],
        type=resource["type"],
        actions=tuple(change["actions"]),
        before=change.get("before") or {},
        after=change.get("after") or {},
        after_unknown=change.get("after_unknown") or {},
        replace_paths=tuple(tuple(path) for path in change.get("replace_paths", ())),
        # An import id may be unknown until the apply.
        importing=None if importing is None else str(importing.get("id", "")),
        reason=resource.get("action_reason", ""),
        sensitive=(change.get("before_sensitive") or {}, change.get("after_sensitive") or {}),
        previous_address=resource.get("previous_address"),
        deposed=resource.get("deposed"),
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
