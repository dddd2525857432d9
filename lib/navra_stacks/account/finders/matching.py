"""How finders tell one thing from another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from itertools import takewhile
from typing import Any

from navra_stacks.account.lookup_types import LookupTarget
from navra_stacks.settings.model.credentials import is_credential, without_credentials
from navra_stacks.terraform.expressions import UnresolvedError

__all__ = ["akin", "created", "filters", "known", "name_tag", "told"]

HIDDEN = "(not shown)"


def told(*facts: str, tags: Any = ()) -> str:
    """Facts in one line, and tags after them; what is empty is left out, and no credential told."""
    pairs = tags.items() if isinstance(tags, Mapping) else _pairs(tags or ())
    kept = [
        f"{key}={HIDDEN if is_credential(value, name=key) else value}"
        for key, value in sorted(pairs)
        if not key.startswith("aws:")
    ]
    return without_credentials(", ".join([*filter(None, facts), *kept]))


def _pairs(tags: Iterable[Mapping[str, str]]) -> Iterable[tuple[str, str]]:
    for tag in tags:
        yield tag.get("Key", tag.get("key", "")), tag.get("Value", tag.get("value", ""))


def created(when: Any) -> str:
    """When something was made: ``created 2026-01-12``; nothing where AWS does not say."""
    if isinstance(when, datetime):
        return f"created {when:%Y-%m-%d}"
    return f"created {when[:10]}" if isinstance(when, str) and when else ""


def filters(**wanted: Any) -> list[dict[str, Any]]:
    """EC2's filters: ``filters(vpc_id="vpc-1")``; ``tag_`` begins the name of a tag."""
    return [
        {
            "Name": f"tag:{name[4:]}" if name.startswith("tag_") else name.replace("_", "-"),
            "Values": list(value) if isinstance(value, list | tuple) else [str(value)],
        }
        for name, value in wanted.items()
    ]


def known(described: Iterable[LookupTarget], argument: str) -> Iterator[tuple[Any, LookupTarget]]:
    """An argument's value in each that gives it, as far as it can be told."""
    for one in described:
        if argument in one.block.body:
            with suppress(UnresolvedError):
                yield one[argument], one


def name_tag(wanted: LookupTarget) -> str:
    """The Name tag that the document gives: what EC2 has instead of names."""
    given = wanted.get("tags", {})
    if "Name" not in given:
        raise UnresolvedError("the document gives it no Name tag, by which it could be told")
    return str(given["Name"])


def akin(described: Iterable[str]) -> tuple[str, re.Pattern[str]] | None:
    """What the names of one environment have in common: how they begin, and a pattern of it.

    ``/ecs/aep-web-qa`` and ``/ecs/aep-api-qa`` begin with ``/ecs/aep-`` and all have the words
    ``ecs``, ``aep`` and ``qa``. One name alone tells nothing, and one word in common too little.
    """
    names = sorted({*described})
    words = [set(re.findall(r"[A-Za-z0-9]+", name)) for name in names]
    common = set.intersection(*words) if words else set()
    if len(names) < 2 or len(common) < 2:
        return None
    alike = [
        a
        for a, b in takewhile(
            lambda pair: pair[0] == pair[1], zip(names[0], names[-1], strict=False)
        )
    ]
    begins = re.sub(r"[A-Za-z0-9]+$", "", "".join(alike))
    having = "".join(rf"(?=.*(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9]))" for word in common)
    return begins, re.compile(having, re.DOTALL)
