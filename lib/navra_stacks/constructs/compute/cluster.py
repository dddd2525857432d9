"""The ECS cluster."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecs_cluster import (
    EcsCluster,
    EcsClusterConfiguration,
    EcsClusterConfigurationExecuteCommandConfiguration,
    EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration,
    EcsClusterSetting,
)
from cdktf_cdktf_provider_aws.ecs_cluster_capacity_providers import EcsClusterCapacityProviders
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.compute.exec_logging import AuditedExec

__all__ = ["Cluster"]


class Cluster(Construct):
    """The cluster that runs all services of an environment.

    The Container Insights setting is written even when it is off, because an account setting can
    turn it on for every new cluster.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: EnvironmentContext,
        container_insights: bool,
        exec_logging: AuditedExec | None = None,
        spot: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        cluster = with_logical_id(
            EcsCluster(
                self,
                "cluster",
                name=env.names.cluster,
                setting=[
                    EcsClusterSetting(
                        name="containerInsights",
                        value="enhanced" if container_insights else "disabled",
                    )
                ],
                configuration=None if exec_logging is None else _exec_configuration(exec_logging),
                # AWS keeps a configuration that was set; without ECS Exec it is unused.
                lifecycle=(
                    TerraformResourceLifecycle(ignore_changes=["configuration"])
                    if exec_logging is None
                    else None
                ),
            ),
            "cluster",
        )
        self.resource = cluster
        self.capacity_providers: EcsClusterCapacityProviders | None = None
        """The capacity providers of the cluster, on which a service on Fargate Spot must depend.
        None without a service on Fargate Spot.
        """
        if spot:
            self.capacity_providers = with_logical_id(
                EcsClusterCapacityProviders(
                    self,
                    "capacity_providers",
                    cluster_name=cluster.name,
                    capacity_providers=["FARGATE", "FARGATE_SPOT"],
                ),
                "cluster_capacity_providers",
            )
        self.arn: str = cluster.arn
        self.name: str = cluster.name


def _exec_configuration(exec_logging: AuditedExec) -> EcsClusterConfiguration:
    return EcsClusterConfiguration(
        execute_command_configuration=EcsClusterConfigurationExecuteCommandConfiguration(
            kms_key_id=exec_logging.kms_key_arn,
            logging="OVERRIDE",
            log_configuration=EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration(
                cloud_watch_encryption_enabled=True,
                cloud_watch_log_group_name=exec_logging.log_group_name,
            ),
        )
    )
