"""How a discovery is told: to people in lines, to programs in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from navra_stacks.adoption.discovery import Discovery, Planned
from navra_stacks.adoption.impact import Effect

__all__ = ["as_json", "lines"]


def lines(discovery: Discovery) -> Iterator[str]:
    """The report: what stays, what changes in place, what is replaced, and all besides."""
    found, planned = discovery.found, discovery.planned
    place = f"{discovery.stack} in account {discovery.account}, {discovery.region}"
    yield f"{place}: {len(found.ids)} of its resources exist"
    if planned is None:
        yield ""
        yield "Not known: what the first apply would do to them, since no Terraform planned it"
    else:
        yield from _effects(planned, discovery)
    yield from _section(
        "Exists beside it, and no resource describes it",
        [f"{one.type}  {one.id}  {one.told}" for one in found.undescribed],
    )
    yield from _section(
        "Nobody can look for these", [f"{one}: {why}" for one, why in found.unsearched.items()]
    )
    if planned is None:
        yield from _section("Would be created, since they were not found", found.missing)
    yield from _section(
        "Variables", [f"{one.name}={one.shown}  {one.told}" for one in discovery.variables]
    )


def _effects(planned: Planned, discovery: Discovery) -> Iterator[str]:
    settled = planned.settled
    yield from _section(
        "None: would be imported and stay as they are",
        [one.address for one in planned.of("none")],
        always=True,
    )
    yield from _section(
        "In place: would be imported and changed",
        [line for one in planned.of("in place") for line in _with_fields(one)],
        count=len(planned.of("in place")),
        always=True,
    )
    harmful = planned.of("replaced", "deleted")
    replaced = [line for one in harmful for line in _with_reasons(one, settled.stays)]
    title = "Replaced: what exists would be destroyed"
    yield from _section(title, replaced, count=len(harmful), always=True)
    kept = [f"{address}: {', '.join(sorted(args))}" for address, args in settled.keeps.items()]
    yield from _section("Keep the value that is live, since ours would replace them", kept)
    yield from _section(
        "Would be created",
        [f"{one.address}: {_why(one, discovery)}" for one in planned.of("created")],
    )
    yield from _section(
        f"Not checked: provider {planned.provider} is at hand, older than the pinned "
        f"{planned.pinned}, and does not know",
        planned.omissions,
    )


def _with_fields(effect: Effect) -> Iterator[str]:
    yield effect.address
    live = [one for one in effect.fields if one.is_live]
    if not live:
        yield "  nothing that is in AWS"
    for one in live:
        yield f"  {one.place}: {one.told}"


def _with_reasons(effect: Effect, stays: Any) -> Iterator[str]:
    why = stays.get(effect.address, "")
    forced = f" by {', '.join(effect.forced_by)}" if effect.forced_by else ""
    yield f"{effect.address}: {effect.kind}{forced}{f': {why}' if why else ''}"
    for one in effect.fields:
        if one.place in effect.forced_by:
            yield f"  {one.place}: {one.told}"


def _why(effect: Effect, discovery: Discovery) -> str:
    planned, found = discovery.planned, discovery.found
    if planned is not None and (why := planned.settled.left_out.get(effect.address)) is not None:
        return f"exists, but is not imported: {why}"
    return found.unsearched.get(effect.address, "does not exist")


def _section(
    title: str, entries: Any, *, count: int | None = None, always: bool = False
) -> Iterator[str]:
    entries = list(entries)
    if entries or always:
        yield ""
        yield f"{title} ({len(entries) if count is None else count})"
        yield from (f"  {one}" for one in entries)


def as_json(discovery: Discovery) -> dict[str, Any]:
    """The same for programs. A list of effects is None where no Terraform planned."""
    found, planned = discovery.found, discovery.planned
    effects: dict[str, Any] = dict.fromkeys(("none", "in_place", "replaced", "created"))
    if planned is not None:
        effects = {
            "none": [one.address for one in planned.of("none")],
            "in_place": {
                one.address: {field.place: field.told for field in one.fields if field.is_live}
                for one in planned.of("in place")
            },
            "replaced": {
                one.address: {
                    "forced_by": list(one.forced_by),
                    "why": planned.settled.stays.get(one.address, ""),
                    "fields": {field.place: field.told for field in one.fields},
                }
                for one in planned.of("replaced", "deleted")
            },
            "created": {one.address: _why(one, discovery) for one in planned.of("created")},
        }
    return {
        "stack": discovery.stack,
        "account": discovery.account,
        "region": discovery.region,
        "harmless": discovery.is_harmless,
        "found": dict(sorted(found.ids.items())),
        **effects,
        "kept": (
            {}
            if planned is None
            else {a: sorted(args) for a, args in sorted(planned.settled.keeps.items())}
        ),
        "not_imported": {} if planned is None else dict(planned.settled.left_out),
        "not_found": list(found.missing),
        "unsearched": dict(found.unsearched),
        "undescribed": [
            {"type": one.type, "id": one.id, "told": one.told} for one in found.undescribed
        ],
        "not_checked": [] if planned is None else list(planned.omissions),
        "variables": {one.name: one.shown for one in discovery.variables},
    }
