"""Format a discovery as lines of text or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from navra_stacks.adoption.discovery import Discovery, PlannedImport
from navra_stacks.adoption.impact import Effect

__all__ = ["as_json", "lines"]


def lines(discovery: Discovery) -> Iterator[str]:
    """Yield the lines of the report on a discovery."""
    found, planned = discovery.found, discovery.planned
    where = f"{discovery.stack} in account {discovery.account}, {discovery.region}"
    yield f"{where}: {len(found.ids)} of its resources exist"
    if planned is None:
        yield ""
        yield "The effects of the first apply are unknown, because no plan was run"
    else:
        yield from _effects(planned, discovery)
    yield from _section(
        "Cannot be created: delete the existing resource, or change the settings",
        [f"{address}: blocked by {other}" for address, other in discovery.blocked.items()],
    )
    yield from _section(
        "Existing resources that the environment does not manage",
        [f"{resource.type}  {resource.id}  {resource.description}" for resource in found.unmanaged],
    )
    yield from _section(
        "Not searchable",
        [f"{address}: {reason}" for address, reason in found.not_searchable.items()],
    )
    if planned is None:
        yield from _section("Not found, would be created", found.missing)
    yield from _section(
        "Variables",
        [
            f"{variable.name}={variable.display_value}  {variable.origin}"
            for variable in discovery.variables
        ],
    )


def _effects(planned: PlannedImport, discovery: Discovery) -> Iterator[str]:
    import_plan = planned.import_plan
    yield from _section(
        "Would be imported without changes",
        [effect.address for effect in planned.effects_of_kind("none")],
        always=True,
    )
    updates = planned.effects_of_kind("in place")
    yield from _section(
        "Would be imported and updated in place",
        [line for effect in updates for line in _with_fields(effect)],
        count=len(updates),
        always=True,
    )
    replacements = planned.effects_of_kind("replaced", "deleted")
    yield from _section(
        "Would be replaced: the existing resource would be destroyed",
        [
            line
            for effect in replacements
            for line in _with_reasons(effect, import_plan.still_replaced)
        ],
        count=len(replacements),
        always=True,
    )
    yield from _section(
        "Cannot be imported: Terraform rejects the existing resource, and cannot create it again",
        [f"{address}: {message}" for address, message in import_plan.rejected.items()],
    )
    yield from _section(
        "Live values preserved, because the settings' values would force a replacement",
        [
            f"{address}: {', '.join(sorted(arguments))}"
            for address, arguments in import_plan.preserved.items()
        ],
    )
    yield from _section(
        "Would be created",
        [
            f"{effect.address}: {_reason_created(effect, discovery)}"
            for effect in planned.effects_of_kind("created")
        ],
    )
    yield from _section(
        f"Not checked: not supported by the installed provider {planned.provider}, older than the "
        f"required {planned.pinned}",
        planned.omissions,
    )


def _with_fields(effect: Effect) -> Iterator[str]:
    yield effect.address
    aws_changes = [field for field in effect.fields if field.affects_aws]
    if not aws_changes:
        yield "  no change in AWS"
    for field in aws_changes:
        yield f"  {field.path}: {field.change}"


def _with_reasons(effect: Effect, still_replaced: Mapping[str, str]) -> Iterator[str]:
    reason = still_replaced.get(effect.address, "")
    forced = f", forced by {', '.join(effect.forced_by)}" if effect.forced_by else ""
    yield f"{effect.address}: {effect.kind}{forced}{f'; {reason}' if reason else ''}"
    for field in effect.fields:
        if field.path in effect.forced_by:
            yield f"  {field.path}: {field.change}"


def _reason_created(effect: Effect, discovery: Discovery) -> str:
    planned, found = discovery.planned, discovery.found
    if planned is not None:
        if effect.address in planned.import_plan.rejected:
            return "exists, but cannot be imported"
        reason = planned.import_plan.not_imported.get(effect.address)
        if reason is not None:
            return f"exists, but is not imported, because {reason}"
    return found.not_searchable.get(effect.address, "does not exist")


def _section(
    title: str, entries: Iterable[str], *, count: int | None = None, always: bool = False
) -> Iterator[str]:
    entries = list(entries)
    if entries or always:
        yield ""
        yield f"{title} ({len(entries) if count is None else count})"
        yield from (f"  {entry}" for entry in entries)


def as_json(discovery: Discovery) -> dict[str, Any]:
    """Return the report as a value for ``json.dumps``.

    The groups of effects, which are ``none``, ``in_place``, ``replaced`` and ``created``, are None
    if there is no plan.
    """
    found, planned = discovery.found, discovery.planned
    effects: dict[str, Any] = dict.fromkeys(("none", "in_place", "replaced", "created"))
    if planned is not None:
        effects = {
            "none": [effect.address for effect in planned.effects_of_kind("none")],
            "in_place": {
                effect.address: {
                    field.path: field.change for field in effect.fields if field.affects_aws
                }
                for effect in planned.effects_of_kind("in place")
            },
            "replaced": {
                effect.address: {
                    "forced_by": list(effect.forced_by),
                    "why": planned.import_plan.still_replaced.get(effect.address, ""),
                    "fields": {field.path: field.change for field in effect.fields},
                }
                for effect in planned.effects_of_kind("replaced", "deleted")
            },
            "created": {
                effect.address: _reason_created(effect, discovery)
                for effect in planned.effects_of_kind("created")
            },
        }
    return {
        "stack": discovery.stack,
        "account": discovery.account,
        "region": discovery.region,
        "harmless": discovery.is_harmless,
        "found": dict(sorted(found.ids.items())),
        **effects,
        "preserved": (
            {}
            if planned is None
            else {
                address: sorted(arguments)
                for address, arguments in sorted(planned.import_plan.preserved.items())
            }
        ),
        "not_imported": {} if planned is None else dict(planned.import_plan.not_imported),
        "rejected": {} if planned is None else dict(planned.import_plan.rejected),
        "blocked": discovery.blocked,
        "not_found": list(found.missing),
        "not_searchable": dict(found.not_searchable),
        "unmanaged": [
            {"type": resource.type, "id": resource.id, "description": resource.description}
            for resource in found.unmanaged
        ],
        "not_checked": [] if planned is None else list(planned.omissions),
        "variables": {variable.name: variable.display_value for variable in discovery.variables},
    }
