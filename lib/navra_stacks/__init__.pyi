"""The public names of the library, each stated here once: `__init__.py` reads this file."""

from . import errors as errors, settings as settings
from .errors import (
    NavraError as NavraError,
    SettingsError as SettingsError,
    SettingsProblem as SettingsProblem,
)
from .settings.compute.autoscaling import Autoscaling as Autoscaling
from .settings.compute.capacity_provider import CapacityProviderStrategy as CapacityProviderStrategy
from .settings.compute.container import Container as Container
from .settings.compute.deployment import Deployment as Deployment
from .settings.compute.egress import Egress as Egress
from .settings.compute.health_check import HealthCheck as HealthCheck
from .settings.compute.iam_permission import IamPermission as IamPermission
from .settings.compute.image import EcrImage as EcrImage, RegistryImage as RegistryImage
from .settings.compute.one_off_task import OneOffTask as OneOffTask
from .settings.compute.scheduled_scaling import ScheduledAction as ScheduledAction
from .settings.compute.service import Service as Service
from .settings.compute.sidecars import (
    FireLens as FireLens,
    OpenTelemetryCollector as OpenTelemetryCollector,
)
from .settings.compute.traffic_shifting import (
    LifecycleHook as LifecycleHook,
    RollbackAlarms as RollbackAlarms,
    TestTraffic as TestTraffic,
)
from .settings.compute.writable_path import OwnedVolume as OwnedVolume, Tmpfs as Tmpfs
from .settings.data.backup_plan import Backups as Backups
from .settings.data.cache import Cache as Cache
from .settings.data.database import Database as Database
from .settings.data.database_parts import DatabaseParts as DatabaseParts
from .settings.data.secrets import Secret as Secret
from .settings.delivery.ecr_repositories import EcrRepositories as EcrRepositories
from .settings.delivery.github import GitHubDeployRole as GitHubDeployRole
from .settings.delivery.github_workflows import GitHubWorkflows as GitHubWorkflows
from .settings.environment import Environment as Environment
from .settings.existing.data_stores import (
    ExistingCache as ExistingCache,
    ExistingDatabase as ExistingDatabase,
)
from .settings.existing.existing_ids import ExistingIds as ExistingIds
from .settings.existing.import_inventory import (
    ImportedResource as ImportedResource,
    ImportInventory as ImportInventory,
)
from .settings.hardening import Hardening as Hardening
from .settings.load_balancing.access_logs import AccessLogs as AccessLogs
from .settings.load_balancing.domain import Domain as Domain
from .settings.load_balancing.hosted_zone import (
    CrossAccountZone as CrossAccountZone,
    DelegatedZone as DelegatedZone,
)
from .settings.load_balancing.load_balancer import LoadBalancer as LoadBalancer
from .settings.load_balancing.response_headers import ResponseHeaders as ResponseHeaders
from .settings.load_balancing.routing import Route as Route, Routing as Routing
from .settings.load_balancing.waf import Waf as Waf, WafException as WafException
from .settings.networking.vpc import (
    DefaultVpc as DefaultVpc,
    ExistingVpc as ExistingVpc,
    PrivateVpc as PrivateVpc,
)
from .settings.observability.alarms import Alarms as Alarms
from .settings.observability.log_pattern_alarm import LogPatternAlarm as LogPatternAlarm
from .settings.observability.logs import Logs as Logs
from .settings.observability.thresholds import (
    CacheThresholds as CacheThresholds,
    DatabaseThresholds as DatabaseThresholds,
    ServiceThresholds as ServiceThresholds,
)
from .settings.state import LocalState as LocalState, S3State as S3State
from .stacks.synthesis import Synthesized as Synthesized, synthesize as synthesize
from .stacks.web.stack import WebStack as WebStack
from .terraform.document import TerraformDocument as TerraformDocument

__version__: str
