"""A Terraform plan, as ``terraform show -json`` prints it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from navra_stacks.errors import NavraError
from navra_stacks.terraform.addresses import without_indexes
from navra_stacks.terraform.document import nested_value
from navra_stacks.terraform.resource_change import (
    AttributePath,
    Change,
    covers,
    format_path,
    parse_change,
)

__all__ = ["AttributePath", "Change", "Plan", "PlanError", "covers", "format_path"]

FORMAT = "1"
"""The major version of the plan format in Terraform 1 and OpenTofu, the only supported one."""

MAX_DEPTH = 100
"""The maximum nesting of the JSON. Up to it, recursive functions stay far below Python's limit."""

_REPAIR = "create the JSON with `terraform plan -out=PLAN` and `terraform show -json PLAN`"

_WRAPPER_OUTPUT = re.compile(rb"\s*\[command\]|(?s:.*)^::(debug|set-output)", re.MULTILINE)
"""Lines that the wrapper of https://github.com/hashicorp/setup-terraform prints around the JSON."""


class PlanError(NavraError):
    """The input is not a Terraform plan in JSON, or its format is not supported."""


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
        except RecursionError:
            raise _too_deep(source) from None
        except ValueError as error:
            if _WRAPPER_OUTPUT.match(written):
                raise PlanError(
                    f"{source} contains the output of the wrapper that hashicorp/setup-terraform "
                    "installs around `terraform`, in addition to the JSON; set "
                    "`terraform_wrapper: false` in the step with hashicorp/setup-terraform"
                ) from error
            raise PlanError(f"{source} is not complete, valid JSON ({error}); {_REPAIR}") from error
        if not isinstance(content, dict):
            raise PlanError(f"{source} is not a JSON object; {_REPAIR}")
        if _is_deeper(content, MAX_DEPTH):
            raise _too_deep(source)
        return cls(content)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The changes to managed resources, in the order of the plan.

        Raises:
            PlanError: a resource change does not have the format of a Terraform plan, or two
                changes affect the same object.
        """
        written = self.content.get("resource_changes") or []
        if not isinstance(written, list | tuple):
            raise PlanError("this plan has an invalid resource change: they are not in a list")
        changes: dict[tuple[str, str | None], Change] = {}
        for index, resource in enumerate(written):
            try:
                change = parse_change(resource)
            except ValueError as error:
                raise PlanError(
                    f"this plan has an invalid resource change: resource_changes[{index}]: {error}"
                ) from None
            if change is None:
                continue
            key = (change.address, change.deposed)
            if key in changes:
                raise PlanError(
                    f"this plan has two changes of {change.address!a}, of which Terraform "
                    f"would make only one; {_REPAIR}"
                )
            changes[key] = change
        return tuple(changes.values())

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
        invocations = self.content.get("action_invocations") or []
        if not isinstance(invocations, list):
            raise PlanError("this plan has invalid action invocations: they are not in a list")
        return tuple(
            str(invocation.get("address")) if isinstance(invocation, dict) else "an action"
            for invocation in invocations
        )

    def provisioners(self, change: Change) -> tuple[str, ...]:
        """Return the types of the provisioners that the configuration has for a resource."""
        configured = self.configured.get(without_indexes(change.address), {})
        return tuple(str(one.get("type")) for one in _objects(configured.get("provisioners")))

    @cached_property
    def configured(self) -> Mapping[str, Mapping[str, Any]]:
        """The configuration of each resource and data source, by its address without indexes."""
        found: dict[str, Mapping[str, Any]] = {}
        root = nested_value(self.content, "configuration", "root_module")
        modules = [("", module) for module in _objects([root])]
        while modules:
            prefix, module = modules.pop()
            for resource in _objects(module.get("resources")):
                found[f"{prefix}{resource.get('address')}"] = resource
            calls = module.get("module_calls")
            for name, call in calls.items() if isinstance(calls, dict) else ():
                modules += [
                    (f"{prefix}module.{name}.", called)
                    for called in _objects([nested_value(call, "module")])
                ]
        return found

    @cached_property
    def deleted_outside(self) -> frozenset[str]:
        """The addresses of resources that were deleted outside Terraform since the last apply."""
        return frozenset(
            str(resource.get("address"))
            for resource in _objects(self.content.get("resource_drift"))
            if nested_value(resource, "change", "actions") == ["delete"]
        )

    def references(self, address: str, argument: str) -> tuple[str, ...]:
        """Return the addresses of the resources to which an argument refers, without attributes.

        Only resources of the root module are found. The result is empty if the argument refers to
        none.
        """
        if address.startswith("module."):
            return ()
        configured = self.configured.get(without_indexes(address), {})
        found = nested_value(configured, "expressions", argument, "references")
        names = found if isinstance(found, list) else []
        # Terraform lists each reference with and without its attribute.
        return tuple(
            dict.fromkeys(name for name in names if isinstance(name, str) and name.count(".") == 1)
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


def _too_deep(source: str) -> PlanError:
    return PlanError(f"{source} nests more than {MAX_DEPTH} levels; {_REPAIR}")


def _is_deeper(value: Any, depth: int) -> bool:
    """Return True if the JSON value `value` nests more than `depth` levels."""
    level = [value]
    for _ in range(depth):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _objects(values: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in a list; nothing if `values` is not a list."""
    yield from (
        (value for value in values if isinstance(value, dict)) if isinstance(values, list) else ()
    )
