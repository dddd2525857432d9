"""AWS environments of containerised web applications, described once, as Terraform JSON.

Describe an `Environment`, give it to `synthesize`. Settings, errors and the route compiler load
without node; `WebStack` and `synthesize` load cdktf when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from navra_stacks.errors import NavraError, Problem, SettingsError
from navra_stacks.settings.cache import Cache
from navra_stacks.settings.capacity import FargateMix
from navra_stacks.settings.container import Container
from navra_stacks.settings.data import Backups, ExistingCache, ExistingDatabase, Secret
from navra_stacks.settings.database import Database
from navra_stacks.settings.delivery import GithubDelivery, Registry
from navra_stacks.settings.deployment import Autoscaling, Deployment
from navra_stacks.settings.edge import AccessLogs, Domain, LoadBalancer, ResponseHeaders, Waf
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.hardening import Hardening
from navra_stacks.settings.health_check import HealthCheck
from navra_stacks.settings.images import EcrImage, RegistryImage
from navra_stacks.settings.inventory import Adopted, Inventory
from navra_stacks.settings.network import DefaultVpc, ExistingVpc, PrivateVpc
from navra_stacks.settings.observability import Alarms, BudgetRejections, Logs
from navra_stacks.settings.one_off_task import OneOffTask
from navra_stacks.settings.permission import Permission
from navra_stacks.settings.recorded import Recorded
from navra_stacks.settings.routing import Route, Routing
from navra_stacks.settings.schedule import ScheduledAction
from navra_stacks.settings.service import Service
from navra_stacks.settings.sidecars import FireLens, OpenTelemetryCollector
from navra_stacks.settings.state import LocalState, S3State
from navra_stacks.settings.thresholds import CacheThresholds, DatabaseThresholds
from navra_stacks.settings.traffic import LifecycleHook, RollbackAlarms, TestTraffic

if TYPE_CHECKING:
    from navra_stacks.stack import WebStack
    from navra_stacks.synthesis import Synthesized, synthesize

__all__ = [
    "AccessLogs",
    "Adopted",
    "Alarms",
    "Autoscaling",
    "Backups",
    "BudgetRejections",
    "Cache",
    "CacheThresholds",
    "Container",
    "Database",
    "DatabaseThresholds",
    "DefaultVpc",
    "Deployment",
    "Domain",
    "EcrImage",
    "Environment",
    "ExistingCache",
    "ExistingDatabase",
    "ExistingVpc",
    "FargateMix",
    "FireLens",
    "GithubDelivery",
    "Hardening",
    "HealthCheck",
    "Inventory",
    "LifecycleHook",
    "LoadBalancer",
    "LocalState",
    "Logs",
    "NavraError",
    "OneOffTask",
    "OpenTelemetryCollector",
    "Permission",
    "PrivateVpc",
    "Problem",
    "Recorded",
    "Registry",
    "RegistryImage",
    "ResponseHeaders",
    "RollbackAlarms",
    "Route",
    "Routing",
    "S3State",
    "ScheduledAction",
    "Secret",
    "Service",
    "SettingsError",
    "Synthesized",
    "TestTraffic",
    "Waf",
    "WebStack",
    "synthesize",
]

_NEEDS_NODE = {
    "Synthesized": "navra_stacks.synthesis",
    "WebStack": "navra_stacks.stack",
    "synthesize": "navra_stacks.synthesis",
}


def __getattr__(name: str) -> object:
    """Load what needs cdktf only when it is asked for, so that importing this starts no node."""
    module = _NEEDS_NODE.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(module), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
