"""How new versions get to an environment: where its images lie, and who may deploy."""

from __future__ import annotations

from collections.abc import Iterable

from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.task_roles import TaskRoles
from navra_stacks.constructs.delivery.ecr_repositories import ImageRepositories
from navra_stacks.constructs.delivery.github_role import Deliverable, Delivery
from navra_stacks.settings.environment import Environment

__all__ = ["delivery_of", "registry_of"]


def registry_of(
    scope: Construct, environment: Environment, *, kms_key_arn: str | None
) -> ImageRepositories | None:
    """The repositories, unless they exist elsewhere."""
    if environment.registry is None:
        return None
    return ImageRepositories(
        scope,
        "registry",
        settings=environment.registry,
        repositories=environment.own_repositories,
        protected=environment.hardening.deletion_protection,
        kms_key_arn=kms_key_arn,
    )


def delivery_of(
    scope: Construct,
    environment: Environment,
    *,
    location: Location,
    cluster: Cluster,
    roles: Iterable[TaskRoles],
) -> Delivery | None:
    """The role with which a pipeline deploys, unless there is no pipeline."""
    if environment.delivery is None:
        return None
    names, services = environment.names, [service.name for service in environment.services]
    return Delivery(
        scope,
        "delivery",
        settings=environment.delivery,
        names=names,
        location=location,
        deliverable=Deliverable(
            cluster_arn=cluster.arn,
            services=[names.service(service) for service in services],
            families=[
                *(names.family(service) for service in services),
                *(
                    names.one_off_task(service.name, task.name)
                    for service in environment.services
                    for task in service.one_off_tasks
                ),
            ],
            repository_arns=[
                location.arn("ecr", f"repository/{name}") for name in environment.own_repositories
            ],
            role_arns=[arn for one in roles for arn in (one.execution_role_arn, one.task_role_arn)],
        ),
    )
