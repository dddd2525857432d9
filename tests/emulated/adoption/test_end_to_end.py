"""What was made by hand is adopted by the real Terraform, and what runs goes on as it did."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from environments.staging import STAGING
from navra_stacks.guard.adopted_resources import of_inventories
from navra_stacks.guard.evaluation import judge
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.plan import covers, spelled
from tests.support.adoption_run import Adoption, adopt
from tests.support.handmade_account import variations
from tests.support.handmade_account.environment import ACCOUNT, ByHand, Console

FRONTEND_TASK = "aws_ecs_task_definition.frontend_task_definition"
PASSWORD = "correct-horse-" + "battery-staple"


def as_recorded(console: Console) -> ByHand:
    return ByHand(console).build()


def varied(console: Console) -> ByHand:
    """Everything that somebody may have done otherwise, and that nobody has to put right."""

    def with_password(params: dict[str, Any], **_: Any) -> None:
        if params["family"] == "aep-frontend-staging":
            variable = {"name": "ADMIN_PASSWORD", "value": PASSWORD}
            params["containerDefinitions"][0]["environment"] = [variable]

    console("ecs").meta.events.register(
        "provide-client-params.ecs.RegisterTaskDefinition", with_password
    )
    made = ByHand(console, **variations.OTHER_NAMES).build()
    variations.other_priorities(made)
    variations.extra_tags(made)
    variations.rules_of_the_console(made)
    variations.more_of_everything(made)
    return made


@dataclass(frozen=True)
class Case:
    build: Callable[[Console], ByHand]
    not_imported: frozenset[str] = frozenset()
    """What exists, and is not imported for a reason."""
    registered: tuple[str, ...] = ()
    """What the first apply registers beside what runs."""


CASES: Mapping[str, Case] = {
    "as recorded": Case(as_recorded),
    "varied": Case(
        varied,
        # It holds a password, which no file may.
        not_imported=frozenset({FRONTEND_TASK}),
        registered=("aep-frontend-staging:2",),
    ),
}


@pytest.fixture(scope="module", params=CASES)
def adoption(
    request: pytest.FixtureRequest,
    at_hand: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Adoption]:
    with Emulator(ACCOUNT) as emulator:
        made = CASES[request.param].build(Console(emulator))
        yield adopt(made, at_hand, tmp_path_factory.mktemp("adoption"))


@pytest.fixture
def case(adoption: Adoption, request: pytest.FixtureRequest) -> Case:
    return CASES[request.node.callspec.params["adoption"]]


NEW = {
    # Nothing in AWS stands for it.
    "aws_acm_certificate_validation.certificate_validation",
    # The roles had their permissions under other names.
    "aws_iam_role_policy.backend_execution_policy",
    "aws_iam_role_policy.frontend_execution_policy",
}


def test_everything_that_exists_is_imported_and_nothing_is_made_again(
    adoption: Adoption, case: Case
) -> None:
    created = {one.address for one in adoption.first.changes if one.actions == ("create",)}
    imported = {one.address for one in adoption.first.changes if one.importing is not None}
    everything = {one.address for one in adoption.document.resources}
    assert created == NEW | case.not_imported
    assert imported == everything - created
    assert imported == set(adoption.inventory.resources)
    assert set(adoption.discovered.report["not_imported"]) == case.not_imported


def test_what_the_record_knows_is_imported_by_its_recorded_id(
    adoption: Adoption, case: Case
) -> None:
    recorded = adoption.document.content["locals"]["recorded"]
    assert len(recorded) == 5
    for address in recorded.keys() - case.not_imported:
        assert adoption.inventory.resources[address].id.endswith(recorded[address])


def test_no_password_is_in_anything_that_is_kept(adoption: Adoption) -> None:
    texts = [
        adoption.inventory.to_json(),
        adoption.discovered.out,
        adoption.discovered.err,
        json.dumps(adoption.document.content),
    ]
    assert [text for text in texts if PASSWORD in text] == []


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


def test_what_runs_is_not_registered_again(adoption: Adoption, case: Case) -> None:
    revisions = {arn.rpartition("/")[2] for arn in adoption.before["revisions"]}
    assert len(revisions) == 11
    after = {arn.rpartition("/")[2] for arn in adoption.after["revisions"]}
    assert after == revisions | set(case.registered)


def test_the_settings_are_those_that_are_committed(adoption: Adoption) -> None:
    """Nothing but the inventory was given to make this work."""
    assert adoption.inventory.stack == STAGING.names.stack
    assert adoption.inventory.account == STAGING.account
