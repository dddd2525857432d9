"""Patches for listener rules of load balancers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto.elbv2.models import ELBv2Backend

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["return_conditions_in_both_forms"]

Conditions = Sequence[Mapping[str, Any]]

CONFIGS = {"host-header": "HostHeaderConfig", "path-pattern": "PathPatternConfig"}
"""The newer form of a condition, by its field; the older form has ``Values`` beside the field."""


def return_conditions_in_both_forms() -> None:
    """Make the rules whose conditions have the older form return the newer form as well.

    AWS returns both, and provider 5.100 crashes without the newer form. Remove this patch when moto
    returns both.
    """

    @around(ELBv2Backend)
    def create_rule(
        create: Any,
        backend: Any,
        listener_arn: str,
        conditions: Conditions,
        *args: Any,
        **named: Any,
    ) -> Any:
        return create(backend, listener_arn, _in_both_forms(conditions), *args, **named)

    @around(ELBv2Backend)
    def modify_rule(
        modify: Any, backend: Any, rule_arn: str, conditions: Conditions, *args: Any, **named: Any
    ) -> Any:
        return modify(backend, rule_arn, _in_both_forms(conditions), *args, **named)


def _in_both_forms(conditions: Conditions) -> list[dict[str, Any]]:
    completed = []
    for condition in conditions:
        values, name = condition.get("Values"), CONFIGS.get(condition.get("Field", ""))
        # moto's validation accepts one form only, and rejects several values in the older one.
        is_older = name is not None and values is not None and len(values) == 1
        form = {name: {"Values": values}} if is_older else {"Values": values}
        others = {key: value for key, value in condition.items() if key != "Values"}
        completed.append(others | {str(k): v for k, v in form.items() if v is not None})
    return completed
