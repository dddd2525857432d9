"""The results of the checks: findings, and the report that contains all of them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

__all__ = ["Finding", "Outcome", "Report", "note", "passed", "problem", "unknown"]


class Outcome(Enum):
    """The effect of a finding on the first apply."""

    PROBLEM = "problem"
    """The apply would fail, or what it creates would not start."""

    UNKNOWN = "not checked"
    """The fact could not be read, for example because a permission is missing."""

    NOTE = "note"
    """A fact that does not stop the apply."""

    PASSED = "passed"
    """The fact is as the apply needs it."""


class Finding(NamedTuple):
    """One result of a check."""

    outcome: Outcome

    subject: str
    """The checked item, for example the name of a secret."""

    message: str
    """The state of the item, as a phrase that follows the subject."""

    repair: str = ""
    """The repair, as an instruction; empty if there is nothing to repair."""

    def __str__(self) -> str:
        repair = f"; {self.repair}" if self.repair else ""
        return f"{self.subject}: {self.message}{repair}"


def problem(subject: str, message: str, repair: str) -> Finding:
    """Return a finding that stops the apply."""
    return Finding(Outcome.PROBLEM, subject, message, repair)


def unknown(subject: str, message: str, repair: str = "") -> Finding:
    """Return a finding about a fact that could not be read."""
    return Finding(Outcome.UNKNOWN, subject, message, repair)


def note(subject: str, message: str, repair: str = "") -> Finding:
    """Return a finding that does not stop the apply."""
    return Finding(Outcome.NOTE, subject, message, repair)


def passed(subject: str, message: str) -> Finding:
    """Return a finding about a fact that is as the apply needs it."""
    return Finding(Outcome.PASSED, subject, message)


class Report(NamedTuple):
    """The findings of all checks."""

    stack: str

    account: str

    region: str

    findings: Mapping[str, tuple[Finding, ...]]
    """The findings by the title of their check, in the order of the checks."""

    def with_outcome(self, outcome: Outcome) -> dict[str, tuple[Finding, ...]]:
        """Return the findings that have `outcome`, by the title of their check."""
        selected = {
            title: tuple(finding for finding in findings if finding.outcome is outcome)
            for title, findings in self.findings.items()
        }
        return {title: findings for title, findings in selected.items() if findings}

    def count(self, outcome: Outcome) -> int:
        """Return the number of findings that have `outcome`."""
        return sum(map(len, self.with_outcome(outcome).values()))
