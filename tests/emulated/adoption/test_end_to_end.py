"""Terraform adopts a handmade environment, and the running workloads do not change."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from environments.staging import STAGING
from navra_stacks.guard.adopted_resources import read_inventories
from navra_stacks.guard.evaluation import evaluate
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.plan import covers, format_path
from tests.support.adoption_run import Adoption, adopt
from tests.support.handmade_account import variations
from tests.support.handmade_account.environment import ACCOUNT, Console, HandmadeEnvironment

FRONTEND_TASK = "aws_ecs_task_definition.frontend_task_definition"
PASSWORD = "correct-horse-" + "battery-staple"


def as_recorded(console: Console) -> HandmadeEnvironment:
    return HandmadeEnvironment(console).build()


def varied(console: Console) -> HandmadeEnvironment:
    """Build the environment with all manual changes that need no repair."""

    def with_password(params: dict[str, Any], **_: Any) -> None:
        if params["family"] == "aep-frontend-staging":
            variable = {"name": "ADMIN_PASSWORD", "value": PASSWORD}
            params["containerDefinitions"][0]["environment"] = [variable]

    console("ecs").meta.events.register(
        "provide-client-params.ecs.RegisterTaskDefinition", with_password
    )
    environment = HandmadeEnvironment(console, **variations.OTHER_NAMES).build()
    variations.other_priorities(environment)
    variations.extra_tags(environment)
    variations.rules_from_the_console(environment)
    variations.more_of_everything(environment)
    return environment


def from_console(console: Console) -> HandmadeEnvironment:
    """Build the environment with the choices of the console, an EFS volume, and older rules."""
    environment = HandmadeEnvironment(
        console, **variations.CONSOLE_DEFAULTS, **variations.EFS_VOLUME
    ).build()
    variations.rules_in_the_older_form(environment)
    return environment


@dataclass(frozen=True)
class Case:
    build: Callable[[Console], HandmadeEnvironment]
    not_imported: frozenset[str] = frozenset()
    """The addresses of existing resources that are not imported."""
    preserved: frozenset[str] = frozenset()
    """Further live values that the settings do not decide, as ``address.argument``."""
    created: frozenset[str] = frozenset()
    """The addresses of further resources that do not exist."""
    registered: tuple[str, ...] = ()
    """The revisions that the first apply registers in addition to the running ones."""


CASES: Mapping[str, Case] = {
    "as recorded": Case(as_recorded),
    "varied": Case(
        varied,
        # It contains a password, which must not be written to a file.
        not_imported=frozenset({FRONTEND_TASK}),
        registered=("aep-frontend-staging:2",),
    ),
    "from the console": Case(
        from_console,
        # One role for both services is not the role of one of them, and there are no task roles.
        created=frozenset(
            f"aws_iam_role.{service}_{kind}_role"
            for service in ("backend", "frontend")
            for kind in ("execution", "task")
        ),
        preserved=frozenset(
            {
                "aws_ecs_cluster.cluster.configuration",
                "aws_ecs_cluster.cluster.service_connect_defaults",
                *(
                    f"aws_ecs_{address}.{argument}"
                    for service in ("backend", "frontend")
                    for address, argument in (
                        (f"service.{service}_service", "capacity_provider_strategy"),
                        (f"service.{service}_service", "launch_type"),
                        (f"task_definition.{service}_task_definition", "execution_role_arn"),
                        (f"task_definition.{service}_task_definition", "task_role_arn"),
                    )
                ),
                f"{FRONTEND_TASK}.volume",
            }
        ),
    ),
}


@pytest.fixture(scope="module", params=CASES)
def adoption(
    request: pytest.FixtureRequest,
    installed: tuple[Terraform, Provider],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Adoption]:
    with Emulator(ACCOUNT) as emulator:
        handmade = CASES[request.param].build(Console(emulator))
        yield adopt(handmade, installed, tmp_path_factory.mktemp("adoption"))


@pytest.fixture
def case(adoption: Adoption, request: pytest.FixtureRequest) -> Case:
    return CASES[request.node.callspec.params["adoption"]]


NEW = {
    # It does not exist in AWS.
    "aws_acm_certificate_validation.certificate_validation",
    # The roles have their permissions in policies with other names.
    "aws_iam_role_policy.backend_execution_policy",
    "aws_iam_role_policy.frontend_execution_policy",
}


def test_all_existing_resources_are_imported_and_none_is_created_again(
    adoption: Adoption, case: Case
) -> None:
    created = {change.address for change in adoption.first.changes if change.actions == ("create",)}
    imported = {change.address for change in adoption.first.changes if change.importing is not None}
    everything = {block.address for block in adoption.document.resources}
    assert created == NEW | case.not_imported | case.created
    assert imported == everything - created
    assert imported == set(adoption.inventory.resources)
    assert set(adoption.discovery.report["not_imported"]) == case.not_imported


def test_recorded_ids_are_used_for_the_import(adoption: Adoption, case: Case) -> None:
    recorded = adoption.document.content["locals"]["recorded"]
    assert len(recorded) == 5
    for address in recorded.keys() - case.not_imported:
        assert adoption.inventory.resources[address].id.endswith(recorded[address])


def test_values_that_the_settings_do_not_decide_are_preserved(
    adoption: Adoption, case: Case
) -> None:
    preserved = {
        f"{address}.{argument}"
        for address, resource in adoption.inventory.resources.items()
        for argument in resource.keeps
    }
    definitions = {name for name in preserved if name.endswith(".container_definitions")}
    assert preserved - definitions >= case.preserved
    if not case.preserved:
        assert not any("cluster" in name or "service." in name for name in preserved)


def test_no_file_or_output_contains_the_password(adoption: Adoption) -> None:
    texts = [
        adoption.inventory.to_json(),
        adoption.discovery.out,
        adoption.discovery.err,
        json.dumps(adoption.document.content),
    ]
    assert [text for text in texts if PASSWORD in text] == []


def test_nothing_is_replaced_or_destroyed(adoption: Adoption) -> None:
    assert [change.address for change in adoption.first.changes if change.deletes] == []


def test_all_changes_in_place_were_reported_by_the_discovery(adoption: Adoption) -> None:
    reported = adoption.discovery.report["in_place"]
    changed = [change for change in adoption.first.changes if change.actions == ("update",)]
    assert {change.address for change in changed} == set(reported)
    for change in changed:
        listed = adoption.inventory.resources[change.address].changes
        assert set(reported[change.address]) <= set(listed)
        for path, _, _ in change.differences:
            assert any(covers(argument, path) for argument in listed), (
                f"{change.address}: {format_path(path)}"
            )


def test_the_guard_allows_the_first_plan_only_with_the_inventory(
    adoption: Adoption,
) -> None:
    assert adoption.inventory.path is not None
    listed = read_inventories([adoption.inventory.path])
    assert [finding.sentence for finding in evaluate(adoption.first, adopted=listed).refused] == []
    assert evaluate(adoption.first).refused


def test_the_plan_after_the_apply_is_empty(adoption: Adoption) -> None:
    remaining = {
        change.address: [(format_path(path), old, new) for path, old, new in change.differences]
        for change in adoption.second.changes
        if not change.is_no_op or change.importing is not None
    }
    assert remaining == {}
    assert adoption.second.is_empty


@pytest.mark.parametrize(
    "kind",
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
def test_running_workloads_do_not_change(adoption: Adoption, kind: str) -> None:
    assert adoption.before[kind], f"there were no {kind}"
    assert adoption.after[kind] == adoption.before[kind]


def test_running_revisions_are_not_registered_again(adoption: Adoption, case: Case) -> None:
    revisions = {arn.rpartition("/")[2] for arn in adoption.before["revisions"]}
    assert len(revisions) == 11
    after = {arn.rpartition("/")[2] for arn in adoption.after["revisions"]}
    assert after == revisions | set(case.registered)


def test_the_committed_settings_are_used(adoption: Adoption) -> None:
    """The adoption needs no other settings than the inventory."""
    assert adoption.inventory.stack == STAGING.names.stack
    assert adoption.inventory.account == STAGING.account
