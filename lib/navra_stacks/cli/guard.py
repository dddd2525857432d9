"""`navra guard`: refuses a plan that would lose data, cut traffic or change what was adopted."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from navra_stacks.guard.evaluation import Evaluation, Finding

__all__ = ["guard"]

REFUSED = 3
"""The exit status of a plan that must not be applied."""

COUNTED = {
    "create": "to create",
    "update": "to change in place",
    "replace": "to replace",
    "delete": "to delete",
    "forget": "to forget",
    "no-op": "as they are",
}


def guard(
    plan: Annotated[
        str,
        typer.Argument(metavar="PLAN.json", help="What `terraform show -json` wrote; - is stdin."),
    ],
    allow: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="An allow-list, of TOML. May be given several times."),
    ] = None,
    inventory: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="An inventory of adopted resources. May be given several times.",
        ),
    ] = None,
    incomplete: Annotated[
        bool,
        typer.Option(
            "--incomplete", help="Judge what a plan tells that leaves something for another apply."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Tell it as JSON.")] = False,
) -> None:
    """Refuse, with status 3, a plan that loses data, cuts traffic or changes what was adopted."""
    from navra_stacks.guard.adopted_resources import of_inventories
    from navra_stacks.guard.allow_list import AllowList
    from navra_stacks.guard.evaluation import judge
    from navra_stacks.terraform.plan import Plan

    judgement = judge(
        Plan.parse(sys.stdin.buffer.read(), "stdin") if plan == "-" else Plan.read(plan),
        allow=[entry for path in allow or () for entry in AllowList.read(path).allow],
        adopted=of_inventories(inventory or ()),
        incomplete=incomplete,
    )
    if as_json:
        print(json.dumps(_as_json(judgement), indent=2, ensure_ascii=False))
    else:
        _tell("stdin" if plan == "-" else plan, judgement)
    if judgement.refused:
        raise typer.Exit(REFUSED)


def _tell(plan: str, judgement: Evaluation) -> None:
    from navra_stacks.guard.evaluation import PLAN

    counted = {**COUNTED, **{name: name for name in judgement.counts if name not in COUNTED}}
    counts = [
        f"{count} {words}"
        for name, words in counted.items()
        if name != "import" and (count := judgement.counts.get(name))
    ]
    print(
        f"{plan}: {', '.join(counts) or 'no resources'}; "
        f"{judgement.adopted} adopted, {judgement.counts['import']} imported by this plan"
    )
    for verdict in judgement.refused:
        print(f"refused  {verdict.address}  {verdict.action}: {verdict.sentence}")
    for verdict in judgement.allowed:
        print(f"allowed  {verdict.address}  {verdict.action}: {verdict.sentence}")
    for note in judgement.notes:
        print(f"note     {note}")
    if not judgement.refused:
        print("Harmless: it loses no data, cuts no traffic and changes nothing adopted unasked.")
    elif any(verdict.address != PLAN for verdict in judgement.refused):
        print("Refused. An entry with a reason in a file that --allow names lets a change pass.")
    else:
        print("Refused.")


def _as_json(judgement: Evaluation) -> dict[str, Any]:
    return {
        "harmless": not judgement.refused,
        "counts": dict(judgement.counts),
        "adopted": judgement.adopted,
        "refused": list(map(_verdict, judgement.refused)),
        "allowed": list(map(_verdict, judgement.allowed)),
        "notes": list(judgement.notes),
    }


def _verdict(verdict: Finding) -> dict[str, Any]:
    from navra_stacks.terraform.plan import spelled

    return {
        "address": verdict.address,
        "action": verdict.action,
        "sentence": verdict.sentence,
        "objections": [
            {"argument": spelled(one.place) or None, "what": one.what, "why": one.why}
            | {"excuse": one.excuse}
            for one in verdict.objections
        ],
    }
