"""VPC flow logs to CloudWatch Logs."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.settings.networking.vpc import PrivateVpc

__all__ = ["FlowLogs"]

TRAFFIC_TYPES = {"rejected": "REJECT", "all": "ALL"}


class FlowLogs(Construct):
    """Logs the rejected traffic of a VPC, or all its traffic, to a CloudWatch log group.

    The IAM role of the flow logs may write to that log group only. Unlike the example in the AWS
    documentation, it may not create log groups, because a log group created by the service would
    have no retention.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        env: EnvironmentContext,
        vpc_id: str,
        settings: PrivateVpc,
    ) -> None:
        super().__init__(scope, id_)
        group = with_logical_id(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=env.names.flow_log_group,
                retention_in_days=settings.flow_log_retention_days,
                kms_key_id=env.kms_key_arn,
            ),
            "flow_logs",
        )
        self.log_group_arn: str = group.arn
        self.log_group_name: str = group.name
        role = self._role(env)
        policy = self._allow_writing(role)
        with_logical_id(
            FlowLog(
                self,
                "flow_log",
                vpc_id=vpc_id,
                traffic_type=TRAFFIC_TYPES[settings.flow_log_traffic],
                log_destination_type="cloud-watch-logs",
                log_destination=self.log_group_arn,
                iam_role_arn=role.arn,
                tags={"Name": env.names.flow_logs},
                # Without permission at its first attempt, delivery stays in "Access error".
                depends_on=[policy],
            ),
            "flow_logs",
        )

    def _role(self, env: EnvironmentContext) -> IamRole:
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            # Only for flow logs of this account and Region (IAM, "The confused deputy problem").
            "Condition": {
                "StringEquals": {"aws:SourceAccount": env.location.account},
                "ArnLike": {"aws:SourceArn": env.location.arn("ec2", "vpc-flow-log/*")},
            },
        }
        return with_logical_id(
            IamRole(
                self,
                "role",
                name=env.names.flow_logs,
                assume_role_policy=policy_document(trust),
            ),
            "flow_logs",
        )

    def _allow_writing(self, role: IamRole) -> IamRolePolicy:
        write = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": [self.log_group_arn, f"{self.log_group_arn}:*"],
        }
        return with_logical_id(
            IamRolePolicy(
                self,
                "policy",
                name="write-flow-logs",
                role=role.name,
                policy=policy_document(write),
            ),
            "flow_logs",
        )
