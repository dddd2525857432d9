"""Policy documents of roles, keys, topics and buckets."""

from __future__ import annotations

import json
from collections.abc import Mapping

__all__ = ["policy_document"]


def policy_document(*statements: Mapping[str, object]) -> str:
    """Return the JSON of a policy with these statements, in this order.

    The same statements always give the same text.
    """
    return json.dumps({"Version": "2012-10-17", "Statement": [dict(one) for one in statements]})
