"""Helpers for finders: descriptions, EC2 filters and comparison of names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import takewhile
from typing import Any

from navra_stacks.account.lookup_types import LookupTarget
from navra_stacks.settings.model.credentials import is_credential, redact_credentials
from navra_stacks.terraform.expressions import UnresolvedError

__all__ = ["common_pattern", "created", "describe", "filters", "name_tag", "resolved_values"]

HIDDEN = "(not shown)"


def describe(*facts: str, tags: Any = ()) -> str:
    """Return facts and tags in one line, with credentials hidden.

    Empty facts, and tags that AWS sets, are omitted.
    """
    pairs = tags.items() if isinstance(tags, Mapping) else _pairs(tags or ())
    tag_facts = [
        f"{key}={HIDDEN if is_credential(value, name=key) else value}"
        for key, value in sorted(pairs)
        if not key.startswith("aws:")
    ]
    return redact_credentials(", ".join([*filter(None, facts), *tag_facts]))


def _pairs(tags: Iterable[Mapping[str, str]]) -> Iterable[tuple[str, str]]:
    for tag in tags:
        yield tag.get("Key", tag.get("key", "")), tag.get("Value", tag.get("value", ""))


def created(date: Any) -> str:
    """Return a creation date as text, for example ``created 2026-01-12``; empty without a date."""
    if isinstance(date, datetime):
        return f"created {date:%Y-%m-%d}"
    return f"created {date[:10]}" if isinstance(date, str) and date else ""


def filters(**values: Any) -> list[dict[str, Any]]:
    """Return EC2 filters for keyword arguments, for example ``vpc_id="vpc-1", tag_Name="web"``.

    In this example, the names of the filters are ``vpc-id`` and ``tag:Name``.
    """
    return [
        {
            "Name": f"tag:{name[4:]}" if name.startswith("tag_") else name.replace("_", "-"),
            "Values": list(value) if isinstance(value, list | tuple) else [str(value)],
        }
        for name, value in values.items()
    ]


def resolved_values(
    targets: Iterable[LookupTarget], argument: str
) -> Iterator[tuple[Any, LookupTarget]]:
    """Yield the values of an argument in `targets`, except values that are not known."""
    for target in targets:
        if argument in target.block.body:
            with suppress(UnresolvedError):
                yield target[argument], target


def name_tag(target: LookupTarget) -> str:
    """Return the Name tag of the target, the only name of most EC2 resources.

    Raises:
        UnresolvedError: the document sets no Name tag, or its value is not known.
    """
    tags = target.get("tags", {})
    if "Name" not in tags:
        raise UnresolvedError("the resource has no Name tag in the document to search for")
    return str(tags["Name"])


def common_pattern(given_names: Iterable[str]) -> tuple[str, re.Pattern[str]] | None:
    """Return the common prefix of `given_names`, and a pattern for the words that all names have.

    For example, ``/ecs/shop-web-qa`` and ``/ecs/shop-api-qa`` have the common prefix ``/ecs/shop-``
    and the common words ``ecs``, ``shop`` and ``qa``. Return None for a single name and for names
    with fewer than two common words, because the pattern would also match names of other
    environments.
    """
    names = sorted({*given_names})
    words = [set(re.findall(r"[A-Za-z0-9]+", name)) for name in names]
    common = set.intersection(*words) if words else set()
    if len(names) < 2 or len(common) < 2:
        return None
    prefix = [
        a
        for a, b in takewhile(
            lambda pair: pair[0] == pair[1], zip(names[0], names[-1], strict=False)
        )
    ]
    whole_words = re.sub(r"[A-Za-z0-9]+$", "", "".join(prefix))
    pattern = "".join(rf"(?=.*(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9]))" for word in common)
    return whole_words, re.compile(pattern, re.DOTALL)
