"""Every hardening that an environment can turn on, each alone."""

from typing import Any, Self

from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.data.backup_plan import Backups
from navra_stacks.settings.load_balancing.access_logs import AccessLogs
from navra_stacks.settings.load_balancing.response_headers import ResponseHeaders
from navra_stacks.settings.load_balancing.waf import Waf
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.observability.alarms import Alarms

__all__ = ["Hardening"]


class Hardening(Settings):
    """The trade-offs of an environment: every toggle is off until it is asked for.

    What changes its shape has settings of its own: the VPC (`Environment.network`), the deployment
    strategy (`Service.deployment`), the state (`Environment.state`).
    """

    restricted_egress: bool = False
    """Security groups let out only what is named, instead of everything. While it is turned on or
    off where tasks run, new connections may fail for some seconds."""

    deletion_protection: bool = False
    """AWS refuses to delete the load balancer (FSBP ELB.6) and the database. Terraform refuses to
    delete or replace them, the cache, buckets, repositories and backups while they are described;
    taken out of the settings, a cache is deleted with a last snapshot, a secret after its recovery
    window."""

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
    """ECS Exec is on, with every session logged. Not part of `production()`: it is a way into
    running tasks, to be opened for a reason, and it wants a writable root file system. Turned off,
    it takes the log of its sessions with it."""

    backups: Backups | None = None
    """An AWS Backup plan over the database: a `Database`, or an existing one whose ARN is given."""

    @property
    def key_deletion_window_days(self) -> int:
        """Days until a key that is to be deleted is gone: AWS offers 7-30."""
        return 30 if self.deletion_protection else 7

    @classmethod
    def relaxed(cls, **changes: Any) -> Self:
        """Nothing on but the `changes` named: cheap, and deletable."""
        return cls(**changes)

    @classmethod
    def production(cls, **changes: Any) -> Self:
        """Every protection on, with the `changes` named; `audited_exec` stays off.

        Nobody can know here whom its alarms tell: until ``alarms=Alarms(emails=...)`` is given,
        Terraform asks at each plan.
        """
        everything: dict[str, Any] = {
            "restricted_egress": True,
            "deletion_protection": True,
            "container_insights": True,
            "waf": Waf(),
            "access_logs": AccessLogs(),
            "response_headers": ResponseHeaders(),
            "autoscaling": Autoscaling(),
            "alarms": Alarms(emails=None),
            "dashboard": True,
            "customer_managed_keys": True,
            "backups": Backups(),
        }
        return cls(**(everything | changes))
