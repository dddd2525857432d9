"""Evaluate a plan: collect its violations, apply the waivers, and decide whether to refuse it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from navra_stacks.guard.adopted_resources import AdoptedResource, find_adopted
from navra_stacks.guard.allow_list import Waiver
from navra_stacks.guard.plan_index import PlanIndex
from navra_stacks.guard.violations import Violation, action_of, violations
from navra_stacks.guard.waiver_index import AddressIndex, WaiverIndex
from navra_stacks.terraform.plan import Plan

__all__ = ["PLAN", "Evaluation", "Finding", "evaluate"]

PLAN = "the plan"
"""The `address` in a finding about the plan as a whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A change with at least one violation, or a violation of the plan as a whole."""

    address: str
    """The address of the changed resource or the invoked action, or `PLAN`."""

    action: str
    """``create``, ``delete``, ``forget``, ``import``, ``invoke``, ``replace`` or ``update``; for
    another action or combination, Terraform's names joined with slashes. For the plan as a whole,
    ``errored`` or ``incomplete``.
    """

    violations: tuple[Violation, ...]
    """All violations of the change or of the plan, with and without a waiver; at least one. Either
    all or none of them are exposures."""

    is_warning: bool = False
    """True if an unwaived violation is reported without refusing the plan."""

    @property
    def unwaived(self) -> tuple[Violation, ...]:
        """The violations that have no waiver."""
        return tuple(violation for violation in self.violations if violation.waiver is None)

    @property
    def is_refused(self) -> bool:
        """True if at least one violation has no waiver, and the finding is not a warning."""
        return bool(self.unwaived) and not self.is_warning

    @property
    def sentence(self) -> str:
        """A description of the violations for a message.

        It describes the unwaived violations with the reasons why each is a violation. If there are
        none, it describes all violations with the reasons why each is allowed.
        """
        described = self.unwaived or self.violations
        verbs = {"replace": "forced by ", "update": "changes ", "import": "changes "}
        if self.violations[0].is_exposure:
            verbs |= dict.fromkeys(("create", "replace"), "sets ")
        arguments = ", ".join(
            dict.fromkeys(violation.what for violation in described if violation.path)
        )
        parts = [verbs.get(self.action, "") + arguments] if arguments else []
        parts += [violation.what for violation in described if not violation.path]
        parts += [violation.waiver or violation.why for violation in described]
        return "; ".join(dict.fromkeys(parts))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The result of evaluating a plan."""

    findings: tuple[Finding, ...]
    """The findings about the plan as a whole, then about its changes, then about its actions."""

    counts: Mapping[str, int]
    """The number of resources by action, such as ``no-op``, ``create`` or ``update``. An imported
    resource is counted under its action and also under ``import``."""

    adopted: int
    """The number of resources in the plan that an inventory lists or that the plan imports."""

    notes: tuple[str, ...]
    """Messages about waivers that have expired or are unused, and about resources that an inventory
    lists but the plan does not contain. No plan is refused because of them."""

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The findings with an unwaived violation. If there are none, the plan is accepted."""
        return tuple(finding for finding in self.findings if finding.is_refused)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings with an unwaived violation that does not refuse the plan."""
        return tuple(
            finding for finding in self.findings if finding.unwaived and not finding.is_refused
        )

    @property
    def allowed(self) -> tuple[Finding, ...]:
        """The findings in which every violation has a waiver."""
        return tuple(finding for finding in self.findings if not finding.unwaived)


def evaluate(
    plan: Plan,
    *,
    allow: Iterable[Waiver] = (),
    adopted: Mapping[str, AdoptedResource] | None = None,
    incomplete: bool = False,
    security: bool = False,
    today: date | None = None,
) -> Evaluation:
    """Find the violations in a plan, and apply the waivers to them.

    Args:
        plan: The plan.
        allow: The waivers from all allow-lists.
        adopted: The resources from all inventories, by address. A resource that the plan imports
            is adopted even if no inventory lists it.
        incomplete: Accept that the plan leaves changes for a later apply.
        security: Refuse changes that expose a resource or route traffic elsewhere. By default, they
            are warnings.
        today: The date on which a waiver must be valid. None: the current date in UTC.

    Raises:
        PlanError: a change of the plan has an unexpected format.
    """
    day, inventory = today or datetime.now(UTC).date(), adopted or {}
    waivers = tuple(allow)
    valid = WaiverIndex([waiver for waiver in waivers if not _has_expired(waiver, day)])
    index = PlanIndex(plan)
    used: set[Waiver] = set()
    raised: list[tuple[str, str, tuple[Violation, ...]]] = []
    raised += [
        (PLAN, action, (violation,)) for action, violation in _plan_violations(plan, incomplete)
    ]
    raised += [
        (change.address, action_of(change), tuple(violations(change, index, inventory)))
        for change in plan.changes
    ]
    raised += [
        (address, "invoke", (_invocation_violation(),)) for address in plan.action_invocations
    ]
    findings = tuple(
        Finding(
            address,
            action,
            tuple(_waive(address, action, violation, valid, used) for violation in group),
            is_warning=is_exposure and not security,
        )
        for address, action, found in raised
        for is_exposure in (False, True)
        if (group := [violation for violation in found if violation.is_exposure is is_exposure])
    )
    counts = Counter(action_of(replace(change, importing=None)) for change in plan.changes)
    imported = sum(change.importing is not None for change in plan.changes)
    return Evaluation(
        findings,
        dict(counts) | {"import": imported},
        sum(find_adopted(change, inventory) is not None for change in plan.changes),
        (*_unused_waivers(waivers, day, used, findings), *_unplanned_resources(plan, inventory)),
    )


def _plan_violations(plan: Plan, incomplete: bool) -> Iterator[tuple[str, Violation]]:
    if plan.is_errored:
        yield (
            "errored",
            Violation(
                (),
                "Terraform failed while planning",
                "the plan does not contain all changes; correct the error and plan again",
            ),
        )
    elif not plan.is_complete and not incomplete:
        yield (
            "incomplete",
            Violation(
                (),
                "the plan leaves changes for a later apply, because of -target or deferred changes",
                "only a part can be evaluated; pass --incomplete to evaluate that part",
            ),
        )


def _invocation_violation() -> Violation:
    return Violation(
        (), "the apply would invoke this action", "the plan does not show the action's effect"
    )


def _waive(
    address: str,
    action: str,
    violation: Violation,
    waivers: WaiverIndex,
    used: set[Waiver],
) -> Violation:
    """Return `violation` with the reason of the first waiver that allows it.

    The waiver is added to `used`. Without such a waiver, the violation is returned unchanged.
    """
    if violation.waiver is not None:
        return violation
    for waiver in waivers.matching(address, action):
        if waiver.allows(violation.path):
            used.add(waiver)
            return replace(violation, waiver=f"allowed: {waiver.reason}", approval="allow-list")
    return violation


def _unused_waivers(
    waivers: Sequence[Waiver],
    day: date,
    used: set[Waiver],
    findings: Sequence[Finding],
) -> Iterator[str]:
    """Yield a note for each waiver that has expired or is unused.

    An unused waiver is not an error: after the waived change is applied, the next plan is empty.
    """
    refused = AddressIndex(
        [(finding.address, finding) for finding in findings if finding.is_refused]
    )
    for waiver in waivers:
        entry = f"allow-list entry {waiver.address} ({waiver.action})"
        if _has_expired(waiver, day):
            yield f"{entry} expired after {waiver.until}; remove the entry, or set a later `until`"
        elif waiver not in used:
            yield f"{entry} matches no refused change in this plan; {_hint(waiver, refused)}"


def _has_expired(waiver: Waiver, day: date) -> bool:
    return waiver.until is not None and waiver.until < day


def _hint(waiver: Waiver, refused: AddressIndex[Finding]) -> str:
    """Return the likely reason why a waiver is unused, or the repair."""
    matching = list(refused.matching(waiver))
    for finding in matching:
        if finding.action == waiver.action:
            return f"its `arguments` cover no refused change of {finding.address}"
    for finding in matching:
        return f"the refused action on {finding.address} is `{finding.action}`"
    similar = refused.suggest(waiver.address)
    return f"did you mean {similar}?" if similar else "remove the entry"


def _unplanned_resources(plan: Plan, inventory: Mapping[str, AdoptedResource]) -> Iterator[str]:
    """Yield one note about all resources of the inventories that the plan does not contain."""
    known = {
        address for change in plan.changes for address in (change.address, change.previous_address)
    }
    if unplanned := sorted(inventory.keys() - known):
        more = f" and {len(unplanned) - 3} more" if len(unplanned) > 3 else ""
        yield f"listed in an inventory but not in the plan: {', '.join(unplanned[:3])}{more}"
