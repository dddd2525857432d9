"""AWS environments of containerised web applications, described once, as Terraform JSON.

Describe an `Environment`, give it to `synthesize`. Settings, errors and the route compiler load
without node; `WebStack` and `synthesize` load cdktf when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

# isort: off
if TYPE_CHECKING:
    from navra_stacks.errors import (
        NavraError as NavraError,
        Problem as Problem,
        SettingsError as SettingsError,
    )
    from navra_stacks.settings.cache import Cache as Cache
    from navra_stacks.settings.capacity import FargateMix as FargateMix
    from navra_stacks.settings.container import Container as Container
    from navra_stacks.settings.data import (
        Backups as Backups,
        ExistingCache as ExistingCache,
        ExistingDatabase as ExistingDatabase,
        Secret as Secret,
    )
    from navra_stacks.settings.database import Database as Database
    from navra_stacks.settings.delivery import (
        GithubDelivery as GithubDelivery,
        Registry as Registry,
    )
    from navra_stacks.settings.deployment import (
        Autoscaling as Autoscaling,
        Deployment as Deployment,
    )
    from navra_stacks.settings.edge import (
        AccessLogs as AccessLogs,
        Domain as Domain,
        LoadBalancer as LoadBalancer,
        ResponseHeaders as ResponseHeaders,
        Waf as Waf,
    )
    from navra_stacks.settings.environment import Environment as Environment
    from navra_stacks.settings.hardening import Hardening as Hardening
    from navra_stacks.settings.health_check import HealthCheck as HealthCheck
    from navra_stacks.settings.images import EcrImage as EcrImage, RegistryImage as RegistryImage
    from navra_stacks.settings.inventory import Adopted as Adopted, Inventory as Inventory
    from navra_stacks.settings.network import (
        DefaultVpc as DefaultVpc,
        ExistingVpc as ExistingVpc,
        PrivateVpc as PrivateVpc,
    )
    from navra_stacks.settings.observability import (
        Alarms as Alarms,
        BudgetRejections as BudgetRejections,
        Logs as Logs,
    )
    from navra_stacks.settings.one_off_task import OneOffTask as OneOffTask
    from navra_stacks.settings.permission import Permission as Permission
    from navra_stacks.settings.recorded import Recorded as Recorded
    from navra_stacks.settings.routing import Route as Route, Routing as Routing
    from navra_stacks.settings.schedule import ScheduledAction as ScheduledAction
    from navra_stacks.settings.service import Service as Service
    from navra_stacks.settings.sidecars import (
        FireLens as FireLens,
        OpenTelemetryCollector as OpenTelemetryCollector,
    )
    from navra_stacks.settings.state import LocalState as LocalState, S3State as S3State
    from navra_stacks.settings.thresholds import (
        CacheThresholds as CacheThresholds,
        DatabaseThresholds as DatabaseThresholds,
    )
    from navra_stacks.settings.traffic import (
        LifecycleHook as LifecycleHook,
        RollbackAlarms as RollbackAlarms,
        TestTraffic as TestTraffic,
    )
    from navra_stacks.stack import WebStack as WebStack
    from navra_stacks.synthesis import Synthesized as Synthesized, synthesize as synthesize
# isort: on

# Each is imported when it is first asked for, so that what starts node can come before the rest.
_NAMES = {
    "errors": "NavraError Problem SettingsError",
    "settings.cache": "Cache",
    "settings.capacity": "FargateMix",
    "settings.container": "Container",
    "settings.data": "Backups ExistingCache ExistingDatabase Secret",
    "settings.database": "Database",
    "settings.delivery": "GithubDelivery Registry",
    "settings.deployment": "Autoscaling Deployment",
    "settings.edge": "AccessLogs Domain LoadBalancer ResponseHeaders Waf",
    "settings.environment": "Environment",
    "settings.hardening": "Hardening",
    "settings.health_check": "HealthCheck",
    "settings.images": "EcrImage RegistryImage",
    "settings.inventory": "Adopted Inventory",
    "settings.network": "DefaultVpc ExistingVpc PrivateVpc",
    "settings.observability": "Alarms BudgetRejections Logs",
    "settings.one_off_task": "OneOffTask",
    "settings.permission": "Permission",
    "settings.recorded": "Recorded",
    "settings.routing": "Route Routing",
    "settings.schedule": "ScheduledAction",
    "settings.service": "Service",
    "settings.sidecars": "FireLens OpenTelemetryCollector",
    "settings.state": "LocalState S3State",
    "settings.thresholds": "CacheThresholds DatabaseThresholds",
    "settings.traffic": "LifecycleHook RollbackAlarms TestTraffic",
    "stack": "WebStack",
    "synthesis": "Synthesized synthesize",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is not None:
        value = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
        return value
    if name in ("errors", "settings"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
