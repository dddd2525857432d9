"""Policy documents for IAM roles, KMS keys, SNS topics and S3 buckets."""

from __future__ import annotations

from collections.abc import Mapping

from navra_stacks.terraform.json_template import json_template

__all__ = ["policy_document"]


def policy_document(*statements: Mapping[str, object]) -> str:
    """Return a policy document with `statements`, in their order, as JSON text.

    Equal statements always give equal text, so a plan shows no difference.
    """
    return json_template({"Version": "2012-10-17", "Statement": [dict(one) for one in statements]})
