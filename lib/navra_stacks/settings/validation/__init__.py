"""Validation rules between the fields of an environment, one module for each subject.

Each module imports the types whose fields its rules read, and never `Environment`.
"""

from navra_stacks.settings.model.base import Rule
from navra_stacks.settings.validation import (
    data,
    deployment,
    existing,
    hardening,
    images,
    naming,
    network,
    permissions,
    routing,
    secrets,
    tags,
    uniqueness,
)

__all__ = ["RULES"]

RULES: tuple[Rule, ...] = (
    *naming.RULES,
    *network.RULES,
    *routing.RULES,
    *secrets.RULES,
    *images.RULES,
    *data.RULES,
    *tags.RULES,
    *hardening.RULES,
    *existing.RULES,
    *deployment.RULES,
    *permissions.RULES,
    *uniqueness.RULES,
)
"""All rules of an environment, in the order in which their problems are reported."""
