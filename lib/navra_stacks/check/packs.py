"""The packs: the rules of every environment, and those of hardened ones."""

from __future__ import annotations

from functools import cache

from navra_stacks.check.baseline_rules import BASELINE_RULES
from navra_stacks.check.rule import Pack, Rule

__all__ = ["all_rules", "rules_of"]


def rules_of(pack: Pack) -> tuple[Rule, ...]:
    """Return the rules of a pack, sorted by ID; ``production`` contains those of ``baseline``."""
    return BASELINE_RULES if pack == "baseline" else all_rules()


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return all rules, sorted by ID."""
    # Each module of a rule takes a tenth of a millisecond, and `baseline` needs two of three.
    from navra_stacks.check.production_rules import PRODUCTION_RULES

    return tuple(sorted((*BASELINE_RULES, *PRODUCTION_RULES), key=lambda rule: rule.id))
