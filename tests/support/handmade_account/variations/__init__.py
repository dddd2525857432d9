"""Variations of the handmade environment: what people create differently.

There is one module for each kind. A variation is a short function that changes a
:class:`HandmadeEnvironment` after it was built, or the arguments with which it is built:
``HandmadeEnvironment(console, **OTHER_NAMES)``.
"""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.variations import (
    cluster,
    containers,
    dns,
    listener_rules,
    load_balancer,
    log_groups,
    network,
    roles,
    services,
    target_groups,
)
from tests.support.handmade_account.variations.listener_rules import other_priorities
from tests.support.handmade_account.variations.load_balancer import (
    second_certificate,
    second_load_balancer,
)
from tests.support.handmade_account.variations.network import (
    other_rule_descriptions,
    rules_from_the_console,
)
from tests.support.handmade_account.variations.roles import SHARED_EXECUTION_ROLE
from tests.support.handmade_account.variations.tags import extra_tags
from tests.support.handmade_account.variations.unmanaged import (
    more_of_everything,
    secret_scheduled_for_deletion,
)
from tests.support.handmade_account.variations.variation import Kind, Variation, merged

__all__ = [
    "OTHER_NAMES",
    "SHARED_EXECUTION_ROLE",
    "VARIATIONS",
    "Kind",
    "Variation",
    "extra_tags",
    "merged",
    "more_of_everything",
    "other_priorities",
    "other_rule_descriptions",
    "rules_from_the_console",
    "second_certificate",
    "second_load_balancer",
    "secret_scheduled_for_deletion",
]

VARIATIONS = {
    variation.name: variation
    for module in (
        network,
        listener_rules,
        roles,
        containers,
        target_groups,
        load_balancer,
        services,
        cluster,
        log_groups,
        dns,
    )
    for variation in module.VARIATIONS
}
"""All variations, by name."""

OTHER_NAMES: dict[str, Any] = {
    "execution_roles": {"frontend": "WebTaskExecution", "backend": "ApiTaskExecution"},
    "task_roles": {"frontend": "WebTask", "backend": "ApiTask"},
    **target_groups.OTHER_NAMES,
}
"""Names of roles and target groups that differ from the naming scheme."""
