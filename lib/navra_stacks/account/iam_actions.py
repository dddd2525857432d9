"""The IAM actions that operations of the AWS API require."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["iam_action"]

# IAM's names of services and actions that differ from boto3's.
PREFIXES: Mapping[str, str] = {
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "service-quotas": "servicequotas",
}
ACTIONS: Mapping[str, str] = {
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "HeadBucket": "ListBucket",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListBuckets": "ListAllMyBuckets",
}


def iam_action(service: str, operation: str) -> str:
    """Return the IAM action that an operation requires.

    Args:
        service: The name of the service in boto3, for example ``elbv2``.
        operation: The name of the API operation, for example ``HeadBucket``.
    """
    return f"{PREFIXES.get(service, service)}:{ACTIONS.get(operation, operation)}"
