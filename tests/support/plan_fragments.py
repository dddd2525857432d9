"""Plans written by hand, as `terraform show -json` would tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from navra_stacks.guard.adopted_resources import AdoptedResource
from navra_stacks.guard.allow_list import Waiver
from navra_stacks.guard.evaluation import Evaluation, judge
from navra_stacks.terraform.plan import Plan

DELETE, REPLACE, UPDATE = ["delete"], ["delete", "create"], ["update"]
CREATE, FORGET, NOTHING = ["create"], ["forget"], ["no-op"]


def planned(*changes: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A plan of these changes."""
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
    """What would happen to one resource; its type is the last but one part of its address."""
    told: dict[str, Any] = {
        "actions": actions,
        "before": None if actions == CREATE else dict(before or {}),
        "after": None if actions in (DELETE, FORGET) else dict(after or {}),
        "after_unknown": dict(unknown or {}),
        "before_sensitive": dict(sensitive or {}),
        "after_sensitive": dict(sensitive or {}),
    }
    if forced_by is not None:
        told["replace_paths"] = forced_by
    if importing is not None:
        told["importing"] = {"id": importing}
    type_ = re.search(r"(\w+)\.\w+(\[[^\]]+\])?$", address)[1]
    return {"address": address, "mode": "managed", "type": type_, "change": told} | more


def judged(
    *changes: Mapping[str, Any],
    allow: tuple[Waiver, ...] = (),
    adopted: Mapping[str, AdoptedResource] | None = None,
    **how: Any,
) -> Evaluation:
    return judge(Plan(planned(*changes)), allow=allow, adopted=adopted, **how)


def refusals(judgement: Evaluation) -> dict[str, str]:
    """What is refused: by address, the action and the sentence."""
    return {one.address: f"{one.action}: {one.sentence}" for one in judgement.refused}


def permits(judgement: Evaluation) -> dict[str, str]:
    """What passes with a reason: by address, the action and the sentence."""
    return {one.address: f"{one.action}: {one.sentence}" for one in judgement.allowed}


def listed(id_: str, *changes: str) -> AdoptedResource:
    """A resource as an inventory lists it, with the places that its import changes."""
    return AdoptedResource(id_, dict.fromkeys(changes, "as told"), "shop.inventory.json")
