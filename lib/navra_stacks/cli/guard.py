"""`navra guard`: refuse a plan that would lose data, cut traffic, or change adopted resources."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from navra_stacks.cli.output import print_json, print_line

if TYPE_CHECKING:
    from navra_stacks.guard.evaluation import Evaluation, Finding

__all__ = ["guard"]

REFUSED = 3
"""Exit status if the plan is refused."""

ACTION_LABELS = {
    "create": "to create",
    "update": "to update in place",
    "replace": "to replace",
    "delete": "to delete",
    "forget": "to remove from the state",
    "no-op": "unchanged",
}
"""The texts for actions in the first line of the report. Other actions are printed by name."""


def guard(
    plan: Annotated[
        str,
        typer.Argument(
            metavar="PLAN.json", help="The output of `terraform show -json PLAN`, or - for stdin."
        ),
    ],
    allow: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="TOML file that allows changes. Repeatable."),
    ] = None,
    inventory: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Inventory written by `navra discover`. Repeatable.",
        ),
    ] = None,
    incomplete: Annotated[
        bool,
        typer.Option("--incomplete", help="Accept that the plan leaves changes for a later apply."),
    ] = False,
    security: Annotated[
        bool,
        typer.Option(
            "--security",
            help="Refuse changes that expose a resource or route traffic elsewhere. Default: warn.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Refuse a plan that would lose data, cut traffic, or change adopted resources.

    Exit status: 0 if the plan is accepted, 3 if it is refused, 2 for a user error.
    """
    from navra_stacks.guard.adopted_resources import read_inventories
    from navra_stacks.guard.allow_list import AllowList
    from navra_stacks.guard.evaluation import evaluate
    from navra_stacks.terraform.plan import Plan

    evaluation = evaluate(
        Plan.parse(sys.stdin.buffer.read(), "stdin") if plan == "-" else Plan.read(plan),
        allow=[waiver for path in allow or () for waiver in AllowList.read(path).allow],
        adopted=read_inventories(inventory or ()),
        incomplete=incomplete,
        security=security,
    )
    if as_json:
        print_json(_as_json(evaluation))
    else:
        _print_report("stdin" if plan == "-" else plan, evaluation)
    if evaluation.refused:
        raise typer.Exit(REFUSED)


def _print_report(plan: str, evaluation: Evaluation) -> None:
    from navra_stacks.guard.evaluation import PLAN

    labels = {
        **ACTION_LABELS,
        **{name: name for name in evaluation.counts if name not in ACTION_LABELS},
    }
    counts = [
        f"{count} {label}"
        for name, label in labels.items()
        if name != "import" and (count := evaluation.counts.get(name))
    ]
    print_line(
        f"{plan}: {', '.join(counts) or 'no resources'}; "
        f"{evaluation.adopted} adopted, {evaluation.counts['import']} imported by this plan"
    )
    for label, findings in (
        ("refused", evaluation.refused),
        ("warning", evaluation.warnings),
        ("allowed", evaluation.allowed),
    ):
        for finding in findings:
            print_line(f"{label}  {finding.address}  {finding.action}: {finding.sentence}")
    for note in evaluation.notes:
        print_line(f"note     {note}")
    if not evaluation.refused:
        print_line(_acceptance(evaluation))
    elif any(finding.address != PLAN for finding in evaluation.refused):
        print_line(
            "Refused. To allow a change, add an entry with a reason to a file passed by --allow."
        )
    else:
        print_line("Refused.")


def _acceptance(evaluation: Evaluation) -> str:
    """Return the last line of the report on an accepted plan.

    The line states what was evaluated. It counts the changes that an allow-list or inventory
    allows, because these changes can lose data or cut traffic, and the warnings.
    """
    changed = sum(
        count
        for name, count in evaluation.counts.items()
        if name not in ("import", "no-op", "read")
    )
    exceptions = []
    for kind, subject in (("allow-list", "the allow-list"), ("inventory", "an inventory")):
        count = sum(
            any(violation.approval == kind for violation in finding.violations)
            for finding in evaluation.allowed
        )
        if count:
            exceptions.append(f"{subject} allows {_counted(count, 'change')}")
    if evaluation.warnings:
        exceptions.append(
            f"{_counted(len(evaluation.warnings), 'warning')} would be refused with --security"
        )
    if not changed and not exceptions:
        return "Accepted: the plan changes no resource."
    checked = (
        f"{_counted(changed, 'change')} checked for deletions, takeovers of existing resources, "
        "provisioners, listed protections, capacities and rules, and adopted resources; no other "
        "effect was evaluated."
    )
    return f"Accepted: {'; '.join([*exceptions, checked])}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _as_json(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "accepted": not evaluation.refused,
        "counts": dict(evaluation.counts),
        "adopted": evaluation.adopted,
        "refused": list(map(_finding_json, evaluation.refused)),
        "warnings": list(map(_finding_json, evaluation.warnings)),
        "allowed": list(map(_finding_json, evaluation.allowed)),
        "notes": list(evaluation.notes),
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    from navra_stacks.terraform.plan import format_path

    return {
        "address": finding.address,
        "action": finding.action,
        "sentence": finding.sentence,
        "violations": [
            {
                "argument": format_path(violation.path) or None,
                "what": violation.what,
                "why": violation.why,
                "waiver": violation.waiver,
            }
            for violation in finding.violations
        ],
    }
