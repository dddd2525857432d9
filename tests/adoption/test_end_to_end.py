"""What was made by hand is adopted by the real Terraform, and what runs goes on as it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from environments.staging import STAGING
from navra_stacks.adoption.guard.adopted import of_inventories
from navra_stacks.adoption.guard.judgement import judge
from navra_stacks.terraform.at_hand import Provider, Terraform
from navra_stacks.terraform.plan import covers, spelled
from tests.adoption import variations
from tests.adoption.adopting import Adoption, adopt
from tests.adoption.by_hand import ByHand, Console, RecordedEmulator


def as_recorded(console: Console) -> ByHand:
    return ByHand(console).build()


def varied(console: Console) -> ByHand:
    """Everything that somebody may have done otherwise, and that nobody has to put right."""
    made = ByHand(console, **variations.OTHER_NAMES, **variations.OTHER_PRIORITIES).build()
    variations.extra_tags(made)
    variations.rules_of_the_console(made)
    variations.more_of_everything(made)
    return made


CASES: Mapping[str, Callable[[Console], ByHand]] = {"as recorded": as_recorded, "varied": varied}


@pytest.fixture(scope="module", params=CASES)
def adoption(
    request: pytest.FixtureRequest,
    recorded_emulator: RecordedEmulator,
    at_hand: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Adoption:
    recorded_emulator.reset()
    made = CASES[request.param](Console(recorded_emulator.endpoint))
    return adopt(made, at_hand, tmp_path_factory.mktemp("adoption"))


NEW = {
    # Nothing in AWS stands for it.
    "aws_acm_certificate_validation.certificate_validation",
    # The roles had their permissions under other names.
    "aws_iam_role_policy.backend_execution_policy",
    "aws_iam_role_policy.frontend_execution_policy",
}


def test_everything_that_exists_is_imported_and_nothing_is_made_again(adoption: Adoption) -> None:
    created = {one.address for one in adoption.first.changes if one.actions == ("create",)}
    imported = {one.address for one in adoption.first.changes if one.importing is not None}
    everything = {one.address for one in adoption.document.resources}
    assert created == NEW
    assert imported == everything - NEW
    assert imported == set(adoption.inventory.resources)


def test_what_the_record_knows_is_imported_by_its_recorded_id(adoption: Adoption) -> None:
    recorded = adoption.document.content["locals"]["recorded"]
    assert len(recorded) == 5
    for address, id_ in recorded.items():
        assert adoption.inventory.resources[address].id.endswith(id_)


def test_nothing_is_replaced_or_destroyed(adoption: Adoption) -> None:
    assert [one.address for one in adoption.first.changes if one.deletes] == []


def test_whatever_changes_in_place_was_reported_before(adoption: Adoption) -> None:
    reported = adoption.discovered.report["in_place"]
    changed = [one for one in adoption.first.changes if one.actions == ("update",)]
    assert {one.address for one in changed} == set(reported)
    for change in changed:
        listed = adoption.inventory.resources[change.address].changes
        assert set(reported[change.address]) <= set(listed)
        for place, _, _ in change.differences:
            assert any(covers(one, place) for one in listed), f"{change.address}: {spelled(place)}"


def test_the_guard_lets_the_first_plan_pass_with_the_inventory_and_not_without(
    adoption: Adoption,
) -> None:
    assert adoption.inventory.path is not None
    listed = of_inventories([adoption.inventory.path])
    assert [one.sentence for one in judge(adoption.first, adopted=listed).refused] == []
    assert judge(adoption.first).refused


def test_after_the_apply_a_plan_is_empty(adoption: Adoption) -> None:
    left = {
        one.address: [(spelled(place), old, new) for place, old, new in one.differences]
        for one in adoption.second.changes
        if not one.is_nothing or one.importing is not None
    }
    assert left == {}
    assert adoption.second.is_empty


@pytest.mark.parametrize(
    "what",
    [
        "revisions",
        "definitions",
        "services",
        "targets",
        "load balancers",
        "listeners",
        "rules",
        "security groups",
        "security group rules",
    ],
)
def test_what_runs_goes_on_as_it_did(adoption: Adoption, what: str) -> None:
    assert adoption.before[what], f"there was no {what}"
    assert adoption.after[what] == adoption.before[what]


def test_the_settings_are_those_that_are_committed(adoption: Adoption) -> None:
    """Nothing but the inventory was given to make this work."""
    assert adoption.inventory.stack == STAGING.names.stack
    assert adoption.inventory.account == STAGING.account
