"""Hardening of an environment: measures that can be turned on separately."""

from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.data.backup_plan import Backups
from navra_stacks.settings.load_balancing.access_logs import AccessLogs
from navra_stacks.settings.load_balancing.response_headers import ResponseHeaders
from navra_stacks.settings.load_balancing.waf import Waf
from navra_stacks.settings.model.arguments import variant
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.observability.alarms import Alarms

__all__ = ["Hardening"]


class Hardening(Settings):
    """Hardening measures for an environment; each can be turned on separately.

    All measures are off by default. Choices between architectures are separate settings: the VPC
    (`Environment.network`), the deployment strategy (`Service.deployment`), the state
    (`Environment.state`).
    """

    restricted_egress: bool = False
    """True to allow outbound traffic only to known destinations, instead of to all addresses. A
    change of this setting while tasks are running can make new connections fail for some
    seconds."""

    deletion_protection: bool = False
    """True to protect resources from deletion. AWS rejects the deletion of the load balancer
    (FSBP ELB.6) and the database. Terraform rejects plans that delete or replace the load
    balancer, the database, the cache, buckets, repositories or the backup vault, as long as the
    settings describe these resources. A cache that is removed from the settings is deleted with
    a final snapshot, and a secret is deleted after its recovery window."""

    container_insights: bool = False
    """True to turn on Container Insights with enhanced observability for the cluster, at extra
    cost."""

    waf: Waf | None = None
    """An AWS WAF web ACL for the load balancer (FSBP ELB.16); None for no web ACL."""

    access_logs: AccessLogs | None = None
    """Access and connection logs of the load balancer in S3 (FSBP ELB.5); None for no logs."""

    response_headers: ResponseHeaders | None = None
    """Security headers that the HTTPS listener adds to responses; None to add no headers."""

    autoscaling: Autoscaling | None = None
    """Autoscaling of every service that does not set `Service.autoscaling`; None for no
    autoscaling."""

    alarms: Alarms | None = None
    """Alarms on health, errors, latency and load; None for no alarms."""

    dashboard: bool = False
    """True to create a CloudWatch dashboard for the environment."""

    customer_managed_keys: bool = False
    """True to encrypt logs, secrets and data with KMS keys that are created for the environment."""

    audited_exec: bool = False
    """True to enable ECS Exec and log every session. ECS Exec gives shell access to running tasks,
    so turn `audited_exec` on only while such access is needed; `production()` does not include it.
    ECS Exec needs a writable root file system in every container. Turning `audited_exec` off
    deletes the log of the sessions."""

    backups: Backups | None = None
    """An AWS Backup plan for a `Database`, or for an `ExistingDatabase` whose `arn` is set; None
    for no plan."""

    @property
    def key_deletion_window_days(self) -> int:
        """Days between scheduling a KMS key for deletion and deleting it.

        30 with `deletion_protection`, else 7 (AWS allows 7-30).
        """
        return 30 if self.deletion_protection else 7

    @classmethod
    @variant
    def relaxed(cls, **changes: "Unpack[HardeningChanges]") -> Self:
        """Return settings with every measure off, except those in `changes`.

        An environment with these settings is cheap, and easy to delete.
        """
        return cls(**changes)

    @classmethod
    @variant
    def production(cls, **changes: "Unpack[HardeningChanges]") -> Self:
        """Return settings with every measure on except `audited_exec`; `changes` override them.

        The recipients of the alarms have no default: unless `changes` contains
        ``alarms=Alarms(...)``, the email addresses are a Terraform variable that must be set at
        each plan.
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
