"""Build the JSON of plans, as `terraform show -json` prints it, and evaluate them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from navra_stacks.guard.adopted_resources import AdoptedResource
from navra_stacks.guard.allow_list import Waiver
from navra_stacks.guard.evaluation import Evaluation, evaluate
from navra_stacks.terraform.plan import Plan

DELETE, REPLACE, UPDATE = ["delete"], ["delete", "create"], ["update"]
CREATE, FORGET, NO_OP = ["create"], ["forget"], ["no-op"]


def plan_json(*changes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Return the JSON of a plan with `changes`."""
    head = {"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {}}
    tail = {"complete": True, "errored": False}
    return head | {"resource_changes": list(changes)} | tail | more


def change(
    address: str,
    actions: list[str],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    *,
    forced_by: list[list[str | int]] | None = None,
    importing: str | None = None,
    unknown: Mapping[str, Any] | None = None,
    sensitive: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return the change of one resource.

    Its type is the second-last part of its address, unless `more` contains the type.
    """
    details: dict[str, Any] = {
        "actions": actions,
        "before": None if actions == CREATE else dict(before or {}),
        "after": None if actions in (DELETE, FORGET) else dict(after or {}),
        "after_unknown": dict(unknown or {}),
        "before_sensitive": dict(sensitive or {}),
        "after_sensitive": dict(sensitive or {}),
    }
    if forced_by is not None:
        details["replace_paths"] = forced_by
    if importing is not None:
        details["importing"] = {"id": importing}
    type_ = more.get("type") or re.search(r"(\w+)\.\w+(\[[^\]]+\])?$", address)[1]
    return {"address": address, "mode": "managed", "type": type_, "change": details} | more


def evaluated(
    *changes: Mapping[str, Any],
    allow: tuple[Waiver, ...] = (),
    adopted: Mapping[str, AdoptedResource] | None = None,
    **options: Any,
) -> Evaluation:
    return evaluate(Plan(plan_json(*changes)), allow=allow, adopted=adopted, **options)


def refusals(evaluation: Evaluation) -> dict[str, str]:
    """Return the action and sentence of each refused change, by address."""
    return {
        finding.address: f"{finding.action}: {finding.sentence}" for finding in evaluation.refused
    }


def allowances(evaluation: Evaluation) -> dict[str, str]:
    """Return the action and sentence of each allowed finding, by address."""
    return {
        finding.address: f"{finding.action}: {finding.sentence}" for finding in evaluation.allowed
    }


def adopted_resource(id_: str, *changes: str) -> AdoptedResource:
    """Return a resource of an inventory, with the paths that its import changes."""
    return AdoptedResource(id_, dict.fromkeys(changes, "old -> new"), "shop.inventory.json")
