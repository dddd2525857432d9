"""Every misconfiguration is found on two applications, by the rule for it."""

from __future__ import annotations

import pytest

from navra_stacks.check.packs import all_rules, rules_of
from tests.unit.check.cases import CASES, MUTATIONS, Case
from tests.unit.check.checked import RULES_BY_ID, checked, findings, found
from tests.unit.check.conftest import Documents
from tests.unit.check.misconfigurations import MISCONFIGURATIONS


@pytest.mark.parametrize("application", ["aep", "shop"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_misconfiguration_is_found_at_its_resource(
    applications: Documents, application: str, case: Case
):
    content = applications["state" if case.stack == "state" else application]
    before = found(case.rule, checked(content))
    edited, address = case.apply(content, application)
    new = found(case.rule, checked(edited)) - before
    assert address in new


def test_there_are_sixty_of_each_and_they_have_different_names():
    assert len(MUTATIONS) == 60
    assert len(MISCONFIGURATIONS) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_names_of_rules_in_the_cases_exist():
    assert {case.rule for case in CASES} == RULES_BY_ID.keys()


def test_each_rule_is_the_only_one_that_finds_a_misconfiguration(applications: Documents):
    """A rule whose misconfigurations other rules of its pack find as well is not needed."""
    packs = {rule.id: rule.pack for rule in all_rules()}
    rules = {pack: {one.id for one in rules_of(pack)} for pack in packs.values()}
    before = {
        stack: {(one.rule, one.address) for one in findings(checked(applications[stack]))}
        for stack in ("aep", "state")
    }
    needed: set[str] = set()
    for case in sorted(CASES, key=lambda case: case.rule):
        if case.rule in needed:
            continue
        stack = "state" if case.stack == "state" else "aep"
        edited, _ = case.apply(applications[stack], "aep")
        pack = packs[case.rule]
        found_ = {(one.rule, one.address) for one in findings(checked(edited), pack)}
        if {rule for rule, _ in found_ - before[stack] if rule in rules[pack]} == {case.rule}:
            needed.add(case.rule)
    assert RULES_BY_ID.keys() - needed == set()
