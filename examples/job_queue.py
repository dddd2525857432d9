"""The shop with a queue from the API to the worker, and alarms on late and failed messages."""

from typing import Any

import three_services

from navra_stacks import Alarms, Hardening, WebStack, synthesize

# isort: split
from cdktf import Fn
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue


class QueueStack(WebStack):
    """The library's stack with a queue, a dead-letter queue, and an alarm for each."""

    def after_services(self) -> None:
        failed = self.queue("failed_jobs", message_retention_seconds=1_209_600)
        redrive = Fn.jsonencode({"deadLetterTargetArn": failed.arn, "maxReceiveCount": 5})
        jobs = self.queue("jobs", redrive_policy=redrive)
        self.alarm(jobs, "ApproximateAgeOfOldestMessage", threshold=600)
        self.alarm(failed, "ApproximateNumberOfMessagesVisible", threshold=0)

        receive = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"]
        for service, actions in (("api", ["sqs:SendMessage"]), ("worker", receive)):
            self.services[service].container.add_environment("JOBS_URL", jobs.url)
            self.services[service].grant(actions, [jobs.arn])

    def queue(self, id_: str, **arguments: Any) -> SqsQueue:
        name = f"{self.names.stack}-{id_.replace('_', '-')}"
        return SqsQueue(self, id_, name=name, sqs_managed_sse_enabled=True, **arguments)

    def alarm(self, queue: SqsQueue, metric: str, *, threshold: int) -> None:
        assert self.alarms is not None
        CloudwatchMetricAlarm(
            self,
            f"{queue.node.id}_alarm",
            alarm_name=f"{self.names.stack} {queue.node.id}",
            namespace="AWS/SQS",
            metric_name=metric,
            dimensions={"QueueName": queue.name},
            statistic="Maximum",
            period=60,
            evaluation_periods=5,
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            treat_missing_data="notBreaching",
            alarm_actions=[self.alarms.topic_arn],
        )


SHOP = three_services.SHOP.replace(
    hardening=Hardening(alarms=Alarms(emails=("shop@example.com",))),
    stack_class="job_queue:QueueStack",
)

if __name__ == "__main__":
    synthesize([SHOP])
