"""Deployment controllers of found ECS services, and CodeDeploy deployment groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.adoption.owners.owner import Owner, Unchecked
from navra_stacks.adoption.owners.tagged_resource import TaggedResource

__all__ = ["find_deployment_owners"]

MAX_APPLICATIONS = 200
"""The number of CodeDeploy applications above which their deployment groups are not searched."""

SUBJECT = "CodeDeploy deployment groups"

Groups = dict[tuple[str, str], list[tuple[str, str]]]
"""The application and name of each deployment group, by the cluster and name of its service."""


def find_deployment_owners(
    resources: Iterable[TaggedResource], account: AwsAccount, unchecked: Unchecked
) -> Iterator[Owner]:
    """Find deployment controllers other than ECS, and deployment groups of found services.

    With another controller, UpdateService rejects changes of the task definition, the network
    configuration, the load balancers and the platform version ("UpdateService"). It can change the
    controller to ECS ("Update Amazon ECS service parameters", "Migrating from a CodeDeploy
    blue/green to an Amazon ECS blue/green service deployment").
    """
    services = [resource for resource in resources if resource.type == "aws_ecs_service"]
    if not services:
        return
    groups = _deployment_groups(account, unchecked)
    left_over: dict[tuple[str, str], list[str]] = {}
    for service in services:
        cluster, _, name = service.id.partition("/")
        controller = service.live.get("deploymentController", {}).get("type", "ECS")
        of_service = groups.get((cluster, name), [])
        if controller == "ECS":
            for group in of_service:
                left_over.setdefault(group, []).append(service.address)
            continue
        is_codedeploy = controller == "CODE_DEPLOY"
        then = "".join(f", then {_deletion(*group)}" for group in of_service if is_codedeploy)
        yield Owner(
            "ECS deployment controller",
            controller,
            (service.address,),
            f"migrate the service with `aws ecs update-service --cluster {cluster} --service "
            f"{name} --deployment-controller type=ECS`{then}, or remove the service from the "
            "settings",
            conflicts=True,
        )
    for (application, name), addresses in left_over.items():
        yield Owner(
            "CodeDeploy deployment group",
            f"{application}/{name}",
            tuple(sorted(addresses)),
            f"after the adoption, {_deletion(application, name)}, the application if it is empty, "
            "and the target group that no listener uses any more; CodeDeploy cannot deploy a "
            "service with the deployment controller ECS",
            conflicts=False,
        )


def _deletion(application: str, name: str) -> str:
    return (
        "delete the deployment group with `aws deploy delete-deployment-group --application-name "
        f"{application} --deployment-group-name {name}`"
    )


def _deployment_groups(account: AwsAccount, unchecked: Unchecked) -> Groups:
    groups: Groups = {}
    with unchecked.unless_readable(SUBJECT):
        applications = account.list_all("codedeploy", "list_applications")
        if len(applications) > MAX_APPLICATIONS:
            unchecked.add(
                SUBJECT,
                f"the account has {len(applications)} applications, and at most "
                f"{MAX_APPLICATIONS} are searched",
            )
        for application in applications[:MAX_APPLICATIONS]:
            for group, service in _services(application, account):
                groups.setdefault(service, []).append((application, group))
    return groups


def _services(application: str, account: AwsAccount) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each deployment group of an application, with the cluster and name of its service."""
    response = account.find("codedeploy", "get_application", applicationName=application)
    if response is None or response["application"].get("computePlatform") != "ECS":
        return
    for group in account.list_all(
        "codedeploy", "list_deployment_groups", applicationName=application
    ):
        found = account.find(
            "codedeploy",
            "get_deployment_group",
            applicationName=application,
            deploymentGroupName=group,
        )
        for service in (found or {}).get("deploymentGroupInfo", {}).get("ecsServices", ()):
            cluster = service["clusterName"].rpartition("/")[2]
            yield group, (cluster, service["serviceName"])
