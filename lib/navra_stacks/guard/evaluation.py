"""What the guard thinks of a plan: what it refuses, what it lets pass and by whose word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from navra_stacks.errors import suggest
from navra_stacks.guard.adopted_resources import AdoptedResource, adopted_of
from navra_stacks.guard.allow_list import Waiver
from navra_stacks.guard.violations import Violation, action_of, objections
from navra_stacks.terraform.plan import Plan

__all__ = ["PLAN", "Evaluation", "Finding", "judge"]

PLAN = "the plan"
"""The address of what is to be said of a plan as a whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One change that is refused, or that passes because somebody allowed it."""

    address: str
    action: str
    """``create``, ``delete``, ``forget``, ``import``, ``invoke``, ``replace``, ``update``, or what
    is wrong with a plan as a whole."""

    objections: tuple[Violation, ...]
    """What speaks against it, one at least."""

    @property
    def unwaived(self) -> tuple[Violation, ...]:
        """What nobody has allowed."""
        return tuple(one for one in self.objections if one.excuse is None)

    @property
    def is_refused(self) -> bool:
        """Whether there is anything that nobody has allowed."""
        return bool(self.unwaived)

    @property
    def sentence(self) -> str:
        """What is done and what speaks against it, or why it passes; of what is refused alone."""
        told = self.unwaived or self.objections
        lead = {"replace": "forced by ", "update": "changes ", "import": "changes "}
        places = ", ".join(dict.fromkeys(one.what for one in told if one.place))
        parts = [lead.get(self.action, "") + places] if places else []
        parts += [one.what for one in told if not one.place]
        parts += [one.excuse or one.why for one in told]
        return "; ".join(dict.fromkeys(parts))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Whether a plan may be applied."""

    verdicts: tuple[Finding, ...]
    """What there is to say of it, in the plan's order."""

    counts: Mapping[str, int]
    """How many resources would be left (``no-op``), created, updated, ...; ``import`` counts those
    that are imported, whatever else is done to them."""

    adopted: int
    """How many of them were adopted."""

    notes: tuple[str, ...]
    """What does not decide anything, and somebody should look at."""

    @property
    def refused(self) -> tuple[Finding, ...]:
        """What must not happen; the plan is harmless where it is empty."""
        return tuple(one for one in self.verdicts if one.is_refused)

    @property
    def allowed(self) -> tuple[Finding, ...]:
        """What passes because somebody said so."""
        return tuple(one for one in self.verdicts if not one.is_refused)


def judge(
    plan: Plan,
    *,
    allow: Iterable[Waiver] = (),
    adopted: Mapping[str, AdoptedResource] | None = None,
    incomplete: bool = False,
    today: date | None = None,
) -> Evaluation:
    """Judge a plan.

    Args:
        plan: What Terraform would do.
        allow: What may be done although it is dangerous.
        adopted: What was made by hand, by address, beside what the plan imports.
        incomplete: Whether a plan is judged that leaves something for another apply.
        today: The day on which entries must still hold; by default today's, in UTC.

    Raises:
        PlanError: a change is not told as Terraform tells it.
    """
    day, listed = today or datetime.now(UTC).date(), adopted or {}
    entries = tuple(allow)
    valid = [one for one in entries if one.until is None or day <= one.until]
    used: set[Waiver] = set()
    raised: list[tuple[str, str, tuple[Violation, ...]]]
    raised = [(PLAN, action, (one,)) for action, one in _of_the_plan(plan, incomplete)]
    raised += [
        (one.address, action_of(one), tuple(objections(one, plan, listed))) for one in plan.changes
    ]
    raised += [(one, "invoke", (_of_an_action(),)) for one in plan.invocations]
    verdicts = tuple(
        Finding(
            address, action, tuple(_answered(address, action, one, valid, used) for one in all_)
        )
        for address, action, all_ in raised
        if all_
    )
    counts = Counter(action_of(replace(one, importing=None)) for one in plan.changes)
    imported = sum(one.importing is not None for one in plan.changes)
    return Evaluation(
        verdicts,
        dict(counts) | {"import": imported},
        sum(adopted_of(one, listed) is not None for one in plan.changes),
        (*_stale(entries, valid, used, verdicts), *_absent(plan, listed)),
    )


def _of_the_plan(plan: Plan, incomplete: bool) -> Iterator[tuple[str, Violation]]:
    if plan.has_failed:
        yield (
            "errored",
            Violation((), "Terraform failed while it planned", "what it tells is not all of it"),
        )
    elif not plan.is_complete and not incomplete:
        yield (
            "incomplete",
            Violation(
                (),
                "it leaves something for another apply, by -target or because it was put off",
                "what comes then is not judged; --incomplete judges what it tells",
            ),
        )


def _of_an_action() -> Violation:
    return Violation((), "the apply calls it", "the plan does not tell what an action does")


def _answered(
    address: str,
    action: str,
    objection: Violation,
    allow: Sequence[Waiver],
    used: set[Waiver],
) -> Violation:
    """The objection, with the reason of the entry that allows it."""
    if objection.excuse is not None:
        return objection
    for one in allow:
        if one.is_about(address, action) and one.allows(objection.place):
            used.add(one)
            return replace(objection, excuse=f"allowed: {one.reason}")
    return objection


def _stale(
    entries: Sequence[Waiver],
    valid: Sequence[Waiver],
    used: set[Waiver],
    verdicts: Sequence[Finding],
) -> Iterator[str]:
    """The entries that let nothing pass; no error, since the plan after theirs is empty."""
    refused = [one.address for one in verdicts if one.is_refused]
    for one in entries:
        entry = f"the allow-list's {one.address} ({one.action})"
        if one not in valid:
            yield f"{entry} held until {one.until} and lets nothing pass any more: take it out"
        elif one not in used:
            close = suggest(one.address, refused, likeness=0.7)
            hint = f"did you mean {close}?" if close else "take it out"
            yield f"{entry} is for nothing in this plan: {hint}"


def _absent(plan: Plan, listed: Mapping[str, AdoptedResource]) -> Iterator[str]:
    """What was adopted, and the plan says nothing of."""
    known = {address for one in plan.changes for address in (one.address, one.previous_address)}
    absent = sorted(listed.keys() - known)
    if absent:
        more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
        yield f"the plan says nothing of {', '.join(absent[:3])}{more}, which an inventory lists"
