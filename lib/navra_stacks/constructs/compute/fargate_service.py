"""An ECS service on Fargate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cdktf import ITerraformDependable, Postcondition, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecs_service import (
    EcsService,
    EcsServiceCapacityProviderStrategy,
    EcsServiceLoadBalancer,
    EcsServiceNetworkConfiguration,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.compute.deployment import (
    TrafficShift,
    advanced_configuration,
    deployment_arguments,
    ignored_changes,
)
from navra_stacks.naming import slug
from navra_stacks.settings.compute.capacity_provider import CapacityProviderStrategy
from navra_stacks.settings.compute.service import Service

__all__ = ["FargateService", "Placement"]


class Placement(NamedTuple):
    """Where the tasks of a service run."""

    cluster_arn: str
    subnet_ids: list[str]
    security_group_id: str
    public_ip: bool


class FargateService(Construct):
    """Keeps so many tasks of one task definition running, and hands them to the load balancer.

    A deployment whose tasks never become well is rolled back: by ECS's circuit breaker, or by
    alarms where traffic is shifted. Where Terraform deploys, apply waits for the outcome and fails
    if the revision that it registered is not the one that runs in the end; where a pipeline
    deploys, Terraform leaves the revision alone.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Service,
        name: str,
        placement: Placement,
        task_definition_arn: str,
        target_group_arn: str | None,
        depends_on: Sequence[ITerraformDependable],
        exec_enabled: bool = False,
        initial_count: int | None = None,
        shift: TrafficShift | None = None,
    ) -> None:
        """Run `settings`.

        Args:
            scope: The construct that holds this one.
            id_: Its id in that.
            settings: The service.
            name: Its physical name.
            placement: Where its tasks run.
            task_definition_arn: What they consist of.
            target_group_arn: Where they take requests from; None where they take none.
            depends_on: What must exist before it, and go after it.
            exec_enabled: Whether its tasks hold ECS Exec sessions.
            initial_count: How many tasks it is created with, where autoscaling owns the number
                from then on; None where `settings.desired_count` is always meant.
            shift: What ECS shifts its traffic with; None where a deployment is rolling.
        """
        super().__init__(scope, id_)
        terraform_deploys = settings.deployed_by == "terraform"
        behind_load_balancer = target_group_arn is not None
        service = addressed(
            EcsService(
                self,
                "service",
                name=name,
                cluster=placement.cluster_arn,
                task_definition=task_definition_arn,
                desired_count=settings.desired_count if initial_count is None else initial_count,
                launch_type="FARGATE" if settings.capacity is None else None,
                capacity_provider_strategy=(
                    None if settings.capacity is None else _strategy(settings.capacity)
                ),
                # The provider changes a strategy in place only so.
                force_new_deployment=None if settings.capacity is None else True,
                enable_execute_command=True if exec_enabled else None,
                platform_version="LATEST",
                deployment_minimum_healthy_percent=settings.deployment.minimum_healthy_percent,
                deployment_maximum_percent=settings.deployment.maximum_percent,
                **deployment_arguments(settings.deployment, shift),
                # ECS only rebalances where a deployment may run more than the desired tasks.
                availability_zone_rebalancing=(
                    "ENABLED" if settings.deployment.maximum_percent > 100 else "DISABLED"
                ),
                health_check_grace_period_seconds=(
                    settings.health_check_grace_seconds if behind_load_balancer else None
                ),
                network_configuration=EcsServiceNetworkConfiguration(
                    subnets=placement.subnet_ids,
                    security_groups=[placement.security_group_id],
                    assign_public_ip=placement.public_ip,
                ),
                load_balancer=(
                    [
                        EcsServiceLoadBalancer(
                            target_group_arn=target_group_arn,
                            container_name=settings.container_name(settings.container),
                            container_port=settings.container.port,
                            advanced_configuration=advanced_configuration(shift),
                        )
                    ]
                    if behind_load_balancer
                    else None
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
                        [_runs_what_was_registered(settings.name)] if terraform_deploys else None
                    ),
                ),
                depends_on=list(depends_on),
            ),
            f"{slug(settings.name)}_service",
        )
        self.name: str = service.name


def _strategy(mix: CapacityProviderStrategy) -> list[EcsServiceCapacityProviderStrategy]:
    return [
        EcsServiceCapacityProviderStrategy(
            capacity_provider="FARGATE", base=mix.base, weight=mix.fargate_weight
        ),
        EcsServiceCapacityProviderStrategy(
            capacity_provider="FARGATE_SPOT", base=0, weight=mix.spot_weight
        ),
    ]


def _runs_what_was_registered(service: str) -> Postcondition:
    address = f"aws_ecs_task_definition.{slug(service)}_task_definition"
    return Postcondition(
        condition=f"${{self.task_definition == {address}.arn}}",
        error_message=f"ECS rolled {service} back: the revision that was deployed does not run. "
        "Look at the service's events and the tasks' logs.",
    )
