"""Networks."""

from __future__ import annotations

from typing import Any

__all__ = ["a_rule_that_names_a_group_has_a_description"]


def a_rule_that_names_a_group_has_a_description() -> None:
    """As one that names a range. Goes when moto's DescribeSecurityGroupRules tells it."""
    from moto.ec2.models import security_groups

    rule_class: Any = security_groups.SecurityGroupRule
    told = rule_class.description.fget
    rule_class.description = property(
        lambda rule: told(rule) or rule.source_group.get("Description")
    )
