"""The report on a discovery: its sections, and its values for JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.adoption.discovery import Discovery, PlannedImport
from navra_stacks.adoption.impact import TAGS, Effect, FieldChange
from navra_stacks.adoption.later_steps import LaterStep, later_step

__all__ = ["Entry", "Section", "as_json", "heading", "sections"]

MAX_ADDRESSES = 3
"""The maximum number of addresses that are listed for a change of tags."""

UNKNOWN = "the effects of the first apply are unknown, because no plan was run"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the report, with lines that belong to it."""

    text: str

    details: tuple[str, ...] = ()

    count: int = 1
    """The number of resources that the entry describes."""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of entries under a title."""

    title: str

    entries: tuple[Entry, ...]

    is_folded: bool = False
    """True for a section that a reader needs only to look something up."""

    @property
    def heading(self) -> str:
        """The title, with the number of resources in the section."""
        return f"{self.title} ({sum(entry.count for entry in self.entries)})"


def heading(discovery: Discovery) -> tuple[str, str]:
    """Return the first two lines of the report: the environment, and the counts of the plan."""
    where = f"{discovery.stack} in account {discovery.account}, {discovery.region}"
    return f"{where}: {len(discovery.found.ids)} of its resources exist", _counts_line(discovery)


def _counts_line(discovery: Discovery) -> str:
    if discovery.planned is None:
        return UNKNOWN
    counts = _counts(discovery.planned)
    texts = [f"{count} to {action}" for action, count in counts.items()]
    return f"first apply: {', '.join(texts)}"


def _counts(planned: PlannedImport) -> dict[str, int]:
    """Return the number of resources by what the first apply does with them."""
    return {
        "import": len(planned.import_plan.imported),
        "add": len(planned.effects_of_kind("created")),
        "change": len(planned.effects_of_kind("in place")),
        "replace": len(planned.effects_of_kind("replaced")),
        "destroy": len(planned.effects_of_kind("deleted")),
    }


def sections(discovery: Discovery) -> Iterator[Section]:
    """Yield the sections of the report that have entries, the most important one first."""
    found, planned = discovery.found, discovery.planned
    candidates = [
        _section(
            "Do not apply before these are repaired",
            [f"{address}: {reason}" for address, reason in discovery.blockers.items()],
        ),
        *(_effects(planned, discovery) if planned is not None else ()),
        Section(
            "Also managed by something else",
            tuple(
                Entry(f"{owner.kind} {owner.name}: {', '.join(owner.addresses)}", (owner.repair,))
                for owner in discovery.owners
            ),
        ),
        _section("Other owners not checked", discovery.owners_not_checked),
        Section("Not found, would be created", _lines(found.missing if planned is None else ())),
        _section(
            "Existing resources that the environment does not manage",
            [f"{other.type}  {other.id}  {other.description}" for other in found.unmanaged],
            is_folded=True,
        ),
        _section(
            "Not searchable",
            [f"{address}: {reason}" for address, reason in found.not_searchable.items()],
            is_folded=True,
        ),
        _section(
            "Variables",
            [f"{one.name}={one.display_value}  {one.origin}" for one in discovery.variables],
        ),
    ]
    yield from (section for section in candidates if section.entries)


def _effects(planned: PlannedImport, discovery: Discovery) -> Iterator[Section]:
    import_plan = planned.import_plan
    updates = planned.effects_of_kind("in place")
    yield Section(
        "Would be replaced: the existing resource would be destroyed",
        tuple(
            _replacement(effect, import_plan.still_replaced)
            for effect in planned.effects_of_kind("replaced", "deleted")
        ),
    )
    yield Section("Changes that affect traffic, tasks or data", _grouped(updates, _traffic_lines))
    yield Section("Would be updated in place", _grouped(updates, _other_lines))
    yield _section(
        "Would be created",
        [
            f"{effect.address}: {_reason_created(effect, discovery)}"
            for effect in planned.effects_of_kind("created")
        ],
    )
    yield Section(
        "Live values preserved, so that these settings are not in force yet",
        tuple(_preserved(import_plan.preserved)),
    )
    yield _section(
        "Live values preserved that no setting determines",
        [
            f"{address}: {', '.join(sorted(arguments))}"
            for address, arguments in sorted(import_plan.live_defaults.items())
        ],
    )
    yield Section(
        "Defaults of the provider for arguments without a live value",
        _grouped(updates, _default_lines),
        is_folded=True,
    )
    yield Section("Tags that change", tuple(_tag_entries(updates)), is_folded=True)
    yield _section(
        "Would be imported without changes, or with changes of tags only",
        [
            effect.address
            for effect in planned.effects_of_kind("none", "in place")
            if not any(map(_is_shown, effect.fields))
        ],
        is_folded=True,
    )
    yield _section(
        f"Not checked: not supported by the installed provider {planned.provider}, older than the "
        f"required {planned.pinned}",
        planned.omissions,
        is_folded=True,
    )


def _grouped(
    effects: Iterable[Effect], lines_of: Callable[[Effect], Iterable[str]]
) -> tuple[Entry, ...]:
    """Return an entry for each distinct list of lines, with the addresses that share the list."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for effect in effects:
        if lines := tuple(lines_of(effect)):
            groups.setdefault(lines, []).append(effect.address)
    return tuple(
        Entry(", ".join(addresses), lines, len(addresses)) for lines, addresses in groups.items()
    )


def _is_tag(change: FieldChange) -> bool:
    return change.path in TAGS


def _is_shown(change: FieldChange) -> bool:
    return change.affects_aws and not _is_tag(change)


def _traffic_lines(effect: Effect) -> Iterator[str]:
    for one in effect.fields:
        if _is_shown(one) and one.traffic:
            yield f"{one.path}: {one.change}  ({one.traffic})"


def _other_lines(effect: Effect) -> Iterator[str]:
    for one in effect.fields:
        if _is_shown(one) and not one.traffic and not one.is_default:
            yield f"{one.path}: {one.change}"


def _default_lines(effect: Effect) -> Iterator[str]:
    for one in effect.fields:
        if _is_shown(one) and not one.traffic and one.is_default:
            yield f"{one.path}: {one.change}"


def _tag_entries(effects: Iterable[Effect]) -> Iterator[Entry]:
    """Yield an entry for each distinct change of tags, with a few addresses or their number."""
    groups: dict[str, list[str]] = {}
    for effect in effects:
        # `tags_all` contains `tags` and the default tags of the provider.
        texts = {one.path: one.change for one in effect.fields if _is_tag(one)}
        if text := texts.get("tags_all", texts.get("tags")):
            groups.setdefault(text, []).append(effect.address)
    for text, addresses in groups.items():
        count = len(addresses)
        where = ", ".join(addresses) if count <= MAX_ADDRESSES else f"{count} resources"
        yield Entry(text, (where,), count)


def _replacement(effect: Effect, still_replaced: Mapping[str, str]) -> Entry:
    reason = still_replaced.get(effect.address, "")
    return Entry(
        f"{effect.address}: {effect.kind_with_cause}{f'; {reason}' if reason else ''}",
        tuple(f"{one.path}: {one.change}" for one in effect.fields if one.path in effect.forced_by),
    )


def _preserved(preserved: Mapping[str, Mapping[str, Any]]) -> Iterator[Entry]:
    """Yield an entry for each resource and step, and one for resources with the same lines."""
    groups: dict[tuple[str, str], list[str]] = {}
    for address, arguments in sorted(preserved.items()):
        steps: dict[LaterStep, list[str]] = {}
        for argument in sorted(arguments):
            steps.setdefault(later_step(address.partition(".")[0], argument), []).append(argument)
        for later, names in steps.items():
            lines = f"later: {later.step}", f"risk: {later.risk}"
            groups.setdefault(lines, []).append(f"{address}: {', '.join(names)}")
    for steps_lines, texts in groups.items():
        yield Entry("; ".join(texts), steps_lines, len(texts))


def _reason_created(effect: Effect, discovery: Discovery) -> str:
    planned, found = discovery.planned, discovery.found
    if planned is not None:
        if effect.address in planned.import_plan.rejected:
            return "exists, but cannot be imported"
        reason = planned.import_plan.not_imported.get(effect.address)
        if reason is not None:
            return f"exists, but is not imported, because {reason}"
    return found.not_searchable.get(effect.address, "does not exist")


def _lines(texts: Iterable[str]) -> tuple[Entry, ...]:
    return tuple(map(Entry, texts))


def _section(title: str, texts: Iterable[str], *, is_folded: bool = False) -> Section:
    return Section(title, _lines(texts), is_folded)


def as_json(discovery: Discovery) -> dict[str, Any]:
    """Return the report as a value for ``json.dumps``.

    The groups of effects, which are ``counts``, ``traffic``, ``none``, ``in_place``, ``replaced``
    and ``created``, are None if there is no plan.
    """
    found, planned = discovery.found, discovery.planned
    names = ("counts", "traffic", "none", "in_place", "replaced", "created")
    effects: dict[str, Any] = dict.fromkeys(names)
    if planned is not None:
        updates = planned.effects_of_kind("in place")
        effects = {
            "counts": _counts(planned),
            "traffic": {
                effect.address: traffic
                for effect in updates
                if (traffic := {one.path: one.traffic for one in effect.fields if one.traffic})
            },
            "none": [effect.address for effect in planned.effects_of_kind("none")],
            "in_place": {
                effect.address: {one.path: one.change for one in effect.fields if one.affects_aws}
                for effect in updates
            },
            "replaced": {
                effect.address: {
                    "forced_by": list(effect.forced_by),
                    "why": planned.import_plan.still_replaced.get(effect.address, ""),
                    "fields": {one.path: one.change for one in effect.fields},
                }
                for effect in planned.effects_of_kind("replaced", "deleted")
            },
            "created": {
                effect.address: _reason_created(effect, discovery)
                for effect in planned.effects_of_kind("created")
            },
        }
    import_plan = None if planned is None else planned.import_plan
    return {
        "stack": discovery.stack,
        "account": discovery.account,
        "region": discovery.region,
        "harmless": discovery.is_harmless,
        "blockers": discovery.blockers,
        "found": dict(sorted(found.ids.items())),
        **effects,
        "preserved": {} if import_plan is None else _names(import_plan.preserved),
        "live_defaults": {} if import_plan is None else _names(import_plan.live_defaults),
        "not_imported": {} if import_plan is None else dict(import_plan.not_imported),
        "rejected": {} if import_plan is None else dict(import_plan.rejected),
        "blocked": discovery.blocked,
        "owners": [
            {
                "kind": owner.kind,
                "name": owner.name,
                "addresses": list(owner.addresses),
                "repair": owner.repair,
                "conflicts": owner.conflicts,
            }
            for owner in discovery.owners
        ],
        "owners_not_checked": list(discovery.owners_not_checked),
        "not_found": list(found.missing),
        "not_searchable": dict(found.not_searchable),
        "unmanaged": [
            {"type": resource.type, "id": resource.id, "description": resource.description}
            for resource in found.unmanaged
        ],
        "not_checked": [] if planned is None else list(planned.omissions),
        "variables": {variable.name: variable.display_value for variable in discovery.variables},
    }


def _names(values: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    return {address: sorted(arguments) for address, arguments in sorted(values.items())}
