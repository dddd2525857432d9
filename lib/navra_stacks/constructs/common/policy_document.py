"""Policy documents as text, for roles, keys, topics and buckets."""

from __future__ import annotations

import json
from collections.abc import Mapping

__all__ = ["policy"]


def policy(*statements: Mapping[str, object]) -> str:
    """A policy of these statements, in this order: the same ones always give the same text."""
    return json.dumps({"Version": "2012-10-17", "Statement": [dict(one) for one in statements]})
