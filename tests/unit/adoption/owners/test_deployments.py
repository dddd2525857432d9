"""Deployment controllers and CodeDeploy deployment groups of found services."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.account.lookup import FoundResources
from navra_stacks.adoption.owners import Owner, find_owners
from tests.support.fake_account import FakeAccount, denied
from tests.support.found_owners import (
    BALANCER,
    CLUSTER,
    CLUSTER_ARN,
    EMPTY,
    LIVE,
    SERVICE,
    found,
    owners,
    stacks,
    tags_of,
)


def controlled(type_: str | None) -> FoundResources:
    """Return the service with a deployment controller."""
    controller = {} if type_ is None else {"deploymentController": {"type": type_}}
    return found(SERVICE, **{SERVICE: {**LIVE[SERVICE], **controller}})


def codedeploy(
    cluster: str = "shop", service: str = "web", platform: str = "ECS", applications: int = 1
) -> dict[str, Any]:
    """Return the responses of CodeDeploy with one deployment group in each application."""
    group = {"ecsServices": [{"clusterName": cluster, "serviceName": service}]}
    return {
        "list_applications": [f"app{number}" for number in range(applications)],
        "get_application": {"application": {"computePlatform": platform}},
        "list_deployment_groups": ["blue-green"],
        "get_deployment_group": {"deploymentGroupInfo": group},
    }


@pytest.mark.parametrize("type_", ["CODE_DEPLOY", "EXTERNAL"])
def test_another_deployment_controller_conflicts(type_: str) -> None:
    assert owners(controlled(type_), {}) == (
        Owner(
            "ECS deployment controller",
            type_,
            (SERVICE,),
            "migrate the service with `aws ecs update-service --cluster shop --service web "
            "--deployment-controller type=ECS`, or remove the service from the settings",
            conflicts=True,
        ),
    )


@pytest.mark.parametrize("type_", ["ECS", None])
def test_the_deployment_controller_ecs_is_not_an_owner(type_: str | None) -> None:
    assert owners(controlled(type_), {}) == ()


def test_the_repair_of_a_controller_has_its_deployment_group() -> None:
    (owner,) = owners(controlled("CODE_DEPLOY"), codedeploy())
    assert owner.kind == "ECS deployment controller"
    assert (
        "type=ECS`, then delete the deployment group with `aws deploy delete-deployment-group "
        "--application-name app0 --deployment-group-name blue-green`, or remove" in owner.repair
    )
    (owner,) = owners(controlled("EXTERNAL"), codedeploy())
    assert "deployment group" not in owner.repair


def test_a_left_over_deployment_group_does_not_conflict() -> None:
    assert owners(controlled("ECS"), codedeploy()) == (
        Owner(
            "CodeDeploy deployment group",
            "app0/blue-green",
            (SERVICE,),
            "after the adoption, delete the deployment group with `aws deploy "
            "delete-deployment-group --application-name app0 --deployment-group-name "
            "blue-green`, the application if it is empty, and the target group that no "
            "listener uses any more; CodeDeploy cannot deploy a service with the deployment "
            "controller ECS",
            conflicts=False,
        ),
    )


@pytest.mark.parametrize(
    ("arguments", "matches"),
    [
        ({"cluster": CLUSTER_ARN}, True),
        ({"cluster": "other"}, False),
        ({"service": "other"}, False),
        ({"platform": "Server"}, False),
    ],
)
def test_only_deployment_groups_of_the_service_are_reported(
    arguments: dict[str, str], matches: bool
) -> None:
    assert bool(owners(controlled("ECS"), codedeploy(**arguments))) is matches


def test_codedeploy_is_read_only_for_services() -> None:
    error = {"list_applications": denied("codedeploy:ListApplications")}
    assert owners(found(CLUSTER, BALANCER), error) == ()
    base = {"get_resources": tags_of(), **stacks().responses()}
    result, reasons = find_owners(EMPTY, controlled("EXTERNAL"), FakeAccount(base | error))
    assert [owner.name for owner in result] == ["EXTERNAL"]
    assert reasons == (
        "CodeDeploy deployment groups: needs the permission codedeploy:ListApplications",
    )


def test_at_most_200_applications_are_searched() -> None:
    assert len(owners(controlled("ECS"), codedeploy(applications=200))) == 200
    responses = {
        "get_resources": tags_of(),
        **stacks().responses(),
        **codedeploy(applications=201),
    }
    result, reasons = find_owners(EMPTY, controlled("ECS"), FakeAccount(responses))
    assert len(result) == 200
    assert reasons == (
        "CodeDeploy deployment groups: the account has 201 applications, and at most 200 are "
        "searched",
    )
