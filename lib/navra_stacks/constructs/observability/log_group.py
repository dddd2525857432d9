"""The log group of a service."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import slug

__all__ = ["LogGroup"]


class LogGroup(Construct):
    """Where the containers of one service write, and for how many days that is kept."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        service: str,
        name: str,
        retention_days: int,
        kms_key_arn: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        group = addressed(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=name,
                retention_in_days=retention_days,
                kms_key_id=kms_key_arn,
            ),
            f"{slug(service)}_log_group",
        )
        self.arn: str = group.arn
        self.name: str = group.name
