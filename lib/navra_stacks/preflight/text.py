"""Format a report as lines of text or as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from navra_stacks.preflight.finding import Outcome, Report

__all__ = ["as_json", "lines"]

SECTIONS = (
    (Outcome.PROBLEM, "Would stop the first apply"),
    (Outcome.UNKNOWN, "Not checked"),
    (Outcome.NOTE, "Notes"),
    (Outcome.PASSED, "Checked and right"),
)


def lines(report: Report) -> Iterator[str]:
    """Yield the lines of a report, the problems first."""
    count = report.count(Outcome.PROBLEM)
    where = f"{report.stack} in account {report.account}, {report.region}"
    if count:
        yield f"{where}: {count} problem{'s' if count != 1 else ''}"
    elif report.count(Outcome.UNKNOWN):
        yield f"{where}: no problem found, but not everything was checked"
    else:
        yield f"{where}: no problem found"
    for outcome, title in SECTIONS:
        found = report.with_outcome(outcome)
        if found:
            yield ""
            yield f"{title} ({report.count(outcome)})"
        for check, findings in found.items():
            yield f"  {check}"
            for finding in findings:
                yield f"    {finding.subject}: {finding.message}"
                if finding.repair:
                    yield f"      repair: {finding.repair}"


def as_json(report: Report) -> dict[str, Any]:
    """Return a report in a form for JSON."""
    return {
        "stack": report.stack,
        "account": report.account,
        "region": report.region,
        "counts": {outcome.value: report.count(outcome) for outcome in Outcome},
        "findings": [
            {
                "check": title,
                "outcome": finding.outcome.value,
                "subject": finding.subject,
                "message": finding.message,
                "repair": finding.repair,
            }
            for title, findings in report.findings.items()
            for finding in findings
        ],
    }
