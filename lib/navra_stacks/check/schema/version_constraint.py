"""Evaluate Terraform's version constraints."""

from __future__ import annotations

import re

__all__ = ["admits"]

_CONDITION = re.compile(r"\s*(?P<operator>=|!=|>=?|<=?|~>)?\s*v?(?P<version>\d+(?:\.\d+)*)\s*")


def admits(constraint: str, version: str) -> bool:
    """Return whether a version meets all conditions of a constraint such as ``>= 5.0, < 7.0``.

    A condition with another syntax (a prerelease, a template) is assumed to be met.
    """
    return all(_meets(condition, version) for condition in constraint.split(","))


def _meets(condition: str, version: str) -> bool:
    found = _CONDITION.fullmatch(condition)
    if found is None:
        return True
    required = [int(part) for part in found["version"].split(".")]
    given = [int(part) for part in re.findall(r"\d+", version)[:3]]
    least = required + [0] * (3 - len(required))
    match found["operator"]:
        case "~>":
            fixed = len(required) - 1
            return given >= least and given[:fixed] == required[:fixed]
        case ">=":
            return given >= least
        case ">":
            return given > least
        case "<=":
            return given <= least
        case "<":
            return given < least
        case "!=":
            return given != least
        case _:
            return given == least
