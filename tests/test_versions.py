"""The table of versions that were run agrees with the metadata of the package."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.support.repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = (ROOT / "docs/versions.md").read_text(encoding="utf-8")

VERSIONS = "Lowest and newest versions"
NOT_INSTALLED = ("cdktn", "dev")
"""The extras that benchmarks/versions.py does not install."""


def rows(title: str) -> list[list[str]]:
    """Return the cells of each row of the first table below a heading."""
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def test_the_classifiers_are_the_versions_of_python_that_passed() -> None:
    classified = set(re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"])))
    outcomes: dict[str, set[str]] = {}
    for version, *_, outcome in rows("Python and dependencies"):
        outcomes.setdefault(minor(version), set()).add(outcome)
    assert outcomes.keys() == classified
    # CI runs every test with 3.11 and the locked dependencies.
    later = [found for python, found in outcomes.items() if python != "3.11"]
    assert all("**passed**" in found for found in later)
    assert set().union(*outcomes.values()) <= {"**passed**", "**not run**"}


def test_the_lowest_versions_that_ran_are_the_bounds() -> None:
    oldest = PROJECT["requires-python"].removeprefix(">=")
    ran = {(minor(row[0]), row[2]) for row in rows("Python and dependencies") if row[3]}
    if (oldest, "lowest") not in ran:
        pytest.skip("a later Python may need later versions: no run with the oldest Python")
    extras = PROJECT["optional-dependencies"]
    requirements = [
        *PROJECT["dependencies"],
        *(
            entry
            for extra, entries in extras.items()
            if extra not in NOT_INSTALLED
            for entry in entries
        ),
    ]
    lowest = {name.strip("`"): ran.split(",")[0] for name, ran, _ in rows(VERSIONS)}
    bounds = dict(re.match(r"([\w-]+).*?[>=]=([\d.]+)", entry).groups() for entry in requirements)  # type: ignore[union-attr]
    assert lowest.keys() == bounds.keys()
    outside = {name for name, bound in bounds.items() if not is_release_of(lowest[name], bound)}
    assert outside == set()


def is_release_of(version: str, bound: str) -> bool:
    """Return whether a version is the first release of a bound: `8.3.0` of `8.3`."""
    numbers, first = version.split("."), bound.rstrip(".").split(".")
    return numbers[: len(first)] == first


def test_the_page_names_what_was_not_run() -> None:
    found = {name: outcome for name, outcome, _ in rows("Not run")}
    assert set(found.values()) == {"**not run**"}
    assert {"Python 3.12", "OpenTofu", "macOS", "Windows"} <= found.keys()
