"""Patches for S3 buckets."""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy
from moto.s3.models import FakeBucket

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["ignore_conditional_statements_of_bucket_policies"]


def ignore_conditional_statements_of_bucket_policies() -> None:
    """Make calls for objects ignore the statements of a bucket policy that have a condition.

    Without the patch, a policy that denies requests without TLS denies every request, because moto
    evaluates no condition. Remove this patch when moto evaluates the conditions of bucket policies,
    and let requests of the emulator count as requests with TLS.
    """

    @around(FakeBucket)
    def get_permission(get: Any, bucket: Any, action: str, resource: str) -> Any:
        if bucket.policy is None:
            return get(bucket, action, resource)
        policy = json.loads(bucket.policy)
        statements = policy["Statement"]
        listed = statements if isinstance(statements, list) else [statements]
        unconditional = [one for one in listed if "Condition" not in one]
        document = json.dumps(policy | {"Statement": unconditional})
        return IAMPolicy(document).is_action_permitted(action, resource)
