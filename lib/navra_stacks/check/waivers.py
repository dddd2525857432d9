"""Waivers: findings that a team accepts, each with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, get_args

from navra_stacks.check.finding import Finding, Severity
from navra_stacks.check.rule import Pack
from navra_stacks.errors import NavraError, did_you_mean
from navra_stacks.terraform.addresses import matches_wildcards

__all__ = ["EXPIRED", "STALE", "Waiver", "WaiverFile", "waiver_findings"]

STALE = "waiver-stale"
"""The ID of the finding on a waiver that matches nothing."""

EXPIRED = "waiver-expired"
"""The ID of the finding on a waiver whose end date has passed."""

_SHORTEST_REASON = 10
"""The minimum length of a reason."""

_FIELDS = ("rule", "address", "reason", "until")


class Waiver(NamedTuple):
    """A rule that does not apply to some resources, and the reason."""

    rule: str
    address: str
    """A pattern for the address of the resource: ``*`` matches any characters."""
    reason: str
    until: date | None = None
    """The last day on which the waiver is valid; None for no end."""
    place: str = ""
    """The file and the number of the waiver in it."""

    @property
    def path(self) -> str:
        """The file."""
        return self.place.rpartition(",")[0]

    def matches(self, finding: Finding) -> bool:
        """Return True if the waiver is for the rule and the resource of a finding."""
        return self.rule == finding.rule and matches_wildcards(finding.address, self.address)

    def is_expired(self, today: date) -> bool:
        return self.until is not None and self.until < today


class WaiverFile(NamedTuple):
    """The waivers of a file, and the pack that it selects."""

    path: Path
    waivers: tuple[Waiver, ...]
    pack: Pack | None = None

    @classmethod
    def read(cls, path: Path, rules: Iterable[str]) -> WaiverFile:
        """Read a file of waivers.

        Args:
            path: A TOML file with a table ``[[waiver]]`` for each waiver.
            rules: The IDs of all rules.

        Raises:
            NavraError: the file cannot be read, or a waiver is invalid. The message contains all
                problems.
        """
        import tomllib  # only a check with waivers needs it

        try:
            content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise NavraError(f"{path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise NavraError(f"{path} is not valid TOML: {error}") from error
        known = tuple(rules)
        problems = [
            f"{name} is not a field; use pack and [[waiver]]"
            for name in content.keys() - {"pack", "waiver"}
        ]
        pack = content.get("pack")
        if pack not in (None, *get_args(Pack)):
            problems.append(f"pack {pack!r} is not a pack; use {' or '.join(get_args(Pack))}")
        written = content.get("waiver", [])
        if not isinstance(written, list) or not all(isinstance(one, dict) for one in written):
            raise NavraError(f"{path}: write each waiver as a table [[waiver]]")
        for number, one in enumerate(written, start=1):
            problems += [f"waiver {number}: {problem}" for problem in _problems(one, known)]
        if problems:
            raise NavraError("\n".join(f"{path}: {problem}" for problem in problems))
        return cls(
            path,
            tuple(
                Waiver(**one, place=f"{path}, waiver {number}")
                for number, one in enumerate(written, start=1)
            ),
            pack,
        )


def waiver_findings(
    waivers: Sequence[Waiver], findings: Iterable[Finding], today: date
) -> Iterator[tuple[Waiver, Finding]]:
    """Yield each waiver that has expired, or that matches none of the findings, with a finding."""
    found = tuple(findings)
    for waiver in waivers:
        if waiver.is_expired(today):
            message = f"the waiver of {waiver.rule} ended on {waiver.until} ({waiver.place})"
            repair = "Repair the findings of the rule, or set another end date."
            yield (
                waiver,
                Finding(EXPIRED, waiver.address, "", message, Severity.MEDIUM, repair),
            )
        elif not any(map(waiver.matches, found)):
            message = f"the waiver of {waiver.rule} matches no finding ({waiver.place})"
            repair = "Delete the waiver."
            yield waiver, Finding(STALE, waiver.address, "", message, Severity.LOW, repair)


def _problems(written: Mapping[str, Any], rules: Sequence[str]) -> Iterable[str]:
    for name in written.keys() - set(_FIELDS):
        yield f"{name} is not a field; use {', '.join(_FIELDS)}"
    for name in ("rule", "address", "reason"):
        if not isinstance(written.get(name), str) or not written[name].strip():
            yield f"{name} is missing; write it as text"
            return
    if written["rule"] not in rules:
        otherwise = "`navra check --list-rules` prints all rules"
        hint = did_you_mean(written["rule"], rules, otherwise)
        yield f"there is no rule {written['rule']!r}; {hint}"
    if len(written["reason"].strip()) < _SHORTEST_REASON:
        yield f"the reason {written['reason']!r} is shorter than {_SHORTEST_REASON} characters"
    until = written.get("until")
    if until is not None and type(until) is not date:
        yield f"until {until!r} is not a date; write it as 2030-12-31, without quotation marks"
