"""CloudFormation stacks that manage found resources."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.account.aws_reader import OperationError
from navra_stacks.adoption.owners import Owner, find_owners
from tests.support.fake_account import FakeAccount, denied
from tests.support.found_owners import (
    BALANCER,
    BALANCER_ARN,
    CLUSTER,
    CLUSTER_MEMBER,
    ECS,
    EMPTY,
    GROUP,
    IDS,
    LOGS,
    ROLE,
    SERVICE,
    SERVICE_ARN,
    SERVICE_MEMBER,
    STACK_TAG,
    TARGETS,
    TARGETS_ARN,
    TASK,
    TASK_ARN,
    WEB,
    Stacks,
    found,
    member,
    owners,
    stack_id,
    stacks,
    tags_of,
)


def test_a_stack_is_found_by_the_tag_of_a_resource() -> None:
    account = stacks(member("Balancer", "ElasticLoadBalancingV2::LoadBalancer", BALANCER_ARN))
    tags = tags_of(**{BALANCER_ARN: {STACK_TAG: WEB}})
    (owner,) = owners(found(BALANCER, TARGETS), {"get_resources": tags, **account.responses()})
    assert owner == Owner(
        "CloudFormation stack",
        "web",
        (BALANCER,),
        "create a change set for web that sets DeletionPolicy: Retain, UpdateReplacePolicy: "
        "Retain and a new Metadata entry on Balancer, execute it, then delete the stack; until "
        "then, a deletion of the stack deletes these resources",
        conflicts=False,
    )


@pytest.mark.parametrize(
    "key", ["ecs:service:stackId", "ecs:taskDefinition:stackId", "ecs:cluster:stackId"]
)
def test_the_tags_of_the_console_show_a_stack(key: str) -> None:
    account = stacks(member("ECSService", "ECS::Service", SERVICE_ARN))
    tags = tags_of(**{SERVICE_ARN: {key: WEB, "ecs:cluster:createdFrom": "ecs-console-v2"}})
    (owner,) = owners(found(SERVICE), {"get_resources": tags, **account.responses()})
    assert (owner.name, owner.addresses) == ("web", (SERVICE,))
    assert account.searched == []


@pytest.mark.parametrize(
    "tags",
    [
        {"myecs:service:stackId": WEB},
        {"ecs:service:createdFrom": WEB},
        {STACK_TAG: "web"},
        {STACK_TAG: stack_id("web", account="444455556666")},
    ],
)
def test_other_tags_and_stacks_of_other_accounts_show_no_stack(tags: dict[str, str]) -> None:
    account = stacks(member("Group", "EC2::SecurityGroup", IDS[GROUP]))
    assert not owners(found(GROUP, **{GROUP: {"Tags": tags}}), account.responses())
    assert account.described == []


@pytest.mark.parametrize(
    "live",
    [
        {"Tags": [{"Key": STACK_TAG, "Value": WEB}]},
        {"tags": [{"key": STACK_TAG, "value": WEB}]},
        {"TagList": [{"Key": STACK_TAG, "Value": WEB}]},
        {"Tags": {STACK_TAG: WEB}},
        {"tags": {STACK_TAG: WEB}},
    ],
)
def test_the_tags_in_a_description_count(live: dict[str, Any]) -> None:
    account = stacks(member("Role", "IAM::Role", "web"))
    (owner,) = owners(found(ROLE, **{ROLE: live}), account.responses())
    assert owner.addresses == (ROLE,)


def test_the_stack_shows_resources_without_tags() -> None:
    account = stacks(
        CLUSTER_MEMBER,
        SERVICE_MEMBER,
        member("Logs", "Logs::LogGroup", "/ecs/web"),
        member("Group", "EC2::SecurityGroup", IDS[GROUP]),
        member("Role", "IAM::Role", "web"),
        member("Targets", "ElasticLoadBalancingV2::TargetGroup", TARGETS_ARN),
        member("Pending", "SNS::Topic", None),
    )
    tags = tags_of(**{SERVICE_ARN: {STACK_TAG: WEB}})
    responses = {"get_resources": tags, **account.responses()}
    (owner,) = owners(found(*IDS), responses)
    assert owner.addresses == tuple(sorted([CLUSTER, SERVICE, LOGS, GROUP, ROLE, TARGETS]))
    assert "on Cluster, Group, Logs, Role, Service, Targets, execute it" in owner.repair
    assert "It also deletes Pending: set the policies" in owner.repair
    # Only the task definition is still searched for by its ID.
    assert account.searched == [TASK_ARN]
    assert account.described == [WEB]


def test_a_name_counts_only_for_the_same_kind_of_resource() -> None:
    account = stacks(SERVICE_MEMBER, member("Database", "RDS::DBInstance", "shop"))
    (owner,) = owners(found(CLUSTER, SERVICE), account.responses())
    assert owner.addresses == (SERVICE,)


def test_a_found_name_in_a_stack_without_found_resources_is_not_an_owner() -> None:
    account = stacks(member("Database", "RDS::DBInstance", "shop"))
    assert owners(found(CLUSTER), account.responses()) == ()
    assert account.described == [WEB]


def test_stacks_of_ecs_resources_are_found_without_tags() -> None:
    service, task = stack_id("ECS-Console-V2-Service-1"), stack_id("ECS-Console-V2-Task-1")
    account = Stacks(
        {
            WEB: ("CREATE_COMPLETE", [CLUSTER_MEMBER]),
            service: ("UPDATE_COMPLETE", [SERVICE_MEMBER]),
            task: ("CREATE_COMPLETE", [member("Task", "ECS::TaskDefinition", TASK_ARN)]),
        },
        {},
    )
    result = owners(found(*IDS), account.responses())
    assert [(owner.name, owner.addresses) for owner in result] == [
        ("ECS-Console-V2-Service-1", (SERVICE,)),
        ("ECS-Console-V2-Task-1", (TASK,)),
        ("web", (CLUSTER,)),
    ]
    assert not any(owner.conflicts for owner in result)
    assert account.searched == ["shop", SERVICE_ARN, TASK_ARN]


def test_a_tag_that_was_copied_to_another_resource_does_not_count() -> None:
    older = member("Task", "ECS::TaskDefinition", f"{ECS}:task-definition/web:1")
    account = stacks(older)
    tags = tags_of(**{TASK_ARN: {"ecs:taskDefinition:stackId": WEB}})
    assert not owners(found(TASK), {"get_resources": tags, **account.responses()})


def test_the_logical_id_in_the_tags_identifies_a_resource() -> None:
    account = stacks(member("Group", "EC2::SecurityGroup", "web-sg"))
    live = {"Tags": {STACK_TAG: WEB, "aws:cloudformation:logical-id": "Group"}}
    (owner,) = owners(found(GROUP, **{GROUP: live}), account.responses())
    assert owner.addresses == (GROUP,)
    assert " on Group, execute it" in owner.repair


@pytest.mark.parametrize("status", ["DELETE_COMPLETE", "DELETE_SKIPPED"])
def test_a_resource_that_has_left_the_stack_is_not_managed(status: str) -> None:
    gone = member("Group", "EC2::SecurityGroup", IDS[GROUP], ResourceStatus=status)
    account = stacks(gone)
    live = {"Tags": {STACK_TAG: WEB, "aws:cloudformation:logical-id": "Group"}}
    assert not owners(found(GROUP, **{GROUP: live}), account.responses())


def test_a_deleted_stack_owns_nothing() -> None:
    live = {"Tags": {STACK_TAG: WEB}}
    resources = found(GROUP, **{GROUP: live})
    group = member("Group", "EC2::SecurityGroup", IDS[GROUP])
    assert owners(resources, stacks(group).responses()) != ()
    assert owners(resources, stacks(group, status="DELETE_COMPLETE").responses()) == ()
    assert owners(resources, Stacks({}, {}).responses()) == ()


@pytest.mark.parametrize(
    ("status", "conflicts", "repair"),
    [
        ("UPDATE_COMPLETE", False, "create a change set"),
        ("UPDATE_ROLLBACK_FAILED", False, "create a change set"),
        (
            "UPDATE_IN_PROGRESS",
            True,
            "wait until web is no longer UPDATE_IN_PROGRESS; then create a change set",
        ),
        (
            "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            True,
            "wait until web is no longer UPDATE_COMPLETE_CLEANUP_IN_PROGRESS; then create",
        ),
        ("DELETE_IN_PROGRESS", True, "wait until the deletion, which is DELETE_IN_PROGRESS"),
        (
            "DELETE_FAILED",
            True,
            "finish the deletion, which is DELETE_FAILED, with `aws cloudformation "
            "delete-stack --stack-name web --retain-resources Cluster Service`; ",
        ),
    ],
)
def test_a_stack_that_is_changed_or_deleted_conflicts(
    status: str, conflicts: bool, repair: str
) -> None:
    account = stacks(CLUSTER_MEMBER, SERVICE_MEMBER, status=status)
    (owner,) = owners(found(CLUSTER, SERVICE), account.responses())
    assert owner.conflicts is conflicts
    assert owner.repair.startswith(repair)


def test_only_some_of_the_other_resources_are_listed() -> None:
    others = [member(f"Topic{number}", "SNS::Topic", f"t{number}") for number in range(7)]
    (owner,) = owners(found(CLUSTER), stacks(CLUSTER_MEMBER, *others).responses())
    assert "deletes Topic0, Topic1, Topic2, Topic3, Topic4 and 2 more: set" in owner.repair


def test_nested_stacks_are_reported_as_their_root() -> None:
    root, nested, second = stack_id("root"), stack_id("root-a-1"), stack_id("root-b-1")
    account = Stacks(
        {
            root: ("UPDATE_COMPLETE", []),
            nested: ("UPDATE_COMPLETE", [CLUSTER_MEMBER]),
            second: ("UPDATE_COMPLETE", [SERVICE_MEMBER]),
        },
        {nested: root, second: root},
    )
    (owner,) = owners(found(CLUSTER, SERVICE), account.responses())
    assert (owner.name, owner.addresses) == ("root", (CLUSTER, SERVICE))
    assert not owner.conflicts
    assert owner.repair.startswith("create a change set for root with --include-nested-stacks that")
    assert "on Cluster of the nested root-a-1 and Service of the nested root-b-1" in (owner.repair)


def test_the_status_of_the_root_counts_for_a_nested_stack() -> None:
    root, nested = stack_id("root"), stack_id("root-a-1")
    account = Stacks(
        {
            root: ("UPDATE_IN_PROGRESS", []),
            nested: ("UPDATE_COMPLETE", [CLUSTER_MEMBER]),
        },
        {nested: root},
    )
    (owner,) = owners(found(CLUSTER), account.responses())
    assert owner.conflicts
    assert owner.repair.startswith("wait until root is no longer UPDATE_IN_PROGRESS; then")


def test_the_deletion_of_a_nested_stack_ends_with_its_root() -> None:
    root, nested = stack_id("root"), stack_id("root-a-1")
    account = Stacks(
        {root: ("DELETE_FAILED", []), nested: ("DELETE_FAILED", [CLUSTER_MEMBER])}, {nested: root}
    )
    (owner,) = owners(found(CLUSTER), account.responses())
    assert (owner.name, owner.conflicts) == ("root", True)
    assert "--stack-name root-a-1 --retain-resources Cluster`, then delete root;" in owner.repair


def test_a_service_without_a_known_arn_is_not_searched_for() -> None:
    account = stacks(SERVICE_MEMBER)
    assert owners(found(SERVICE, **{SERVICE: {}}), account.responses()) == ()
    assert account.searched == []


def test_a_stack_in_another_region_is_read_there() -> None:
    other = stack_id("roles", region="us-west-2")
    account = stacks(member("Role", "IAM::Role", "web"), id_=other)
    regions = []

    class RecordingAccount(FakeAccount):
        def in_region(self, region: str) -> FakeAccount:
            regions.append(region)
            return super().in_region(region)

    resources = found(ROLE, **{ROLE: {"Tags": {STACK_TAG: other}}})
    result, _ = find_owners(EMPTY, resources, RecordingAccount(account.responses()))
    assert [owner.name for owner in result] == ["roles"]
    assert set(regions) == {"us-west-2"}


def test_a_missing_permission_is_a_reason() -> None:
    responses = {
        "get_resources": tags_of(),
        "describe_stack_resources": denied("cloudformation:DescribeStackResources"),
    }
    assert find_owners(EMPTY, found(CLUSTER, SERVICE), FakeAccount(responses)) == (
        (),
        ("CloudFormation stacks: needs the permission cloudformation:DescribeStackResources",),
    )


def test_another_validation_error_is_a_reason() -> None:
    error = OperationError("cloudformation DescribeStacks: ValidationError: 1 error detected")
    responses = {"get_resources": tags_of(), "describe_stack_resources": error}
    _, reasons = find_owners(EMPTY, found(CLUSTER), FakeAccount(responses))
    assert reasons == (f"CloudFormation stacks: {error}",)


def test_a_stack_that_cannot_be_read_is_reported_from_the_tags() -> None:
    live = {"Tags": {STACK_TAG: WEB, "aws:cloudformation:logical-id": "Group"}}
    responses = {
        "describe_stacks": denied("cloudformation:DescribeStacks"),
        "list_stack_resources": denied("cloudformation:ListStackResources"),
        "get_resources": tags_of(),
    }
    resources = found(GROUP, LOGS, **{GROUP: live})
    (owner,), reasons = find_owners(EMPTY, resources, FakeAccount(responses))
    assert (owner.name, owner.addresses, owner.conflicts) == ("web", (GROUP,), False)
    assert " on Group, execute it" in owner.repair
    assert reasons == (
        "CloudFormation stack web: needs the permission cloudformation:DescribeStacks",
        "CloudFormation stack web: needs the permission cloudformation:ListStackResources",
    )
