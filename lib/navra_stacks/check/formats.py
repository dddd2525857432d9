"""Write a report as text, JSON, Markdown or SARIF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from navra_stacks.check.finding import Finding, Severity
from navra_stacks.check.packs import all_rules
from navra_stacks.check.report import Report, Waived
from navra_stacks.check.rule import Rule

__all__ = [
    "as_json",
    "markdown_lines",
    "rule_lines",
    "rules_json",
    "rules_markdown",
    "sarif",
    "text_lines",
]

_LEVELS = {
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
_SECURITY_SEVERITY = {
    Severity.LOW: "2.0",
    Severity.MEDIUM: "5.0",
    Severity.HIGH: "8.0",
    Severity.CRITICAL: "9.5",
}
"""The property by which GitHub sorts the alerts: 0.1-3.9 low, 4.0-6.9 medium, 7.0-8.9 high.
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""


def text_lines(report: Report, *, with_waived: bool = True) -> Iterator[str]:
    """Yield the lines of the report for a terminal.

    Args:
        report: The report.
        with_waived: Whether to list the findings that are waived, and not only their number.
    """
    for one in report.files:
        yield f"{one.path}: {_counted(one.resources, 'resource')}, pack {one.pack}"
        if one.note:
            yield f"note      {one.note}"
        for finding in one.findings:
            yield from _finding_lines(finding)
        for waived in one.waived if with_waived else ():
            finding = waived.finding
            yield f"waived    {finding.rule}  {finding.place}: {waived.waiver.reason}"
    for _, finding in report.waivers:
        yield from _finding_lines(finding)
    waivers = sum(len(one.waived) for one in report.files)
    accepted = f"; {_counted(waivers, 'finding')} waived" if waivers else ""
    yield f"{_counted(len(report.findings), 'finding')}{accepted}."


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as a value for ``json.dumps``."""
    return {
        "files": [
            {
                "path": one.path,
                "pack": one.pack,
                "resources": one.resources,
                "findings": [finding.as_json() for finding in one.findings],
                "note": one.note,
                "waived": [_waived_json(waived) for waived in one.waived],
            }
            for one in report.files
        ],
        "waivers": [finding.as_json() for _, finding in report.waivers],
        "findings": len(report.findings),
    }


def markdown_lines(report: Report) -> Iterator[str]:
    """Yield the lines of the report for a comment on a pull request."""
    for one in report.files:
        yield f"### {_escaped(one.path)}"
        yield ""
        yield (
            f"{_counted(one.resources, 'resource')}, pack `{one.pack}`: "
            f"{_counted(len(one.findings), 'finding')}, {len(one.waived)} waived."
        )
        yield ""
        yield from _table(one.findings)
        if one.waived:
            yield "| waived | resource | reason |"
            yield "|---|---|---|"
            for waived in one.waived:
                finding = waived.finding
                yield (
                    f"| {finding.rule} | `{_escaped(finding.address)}` "
                    f"| {_escaped(waived.waiver.reason)} |"
                )
            yield ""
    if report.waivers:
        yield "### Waivers"
        yield ""
        yield from _table([finding for _, finding in report.waivers])


def sarif(report: Report, version: str) -> dict[str, Any]:
    """Return the report in SARIF 2.1.0.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

    Args:
        report: The report.
        version: The version of this library.
    """
    results = []
    for one in report.files:
        text = _text(one.path)
        for finding in one.findings:
            results.append(_sarif_result(finding, one.path, _line(text, finding.address)))
        for finding, waiver in one.waived:
            result = _sarif_result(finding, one.path, _line(text, finding.address))
            suppression = {"kind": "external", "justification": waiver.reason}
            results.append(result | {"suppressions": [suppression]})
    results += [_sarif_result(finding, waiver.path, line=1) for waiver, finding in report.waivers]
    indexes = {rule.id: index for index, rule in enumerate(all_rules())}
    for result in results:
        if result["ruleId"] in indexes:
            result["ruleIndex"] = indexes[result["ruleId"]]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "navra check",
                        "version": version,
                        "rules": [_sarif_rule(rule) for rule in all_rules()],
                    }
                },
                "results": results,
            }
        ],
    }


def rule_lines() -> Iterator[str]:
    """Yield a line for each rule."""
    width = max(len(rule.id) for rule in all_rules())
    for rule in all_rules():
        yield f"{rule.id:{width}}  {rule.severity.name.lower():8}  {rule.pack:10}  {rule.title}"


def rules_json() -> list[dict[str, Any]]:
    """Return all rules as a value for ``json.dumps``."""
    return [
        {
            "id": rule.id,
            "title": rule.title,
            "failure": rule.failure,
            "sources": list(rule.sources),
            "severity": rule.severity.name.lower(),
            "pack": rule.pack,
            "repair": rule.repair,
        }
        for rule in all_rules()
    ]


def rules_markdown() -> Iterator[str]:
    """Yield the lines of a Markdown table of all rules."""
    yield "| rule | severity | pack | what it requires | the failure that it prevents | sources |"
    yield "|---|---|---|---|---|---|"
    for rule in all_rules():
        yield (
            f"| `{rule.id}` | {rule.severity.name.lower()} | {rule.pack} | {rule.title} "
            f"| {rule.failure} | {', '.join(rule.sources)} |"
        )


def _finding_lines(finding: Finding) -> Iterator[str]:
    yield (f"{finding.severity.name.lower():8}  {finding.rule}  {finding.place}: {finding.message}")
    yield f"          {finding.repair}"


def _table(findings: Sequence[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield "| severity | rule | resource | finding | repair |"
    yield "|---|---|---|---|---|"
    for finding in findings:
        yield (
            f"| {finding.severity.name.lower()} | {finding.rule} | `{_escaped(finding.place)}` "
            f"| {_escaped(finding.message)} | {_escaped(finding.repair)} |"
        )
    yield ""


def _escaped(text: str) -> str:
    """Return a text that stays in its cell of a table."""
    return re.sub(r"[\r\n]+", " ", text).replace("|", "\\|").replace("<", "&lt;")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _waived_json(waived: Waived) -> dict[str, Any]:
    until = waived.waiver.until
    return waived.finding.as_json() | {
        "reason": waived.waiver.reason,
        "until": None if until is None else until.isoformat(),
        "waiver": waived.waiver.place,
    }


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.failure},
        "help": {"text": f"{rule.repair}\n\nSources: {', '.join(rule.sources)}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "security-severity": _SECURITY_SEVERITY[rule.severity],
            "tags": ["security", rule.pack],
        },
    }


def _sarif_result(finding: Finding, path: str, line: int) -> dict[str, Any]:
    location = {
        "logicalLocations": [{"fullyQualifiedName": finding.place, "kind": "resource"}],
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(path)},
            "region": {"startLine": line},
        },
    }
    return {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.place}: {finding.message}. {finding.repair}"},
        "locations": [location],
        "partialFingerprints": {"navraCheck/v1": f"{finding.rule} {finding.place}"},
    }


def _uri(path: str) -> str:
    from urllib.parse import quote

    file = Path(path)
    if file.is_absolute():
        if not file.is_relative_to(Path.cwd()):
            return file.as_uri()
        file = file.relative_to(Path.cwd())
    return quote(file.as_posix())


def _text(path: str) -> str:
    """Return the text of a document; empty if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _line(text: str, address: str) -> int:
    """Return the number of the line on which a block of a document begins; 1 if not found."""
    type_, _, name = address.removeprefix("data.").partition(".")
    start = text.find(f'"{type_}"')
    found = text.find(f'"{name}"', start + 1) if name else start
    return text.count("\n", 0, found) + 1 if start >= 0 and found >= 0 else 1
