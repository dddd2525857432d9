"""Mutate plans at random, as a hostile or faulty program could write them."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

ODD_VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    -1,
    0,
    0.5,
    10**400,
    float("inf"),
    float("nan"),
    "",
    "*",
    "\x1b[2K\rAccepted: the plan changes no resource.",
    "it\nAccepted: the plan changes no resource.",
    "\ud800",
    "\u202egnp",
    "0.0.0.0/0",
    "10.0.0.0/99",
    "::/0",
    "x" * 5000,
    "[" * 5000,
    '{"Statement": ' + '{"Statement": ' * 200,
    '{"Statement": [1, {"Effect": "Allow", "Principal": [], "Condition": {"a": 1}}]}',
    '{"Statement": {"Effect": "Allow", "Principal": "*", "Condition": {"Null": {"b": []}}}}',
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": None},
    ["create"],
    ["delete", "create"],
    {"id": None},
    {"root_module": {"resources": [{"provisioners": [{}], "type": 1, "name": []}]}},
    {"root_module": {"module_calls": {"a": {"module": {"module_calls": []}}}}},
)
"""Values that replace another one."""


def mutated(plans: list[str], seed: int) -> Iterator[bytes]:
    """Yield mutated plans without end.

    Args:
        plans: The JSON of plans.
        seed: The seed of the random numbers; the same seed yields the same plans.
    """
    numbers = random.Random(seed)
    while True:
        plan = json.loads(numbers.choice(plans))
        for _ in range(numbers.choice((1, 1, 2, 4, 8))):
            _mutate(plan, numbers)
        written = json.dumps(plan).encode()
        if numbers.random() < 0.02:
            written = written[: numbers.randrange(len(written))]
        elif numbers.random() < 0.02:
            position = numbers.randrange(len(written))
            written = written[:position] + bytes([numbers.randrange(256)]) + written[position + 1 :]
        yield written


def _mutate(plan: dict[str, Any], numbers: random.Random) -> None:
    node = _start(plan, numbers)
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = numbers.choice(keys)
        inner = node[key]
        if isinstance(inner, dict | list) and inner and numbers.random() < 0.85:
            node = inner
            continue
        break
    match numbers.randrange(5):
        case 0:
            del node[key]
        case 1 if isinstance(node, list):
            node.append(inner)
        case 2 if isinstance(node, dict):
            other = numbers.choice(keys)
            node[key], node[other] = node[other], node[key]
        case 3:
            node[key] = _nested(numbers)
        case _:
            node[key] = copy.deepcopy(numbers.choice(ODD_VALUES))


def _start(plan: dict[str, Any], numbers: random.Random) -> Any:
    """Return the part of a plan to mutate: mostly the values of a resource, sometimes any other."""
    changes = plan.get("resource_changes")
    if not isinstance(changes, list) or not changes or numbers.random() < 0.05:
        return plan
    if numbers.random() < 0.05:
        return changes
    details = numbers.choice(changes)
    details = details.get("change") if isinstance(details, dict) else None
    if not isinstance(details, dict):
        return plan
    if numbers.random() < 0.1:
        return details
    return next(
        (
            values
            for name in numbers.sample(["before", "after", "after", "after_unknown"], 4)
            if isinstance(values := details.get(name), dict) and values
        ),
        details,
    )


def _nested(numbers: random.Random) -> Any:
    """Return a value that nests from 1 to 300 levels."""
    value: Any = copy.deepcopy(numbers.choice(ODD_VALUES))
    for _ in range(numbers.choice((1, 5, 40, 90, 300))):
        value = [value] if numbers.random() < 0.5 else {"nested": value}
    return value
