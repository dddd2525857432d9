"""All misconfigurations, of mutations.json and of misconfigurations.py, in one form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.unit.check.applications import RENAMED
from tests.unit.check.draft import Draft
from tests.unit.check.json_patch import apply_patch
from tests.unit.check.misconfigurations import MISCONFIGURATIONS, Misconfiguration

MUTATIONS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("mutations.json").read_text(encoding="utf-8")
)
"""Misconfigurations as JSON patches on the document of AEP production. The operation ``edit-text``
changes the JSON in a text."""


class Case(NamedTuple):
    """A misconfiguration, and the finding that is expected."""

    name: str
    rule: str
    stack: str
    """``application`` or ``state``."""
    apply: Callable[[Mapping[str, Any], str], tuple[Mapping[str, Any], str]]
    """Takes a document and the name of its application, and returns the edited document and the
    address of the resource that must change."""


def _of_mutation(mutation: Mapping[str, Any]) -> Case:
    def apply(content: Mapping[str, Any], application: str) -> tuple[Mapping[str, Any], str]:
        text = json.dumps(mutation)
        for name, other in RENAMED if application == "shop" else ():
            text = text.replace(name, other)
        applied = json.loads(text)
        return apply_patch(content, applied["patch"]), applied["address"]

    return Case(mutation["name"], mutation["rule"], "application", apply)


def _of_misconfiguration(one: Misconfiguration) -> Case:
    def apply(content: Mapping[str, Any], _: str) -> tuple[Mapping[str, Any], str]:
        draft = Draft(content)
        address = one.apply(draft)
        return draft.content, address

    return Case(one.name, one.rule, one.stack, apply)


CASES = [*map(_of_mutation, MUTATIONS), *map(_of_misconfiguration, MISCONFIGURATIONS)]
