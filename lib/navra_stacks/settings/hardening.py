"""The hardenings of an environment, each a separate toggle."""

from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.data.backup_plan import Backups
from navra_stacks.settings.load_balancing.access_logs import AccessLogs
from navra_stacks.settings.load_balancing.response_headers import ResponseHeaders
from navra_stacks.settings.load_balancing.waf import Waf
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.observability.alarms import Alarms

__all__ = ["Hardening"]


class Hardening(Settings):
    """Toggles for the hardenings of an environment; all are off by default.

    Choices between architectures are separate settings: the VPC (`Environment.network`), the
    deployment strategy (`Service.deployment`), the state (`Environment.state`).
    """

    restricted_egress: bool = False
    """Security groups allow outbound traffic only to known destinations, instead of everywhere.
    Turning it on or off while tasks are running can make new connections fail for some seconds."""

    deletion_protection: bool = False
    """AWS rejects the deletion of the load balancer (FSBP ELB.6) and the database. Terraform
    rejects plans that delete or replace them, the cache, buckets, repositories or the backup vault,
    as long as the settings describe them. If it is removed from the settings, a cache is deleted
    with a final snapshot, and a secret after its recovery window."""

    container_insights: bool = False
    """The cluster reports Container Insights with enhanced observability, which costs extra."""

    waf: Waf | None = None
    """An AWS WAF web ACL for the load balancer (FSBP ELB.16)."""

    access_logs: AccessLogs | None = None
    """Access and connection logs of the load balancer in S3 (FSBP ELB.5)."""

    response_headers: ResponseHeaders | None = None
    """Security headers that the HTTPS listener adds."""

    autoscaling: Autoscaling | None = None
    """Autoscaling of every service without its own `autoscaling`."""

    alarms: Alarms | None = None
    """Alarms on health, errors, latency and load."""

    dashboard: bool = False
    """A CloudWatch dashboard of the environment."""

    customer_managed_keys: bool = False
    """Logs, secrets and data are encrypted with the environment's own KMS keys."""

    audited_exec: bool = False
    """ECS Exec is enabled, with every session logged. Not included in `production()`: it gives
    shell access to running tasks, so it should be enabled for a reason only, and it needs a
    writable root file system. Turning it off deletes the log of its sessions."""

    backups: Backups | None = None
    """An AWS Backup plan for the database: a `Database`, or an `ExistingDatabase` with its ARN."""

    @property
    def key_deletion_window_days(self) -> int:
        """Days until a KMS key that is scheduled for deletion is deleted: AWS allows 7-30."""
        return 30 if self.deletion_protection else 7

    @classmethod
    def relaxed(cls, **changes: "Unpack[HardeningChanges]") -> Self:
        """Everything off except the given `changes`: cheap, and easy to delete."""
        return cls(**changes)

    @classmethod
    def production(cls, **changes: "Unpack[HardeningChanges]") -> Self:
        """Every hardening on except `audited_exec`, with the given `changes`.

        The recipients of the alarms cannot have a default: until ``alarms=Alarms(emails=...)`` is
        set, they are a Terraform variable, to be entered at each plan.
        """
        everything: HardeningChanges = {
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
        everything.update(changes)
        return cls(**everything)

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[HardeningChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class HardeningChanges(TypedDict, total=False):
        restricted_egress: bool
        deletion_protection: bool
        container_insights: bool
        waf: Waf | None
        access_logs: AccessLogs | None
        response_headers: ResponseHeaders | None
        autoscaling: Autoscaling | None
        alarms: Alarms | None
        dashboard: bool
        customer_managed_keys: bool
        audited_exec: bool
        backups: Backups | None
