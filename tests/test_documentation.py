"""The documentation refers to existing files, resources and settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from navra_stacks import Hardening

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_have_an_existing_target(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_targets_of_the_first_apply_of_production_exist(prod):
    page = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
    targets = re.findall(r"-target=(\S+)", page)
    assert len(targets) == 6
    assert set(targets) <= set(prod.addresses)


def test_every_hardening_toggle_is_documented():
    page = (ROOT / "docs" / "hardening.md").read_text(encoding="utf-8")
    assert [name for name in Hardening.model_fields if f"{name}=" not in page] == []


def test_the_tests_of_each_section_of_the_record_are_documented():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    documented = {
        (int(section), file)
        for section, row in re.findall(r"^\| (\d+) (.*)$", page, re.MULTILINE)
        for file in re.findall(r"`(test_\w+\.py)`", row)
    }
    marked = {
        (int(section), path.name)
        for path in (ROOT / "tests" / "environments").glob("test_staging_record_*.py")
        for section in re.findall(r"record\(section=(\d+)\)", path.read_text(encoding="utf-8"))
    }
    assert documented == marked
