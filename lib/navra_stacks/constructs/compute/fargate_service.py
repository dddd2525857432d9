"""An ECS service on Fargate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from cdktf import ITerraformDependable, Postcondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecs_service import (
    EcsService,
    EcsServiceCapacityProviderStrategy,
    EcsServiceLoadBalancer,
    EcsServiceNetworkConfiguration,
)
from constructs import Construct

from navra_stacks.constructs.common.address import address_of
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.deployment import (
    TrafficShift,
    advanced_configuration,
    deployment_arguments,
    ignored_changes,
)
from navra_stacks.constructs.compute.task_definition import TaskDefinition
from navra_stacks.constructs.compute.traffic_shift_alarms import TrafficShiftAlarms
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.constructs.networking.security_groups import Peer
from navra_stacks.naming import slug
from navra_stacks.settings.compute.capacity_provider import CapacityProviderStrategy
from navra_stacks.settings.compute.service import Service

__all__ = ["FargateService", "Placement"]


class Placement(NamedTuple):
    """The cluster, the network and the security group of a service's tasks."""

    cluster: Cluster
    vpc: VpcNetwork
    security_group: Peer

    @property
    def network_configuration(self) -> dict[str, Any]:
        """The arguments of a ``network_configuration`` block, for whatever starts such tasks."""
        return {
            "subnets": self.vpc.task_subnet_ids,
            "security_groups": [self.security_group.group_id],
            "assign_public_ip": self.vpc.assign_public_ip,
        }


class FargateService(Construct):
    """An ECS service on Fargate, with its tasks registered in a target group if it has one.

    A deployment whose tasks never become healthy is rolled back by the ECS circuit breaker or, for
    a traffic shift, by alarms. Where Terraform deploys, apply waits for the end of the deployment
    and fails if the service does not run the new revision. Where a pipeline deploys, Terraform
    ignores the revision.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Service,
        env: EnvironmentContext,
        placement: Placement,
        task_definition: TaskDefinition,
        target_group: TargetGroup | None,
        depends_on: Sequence[ITerraformDependable],
        exec_enabled: bool = False,
        initial_count: int | None = None,
        shift: TrafficShift | None = None,
        former_alarms: TrafficShiftAlarms | None = None,
    ) -> None:
        """Create the ECS service.

        Args:
            scope: The parent construct.
            id_: The id of this construct in its scope.
            settings: The service.
            env: The context of the environment, for the names.
            placement: The cluster, network and security group of the tasks.
            task_definition: The task definition that the tasks run.
            target_group: The target group of the tasks; None for a service without traffic.
            depends_on: Resources created before the service and destroyed after it.
            exec_enabled: Whether ECS Exec sessions can be opened in the tasks.
            initial_count: The task count at creation, if autoscaling changes the count later; None
                if `settings.desired_count` always applies.
            shift: The resources of a traffic shift; None for rolling deployments.
            former_alarms: The alarms of an earlier traffic shift, to be turned off; None for a
                service that never shifted traffic.
        """
        super().__init__(scope, id_)
        terraform_deploys = settings.deployed_by == "terraform"
        self.resource = with_logical_id(
            EcsService(
                self,
                "service",
                name=env.names.service(settings.name),
                cluster=placement.cluster.arn,
                task_definition=task_definition.arn,
                desired_count=settings.desired_count if initial_count is None else initial_count,
                launch_type="FARGATE" if settings.capacity is None else None,
                capacity_provider_strategy=(
                    None if settings.capacity is None else _strategy(settings.capacity)
                ),
                # The provider changes a strategy in place only with this argument.
                force_new_deployment=None if settings.capacity is None else True,
                enable_execute_command=True if exec_enabled else None,
                platform_version="LATEST",
                deployment_minimum_healthy_percent=settings.rollout.minimum_healthy_percent,
                deployment_maximum_percent=settings.rollout.maximum_percent,
                **deployment_arguments(settings.deployment, shift, former_alarms),
                # ECS rebalances only if a deployment may run more tasks than desired.
                availability_zone_rebalancing=(
                    "ENABLED" if settings.rollout.maximum_percent > 100 else "DISABLED"
                ),
                health_check_grace_period_seconds=(
                    None if target_group is None else settings.health_check_grace_seconds
                ),
                network_configuration=EcsServiceNetworkConfiguration(
                    **placement.network_configuration
                ),
                load_balancer=(
                    None
                    if target_group is None
                    else [
                        EcsServiceLoadBalancer(
                            target_group_arn=target_group.arn,
                            container_name=settings.container_name(settings.container),
                            container_port=settings.container.port,
                            advanced_configuration=advanced_configuration(shift),
                        )
                    ]
                ),
                enable_ecs_managed_tags=True,
                propagate_tags="SERVICE",
                wait_for_steady_state=True if terraform_deploys or shift is not None else None,
                lifecycle=TerraformResourceLifecycle(
                    ignore_changes=ignored_changes(
                        settings.deployment,
                        terraform_deploys=terraform_deploys,
                        autoscaled=initial_count is not None,
                    ),
                    postcondition=(
                        [_registered_revision_runs(settings.name)] if terraform_deploys else None
                    ),
                ),
                depends_on=list(depends_on),
            ),
            f"{slug(settings.name)}_service",
        )
        self.name: str = self.resource.name

    def add_dependency(self, dependency: ITerraformDependable) -> None:
        """Create a resource before the service, and destroy it after the service."""
        # An override would replace an override that the stack's class has added.
        self.resource.depends_on = [*(self.resource.depends_on or ()), address_of(dependency)]


def _strategy(settings: CapacityProviderStrategy) -> list[EcsServiceCapacityProviderStrategy]:
    return [
        EcsServiceCapacityProviderStrategy(
            capacity_provider="FARGATE", base=settings.base, weight=settings.fargate_weight
        ),
        EcsServiceCapacityProviderStrategy(
            capacity_provider="FARGATE_SPOT", base=0, weight=settings.spot_weight
        ),
    ]


def _registered_revision_runs(service: str) -> Postcondition:
    address = f"aws_ecs_task_definition.{slug(service)}_task_definition"
    return Postcondition(
        condition=f"${{self.task_definition == {address}.arn}}",
        error_message=f"ECS rolled back the deployment of {service}: the registered revision does "
        "not run. Look at the events of the service and the logs of the tasks.",
    )
