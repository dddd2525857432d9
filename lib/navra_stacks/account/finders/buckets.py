"""S3 buckets and what is set on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["bucket", "setting"]


def bucket(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name, among the account's own."""
    name = wanted["bucket"]
    for live in wanted.account.all("s3", "list_buckets"):
        if live["Name"] == name:
            yield Candidate(name, {"arn": f"arn:aws:s3:::{name}", "bucket": name, "id": name})


def setting(
    operation: str, is_set: Callable[[Mapping[str, Any]], Any]
) -> Callable[[LookupTarget], Iterator[Candidate]]:
    """A finder of one of a bucket's settings, which is imported by the bucket's name.

    Args:
        operation: What reads it: ``get_bucket_policy``.
        is_set: Whether the answer tells one.
    """

    def found(wanted: LookupTarget) -> Iterator[Candidate]:
        name = wanted["bucket"]
        if not any(one["Name"] == name for one in wanted.account.all("s3", "list_buckets")):
            return
        answer = wanted.account.look("s3", operation, Bucket=name)
        if answer is not None and is_set(answer):
            yield Candidate(name)

    return found
