"""The shop with a nightly job that writes a report to a bucket."""

import three_services

from navra_stacks import OneOffTask, WebStack, synthesize

# isort: split
from cdktf_cdktf_provider_aws.iam_role import IamRole, IamRoleInlinePolicy
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.scheduler_schedule import (
    SchedulerSchedule,
    SchedulerScheduleFlexibleTimeWindow,
    SchedulerScheduleTarget,
    SchedulerScheduleTargetEcsParameters,
    SchedulerScheduleTargetEcsParametersNetworkConfiguration,
)

from navra_stacks.constructs.common.policy_document import policy_document


class NightlyStack(WebStack):
    """The library's stack with a bucket, and a schedule for the one-off task `report`."""

    def after_services(self) -> None:
        worker = self.services["worker"]
        report = worker.one_off_tasks["report"]
        family, cluster = report.resource.arn_without_revision, self.cluster.arn
        bucket = S3Bucket(self, "reports", bucket=f"{self.names.stack}-reports")
        report.containers["worker"].add_environment("REPORTS", bucket.bucket)
        worker.grant(["s3:PutObject"], [f"{bucket.arn}/*"])

        scheduler = {"Service": "scheduler.amazonaws.com"}
        assume = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": scheduler}
        roles = [worker.roles.task_role_arn, worker.roles.execution_role_arn]
        run = {"Effect": "Allow", "Action": "ecs:RunTask", "Resource": f"{family}:*"}
        pass_ = {"Effect": "Allow", "Action": "iam:PassRole", "Resource": roles}
        rights, trust = policy_document(run, pass_), policy_document(assume)
        inline = [IamRoleInlinePolicy(name="run", policy=rights)]
        role = IamRole(self, "nightly_role", assume_role_policy=trust, inline_policy=inline)
        network = SchedulerScheduleTargetEcsParametersNetworkConfiguration(
            **worker.placement.network_configuration
        )
        task = SchedulerScheduleTargetEcsParameters(
            task_definition_arn=family, launch_type="FARGATE", network_configuration=network
        )
        SchedulerSchedule(
            self,
            "nightly",
            schedule_expression="cron(0 3 ? * * *)",
            flexible_time_window=SchedulerScheduleFlexibleTimeWindow(mode="OFF"),
            target=SchedulerScheduleTarget(arn=cluster, role_arn=role.arn, ecs_parameters=task),
        )


WEB, API, WORKER = three_services.SHOP.services
REPORT = OneOffTask(name="report", command=("python", "-m", "shop.report"))
SHOP = three_services.SHOP.replace(
    services=(WEB, API, WORKER.replace(one_off_tasks=(REPORT,))),
    stack_class="scheduled_job:NightlyStack",
)

if __name__ == "__main__":
    synthesize([SHOP])
