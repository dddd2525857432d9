"""Misconfigurations that `navra check` finds, each with the rule and the address of the finding.

They are of other kinds than those in mutations.json, and were written down before the rules. Each
is one edit of any document that has the resource.
"""

from tests.unit.check.misconfigurations import (
    buckets,
    data,
    ecs,
    iam,
    load_balancing,
    networks,
    operations,
    terraform,
)
from tests.unit.check.misconfigurations.registry import MISCONFIGURATIONS, Misconfiguration

__all__ = [
    "MISCONFIGURATIONS",
    "Misconfiguration",
    "buckets",
    "data",
    "ecs",
    "iam",
    "load_balancing",
    "networks",
    "operations",
    "terraform",
]
