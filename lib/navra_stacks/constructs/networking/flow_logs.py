"""Flow logs: who spoke to whom in a VPC, and who was refused."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.flow_log import FlowLog
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.common.policy_document import policy
from navra_stacks.naming import Names

__all__ = ["FlowLogs"]


class FlowLogs(Construct):
    """Logs accepted and rejected traffic of a VPC to a CloudWatch log group.

    The role may write to that group and do nothing else, not even make groups, as AWS's example
    would let it: a group that the service made would have no retention.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        names: Names,
        location: Location,
        vpc_id: str,
        retention_days: int,
        kms_key_arn: str | None,
    ) -> None:
        super().__init__(scope, id_)
        group = addressed(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=names.flow_log_group,
                retention_in_days=retention_days,
                kms_key_id=kms_key_arn,
            ),
            "flow_logs",
        )
        self.log_group_arn: str = group.arn
        self.log_group_name: str = group.name
        role = self._role(names, location)
        policy = self._may_write(role)
        addressed(
            FlowLog(
                self,
                "flow_log",
                vpc_id=vpc_id,
                traffic_type="ALL",
                log_destination_type="cloud-watch-logs",
                log_destination=self.log_group_arn,
                iam_role_arn=role.arn,
                tags={"Name": names.flow_logs},
                # Without permission at its first attempt, delivery stays in "Access error".
                depends_on=[policy],
            ),
            "flow_logs",
        )

    def _role(self, names: Names, location: Location) -> IamRole:
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            # Only for flow logs of this account and Region (IAM, "The confused deputy problem").
            "Condition": {
                "StringEquals": {"aws:SourceAccount": location.account},
                "ArnLike": {"aws:SourceArn": location.arn("ec2", "vpc-flow-log/*")},
            },
        }
        return addressed(
            IamRole(
                self,
                "role",
                name=names.flow_logs,
                assume_role_policy=policy(trust),
            ),
            "flow_logs",
        )

    def _may_write(self, role: IamRole) -> IamRolePolicy:
        write = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": [self.log_group_arn, f"{self.log_group_arn}:*"],
        }
        return addressed(
            IamRolePolicy(
                self,
                "policy",
                name="write-flow-logs",
                role=role.name,
                policy=policy(write),
            ),
            "flow_logs",
        )
