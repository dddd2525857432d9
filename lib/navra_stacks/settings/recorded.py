"""What an environment that was made by hand is known to have: ids that nobody may lose."""

from __future__ import annotations

from typing import Annotated

from navra_stacks.settings.base import Settings
from navra_stacks.settings.frozen_mapping import EMPTY, FrozenMapping
from navra_stacks.settings.scalars import Name, SecurityGroupId, between

__all__ = ["Recorded"]

Revision = Annotated[int, between(1, 1_000_000, "a task definition revision")]


class Recorded(Settings):
    """Ids of what exists already, so that it is adopted rather than made a second time.

    They change no resource. They are written into the document as ``local.recorded``, from the
    Terraform address to what exists under it, where reviewers and adoption find them.
    """

    load_balancer_security_group: SecurityGroupId | None = None
    """The load balancer's security group."""

    service_security_groups: FrozenMapping[Name, SecurityGroupId] = EMPTY
    """The security group of each service."""

    task_definition_revisions: FrozenMapping[Name, Revision] = EMPTY
    """The task definition revision that each service ran when it was recorded: what to go back
    to."""
