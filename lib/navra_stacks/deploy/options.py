"""How a deployment is carried out and followed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from navra_stacks.deploy.smoke import SmokeCheck

__all__ = ["Options"]


@dataclass(frozen=True)
class Options:
    """How a deployment is carried out and followed."""

    timeout_seconds: float | None = None
    """The time after which a deployment is rolled back; None: from the health settings."""

    migration_timeout_seconds: float = 3600

    poll_seconds: float = 5

    rollback_on_interrupt: bool = False
    """Whether an interruption stops the deployment, which then rolls back."""

    commit: str = ""
    """The commit of the image, for a tag of the registered revisions; empty for none."""

    actor: str = ""
    """Who deploys, for a tag of the registered revisions; empty for none."""

    clock: Callable[[], float] = field(default=time.monotonic)

    parallel: bool = False
    """Whether the services are moved at the same time, instead of one after the other."""

    progress: Callable[[str, str], None] = field(default=lambda service, text: None)
    """A function that is called with the name of a service and what its deployment does, each time
    that it is read; the text is empty when the deployment has ended.
    """

    smoke: SmokeCheck | None = None
    """The check of a service through its load balancer; None for no check."""
