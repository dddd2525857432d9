"""Every hardening that an environment can turn on, each alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from navra_stacks.errors import Problem
from navra_stacks.settings.base import Settings, rule
from navra_stacks.settings.data import Backups
from navra_stacks.settings.deployment import Autoscaling
from navra_stacks.settings.edge import AccessLogs, ResponseHeaders, Waf
from navra_stacks.settings.observability import Alarms

__all__ = ["Hardening"]


class Hardening(Settings):
    """The trade-offs of an environment: every toggle is off until it is asked for.

    What changes its shape has settings of its own: the VPC (`Environment.network`), the deployment
    strategy (`Service.deployment`), the state (`Environment.state`).
    """

    restricted_egress: bool = False
    """Security groups let out only what is named, instead of everything."""

    deletion_protection: bool = False
    """The load balancer refuses to be deleted (FSBP ELB.6)."""

    container_insights: bool = False
    """The cluster reports Container Insights with enhanced observability, which costs extra."""

    waf: Waf | None = None
    """A web ACL before the load balancer (FSBP ELB.16)."""

    access_logs: AccessLogs | None = None
    """Access and connection logs of the load balancer in S3 (FSBP ELB.5)."""

    response_headers: ResponseHeaders | None = None
    """Security headers that the HTTPS listener adds."""

    autoscaling: Autoscaling | None = None
    """Autoscaling of every service that has none of its own."""

    alarms: Alarms | None = None
    """Alarms on health, errors, latency and load."""

    dashboard: bool = False
    """A CloudWatch dashboard of the environment."""

    customer_managed_keys: bool = False
    """Logs, secrets and data are encrypted with keys of the environment's own."""

    audited_exec: bool = False
    """ECS Exec is on, with every session logged."""

    backups: Backups | None = None
    """An AWS Backup plan over the database: a `Database`, or an existing one whose ARN is given."""

    @classmethod
    def relaxed(cls, **changes: Any) -> Self:
        """Nothing on but the `changes` named: cheap, and deletable."""
        return cls(**changes)

    @classmethod
    def production(cls, **changes: Any) -> Self:
        """Everything on, with the `changes` named."""
        everything: dict[str, Any] = {
            "restricted_egress": True,
            "deletion_protection": True,
            "container_insights": True,
            "waf": Waf(),
            "access_logs": AccessLogs(),
            "response_headers": ResponseHeaders(),
            "autoscaling": Autoscaling(),
            "alarms": Alarms(),
            "dashboard": True,
            "customer_managed_keys": True,
            "audited_exec": True,
            "backups": Backups(),
        }
        return cls(**(everything | changes))

    @rule
    def _is_built(self) -> Iterator[Problem]:
        for name in _DECLARED_ONLY:
            if getattr(self, name):
                yield Problem(
                    name,
                    "is declared, but this version of the library does not build it yet",
                    "leave it off, so that nobody relies on a protection that is not there",
                )


_DECLARED_ONLY = (
    "access_logs",
    "alarms",
    "audited_exec",
    "autoscaling",
    "customer_managed_keys",
    "dashboard",
    "response_headers",
    "waf",
)
"""Toggles without a construct: turning one on is refused, rather than silently ignored."""
