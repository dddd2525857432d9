"""The S3 buckets of a document, and the resources that configure them."""

from __future__ import annotations

from navra_stacks.check.checked_document import CheckedDocument, CheckedResource

__all__ = ["configurations", "log_buckets"]

_LEGACY = {
    "lifecycle": "lifecycle_rule",
    "logging": "logging",
    "server_side_encryption": "server_side_encryption_configuration",
    "versioning": "versioning",
}
"""The arguments of a bucket that did the same before version 4 of the provider."""

_TYPES = {
    "acl": "aws_s3_bucket_acl",
    "lifecycle": "aws_s3_bucket_lifecycle_configuration",
    "logging": "aws_s3_bucket_logging",
    "policy": "aws_s3_bucket_policy",
    "public_access_block": "aws_s3_bucket_public_access_block",
    "server_side_encryption": "aws_s3_bucket_server_side_encryption_configuration",
    "versioning": "aws_s3_bucket_versioning",
}


def configurations(
    document: CheckedDocument, bucket: CheckedResource, kind: str
) -> tuple[CheckedResource, ...] | None:
    """Return the resources that configure a bucket; None if they are not known.

    Args:
        document: The document.
        bucket: The bucket.
        kind: For example ``versioning``. A bucket that configures it itself has None.
    """
    legacy = _LEGACY.get(kind)
    if legacy is not None and not bucket.is_absent(legacy):
        return None
    return document.attached(bucket, "bucket", _TYPES[kind])


_LOG_DESTINATIONS = (
    ("aws_alb", "access_logs"),
    ("aws_alb", "connection_logs"),
    ("aws_cloudfront_distribution", "logging_config"),
    ("aws_cloudtrail", "s3_bucket_name"),
    ("aws_flow_log", "log_destination"),
    ("aws_lb", "access_logs"),
    ("aws_lb", "connection_logs"),
    ("aws_s3_bucket_logging", "target_bucket"),
    ("aws_wafv2_web_acl_logging_configuration", "log_destination_configs"),
)
"""The types that write logs, and their argument with the bucket."""


def log_buckets(document: CheckedDocument) -> frozenset[str] | None:
    """Return the addresses of the buckets that receive logs; None if they are not known."""
    found: set[str] = set()
    for type_, argument in _LOG_DESTINATIONS:
        if document.is_opaque(argument, type_):
            return None
        for one in document.all(type_):
            found |= one.refers_to(argument)
    return frozenset(found)
