"""A policy rule: what it requires of a document, why, and the repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from navra_stacks.check.finding import Finding, Severity

if TYPE_CHECKING:
    from navra_stacks.check.checked_document import CheckedDocument

__all__ = ["Pack", "Rule", "Violation", "Violations"]

Pack = Literal["baseline", "production"]
"""A set of rules. ``production`` contains all rules of ``baseline``."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A resource that violates a rule."""

    address: str
    """The address of the resource that must change."""

    message: str
    """What is wrong, with the value, and what is allowed."""

    argument: str = ""
    """The path of the argument; empty for the resource."""


Violations = Callable[["CheckedDocument"], Iterator[Violation]]
"""A function that yields the resources of a document that violate a rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy rule."""

    id: str
    """A readable ID that never changes, for example ``alb-access-logs``."""

    title: str
    """What the rule requires, in one sentence."""

    failure: str
    """The failure that the rule prevents, in one sentence."""

    sources: tuple[str, ...]
    """Where the rule comes from, for example ``FSBP ELB.5``, ``CKV_AWS_91`` or an AWS page."""

    severity: Severity

    pack: Pack
    """``baseline`` for every environment, ``production`` for hardened ones only."""

    repair: str
    """The repair in terms of the settings, for example ``set hardening.access_logs=True``."""

    violations: Violations

    def findings(self, document: CheckedDocument) -> Iterator[Finding]:
        """Yield the findings of the rule in a document."""
        for one in self.violations(document):
            yield Finding(
                self.id, one.address, one.argument, one.message, self.severity, self.repair
            )
