"""Patches for SQS queues, compared with moto without patches."""

from __future__ import annotations

import json

from tests.support.emulator_clients import Client


def redrive_policies(client: Client) -> tuple[str, str]:
    """Set the redrive policy of a queue; return it as it was set and as it is returned."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="failed-jobs")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    policy = json.dumps(
        {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 5}, separators=(",", ":")
    )
    url = sqs.create_queue(QueueName="jobs", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return policy, str(attributes["RedrivePolicy"])


def test_a_redrive_policy_is_returned_without_spaces(patched: Client, unpatched: Client) -> None:
    policy, returned = redrive_policies(patched)
    assert returned == policy
    policy, returned = redrive_policies(unpatched)
    assert returned != policy
    assert json.loads(returned) == json.loads(policy)


def test_a_queue_without_a_redrive_policy_has_none(patched: Client) -> None:
    sqs = patched("sqs")
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert "RedrivePolicy" not in attributes
