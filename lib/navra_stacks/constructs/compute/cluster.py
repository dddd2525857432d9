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

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.compute.exec_logging import ExecLogging

__all__ = ["Cluster"]


class Cluster(Construct):
    """The cluster of all services of an environment.

    Container Insights is written out even when off: an account may turn it on by default.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        container_insights: bool,
        exec_logging: ExecLogging | None = None,
        spot: bool = False,
    ) -> None:
        super().__init__(scope, id_)
        cluster = addressed(
            EcsCluster(
                self,
                "cluster",
                name=name,
                setting=[
                    EcsClusterSetting(
                        name="containerInsights",
                        value="enhanced" if container_insights else "disabled",
                    )
                ],
                configuration=None if exec_logging is None else _audited(exec_logging),
                # AWS keeps what it was told about sessions, which no service holds any more.
                lifecycle=(
                    TerraformResourceLifecycle(ignore_changes=["configuration"])
                    if exec_logging is None
                    else None
                ),
            ),
            "cluster",
        )
        self.capacity_providers: EcsClusterCapacityProviders | None = None
        """What a service that uses Spot must wait for."""
        if spot:
            self.capacity_providers = addressed(
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


def _audited(logging: ExecLogging) -> EcsClusterConfiguration:
    return EcsClusterConfiguration(
        execute_command_configuration=EcsClusterConfigurationExecuteCommandConfiguration(
            kms_key_id=logging.kms_key_arn,
            logging="OVERRIDE",
            log_configuration=EcsClusterConfigurationExecuteCommandConfigurationLogConfiguration(
                cloud_watch_encryption_enabled=True,
                cloud_watch_log_group_name=logging.log_group_name,
            ),
        )
    )
