"""Finders for S3 buckets and their configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["bucket", "setting"]


def bucket(target: LookupTarget) -> Iterator[Candidate]:
    """Find an S3 bucket in the account by its name."""
    name = target["bucket"]
    for live in target.account.list_all("s3", "list_buckets"):
        if live["Name"] == name:
            yield Candidate(name, {"arn": f"arn:aws:s3:::{name}", "bucket": name, "id": name})


def setting(
    operation: str, is_set: Callable[[Mapping[str, Any]], Any]
) -> Callable[[LookupTarget], Iterator[Candidate]]:
    """Return a finder for a setting of buckets; the import ID is the name of the bucket.

    Args:
        operation: The boto3 method that reads the setting, for example ``get_bucket_policy``.
        is_set: A function that returns a true value if the response contains the setting.
    """

    def find_setting(target: LookupTarget) -> Iterator[Candidate]:
        name = target["bucket"]
        if not any(live["Name"] == name for live in target.account.list_all("s3", "list_buckets")):
            return
        response = target.account.find("s3", operation, Bucket=name)
        if response is not None and is_set(response):
            yield Candidate(name)

    return find_setting
