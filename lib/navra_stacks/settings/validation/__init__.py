"""The rules between the nouns of an environment, one noun a module.

Each module imports the fields that its rules read, and never `Environment`.
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
    routing,
    secrets,
    tags,
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
)
"""Every rule of an environment, in the order in which problems are reported."""
