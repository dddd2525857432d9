"""The context of an environment, for tests of a construct on its own."""

from __future__ import annotations

from typing import Any

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.naming import Names


def environment_context(
    names: Names, *, account: str, region: str, **values: Any
) -> EnvironmentContext:
    """A context without protection or a key, changed by `values`."""
    settings: dict[str, Any] = {
        "log_retention_days": 30,
        "deletion_protection": False,
        "key_deletion_window_days": 7,
    }
    return EnvironmentContext(
        names=names, location=AccountRegion(account, region), **(settings | values)
    )
