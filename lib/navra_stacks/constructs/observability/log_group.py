"""The CloudWatch log group of a service."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.naming import slug
from navra_stacks.settings.observability.logs import Logs

__all__ = ["LogGroup"]


class LogGroup(Construct):
    """The CloudWatch log group of a service's containers; only of its log router if it has one."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        settings: Logs,
        env: EnvironmentContext,
    ) -> None:
        super().__init__(scope, id_)
        group = with_logical_id(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=env.names.log_group(settings.group_prefix, service),
                retention_in_days=settings.retention_days,
                kms_key_id=env.kms_key_arn,
            ),
            f"{slug(service)}_log_group",
        )
        self.arn: str = group.arn
        self.name: str = group.name
