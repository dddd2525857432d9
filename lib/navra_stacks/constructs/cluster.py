"""The ECS cluster."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.ecs_cluster import EcsCluster, EcsClusterSetting
from constructs import Construct

from navra_stacks.constructs.address import addressed

__all__ = ["Cluster"]


class Cluster(Construct):
    """The cluster of all services of an environment.

    Container Insights is written out even when off: an account may turn it on by default.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, container_insights: bool) -> None:
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
            ),
            "cluster",
        )
        self.arn: str = cluster.arn
        self.name: str = cluster.name
