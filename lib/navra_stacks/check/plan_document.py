"""Read the JSON of a plan as the rules read a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.terraform.addresses import without_indexes
from navra_stacks.terraform.document import nested_value
from navra_stacks.terraform.plan import Plan

__all__ = ["plan_document"]

_UNKNOWN = "${plan.unknown}"
"""The value of an argument that is known only after the apply and refers to no resource."""

_INLINE_RULES = ("egress", "ingress")

_IDENTITY = re.compile(r"[._](arn|id)$")
_IDENTIFIER = re.compile(r"arn:.*|[a-z]+-[0-9a-f]{8,}|[\w./-]+")


def plan_document(plan: Plan) -> CheckedDocument:
    """Return the resources of a plan with their planned values.

    Values that are known only after the apply are the references of the configuration. The result
    contains no ``lifecycle`` blocks, because a plan has none.
    """
    document = CheckedDocument(_root(plan))
    changes = {
        str(change.get("address")): change.get("change") or {}
        for change in plan.content.get("resource_changes") or ()
        if isinstance(change, Mapping)
    }
    prior = nested_value(plan.content, "prior_state", "values", "root_module")
    planned = {
        str(one.get("address")): one
        for one in _resources(nested_value(plan.content, "planned_values", "root_module"))
    }
    with_rules = {
        name.rpartition(".")[0]
        for base, settings in plan.configured.items()
        if "aws_vpc_security_group_" in base or "aws_security_group_rule." in base
        for name in _references(nested_value(settings, "expressions", "security_group_id"))
    }
    blocks = {str(one.get("address")): one for one in _resources(prior)} | planned
    for address, block in sorted(blocks.items()):
        if block.get("mode") == "managed" and address not in planned:
            continue
        base = without_indexes(address)
        settings = plan.configured.get(base, {})
        unknown = nested_value(changes.get(address), "after_unknown")
        values = block.get("values")
        expressions = settings.get("expressions")
        body = _body(
            values if isinstance(values, Mapping) else {},
            unknown if isinstance(unknown, Mapping) else {},
            expressions or {},
        )
        if isinstance(expressions, Mapping):
            body = {
                name: value
                for name, value in body.items()
                if name in expressions or _can_be_dynamic(value)
            }
        if _local(base) in with_rules:
            # The state has the separate rules as inline ones, too.
            body = {name: value for name, value in body.items() if name not in _INLINE_RULES}
        if settings.get("depends_on"):
            body["depends_on"] = settings["depends_on"]
        document.add(address, body, has_lifecycle=False)
    return document


def _can_be_dynamic(value: Any) -> bool:
    """Return True for nested blocks: the configuration in a plan omits ``dynamic`` blocks.

    Every other argument without an expression is computed.
    """
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


def _local(base: str) -> str:
    """Return an address without the modules, as references in the same module have it."""
    return ".".join(base.split(".")[-2:])


def _root(plan: Plan) -> dict[str, Any]:
    """Return the blocks of the configuration that are not resources."""
    providers: dict[str, list[Any]] = {}
    configs = nested_value(plan.content, "configuration", "provider_config")
    for one in configs.values() if isinstance(configs, Mapping) else ():
        expressions = one.get("expressions") or {}
        body = {name: _constant(value) for name, value in expressions.items()}
        providers.setdefault(str(one.get("name")), []).append(body)
    return {"provider": providers}


def _constant(expression: Any) -> Any:
    if isinstance(expression, Mapping):
        if "constant_value" in expression:
            return expression["constant_value"]
        if "references" in expression:
            return _UNKNOWN
        return {name: _constant(value) for name, value in expression.items()}
    return [_constant(one) for one in expression] if isinstance(expression, list) else expression


def _body(
    values: Mapping[str, Any], unknown: Mapping[str, Any], expressions: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the planned values of a block, with references for those that are not known."""
    names = {
        **values,
        **{name: None for name, flag in unknown.items() if flag and name not in values},
    }
    return {
        name: _value(values.get(name), unknown.get(name), expressions.get(name)) for name in names
    }


def _value(value: Any, unknown: Any, expression: Any) -> Any:
    names = _references(expression)
    if unknown is True:
        return "".join(f"${{{name}}}" for name in names) or _UNKNOWN
    if isinstance(value, list):
        if names and len(names) == len(value) and all(map(_IDENTITY.search, names)):
            return [f"${{{name}}}" for name in names]
        flags = unknown if isinstance(unknown, list) else []
        inner = expression if isinstance(expression, list) else []
        return [
            _value(
                item,
                flags[index] if index < len(flags) else None,
                inner[min(index, len(inner) - 1)] if inner else {"references": list(names)},
            )
            for index, item in enumerate(value)
        ]
    if isinstance(value, Mapping):
        nested = expression if isinstance(expression, Mapping) else {}
        return _body(value, unknown if isinstance(unknown, Mapping) else {}, nested)
    if isinstance(value, str) and len(names) == 1 and _IDENTITY.search(names[0]):
        return f"${{{names[0]}}}" if _IDENTIFIER.fullmatch(value) else value
    return value


def _references(expression: Any) -> tuple[str, ...]:
    """Return the references of an expression with their attributes, in the order of the text.

    Terraform lists each reference with its attribute, followed by the one without it.
    """
    written = nested_value(expression, "references")
    names = [str(name) for name in written] if isinstance(written, list) else []
    return tuple(
        name
        for name in names
        if not any(other != name and other.startswith(f"{name}.") for other in names)
    )


def _resources(module: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the resources of a module of planned values, and of the modules in it."""
    yield from (one for one in nested_value(module, "resources") or () if isinstance(one, Mapping))
    for child in nested_value(module, "child_modules") or ():
        yield from _resources(child)
