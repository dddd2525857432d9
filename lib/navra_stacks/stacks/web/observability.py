"""What watches an environment: alarms, and a dashboard."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.observability.dashboard import Dashboard
from navra_stacks.constructs.observability.environment_alarms import Alarms
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.constructs.observability.metrics import MonitoredEnvironment, MonitoredService
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.compute.task_count import least_count
from navra_stacks.settings.data.cache import Cache as CacheSettings
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.web.data import DataLayer
from navra_stacks.stacks.web.load_balancing import Edge

__all__ = ["Observability"]


class Observability:
    """Alarms and a dashboard, where they are asked for, over everything that runs."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        location: Location,
        edge: Edge,
        data: DataLayer,
        log_groups: Mapping[str, LogGroup],
    ) -> None:
        self._scope = scope
        self._environment = environment
        self.watched = self._watched(edge, data)
        self.alarms = self._alarms(location, log_groups)
        if environment.hardening.dashboard:
            self._dashboard()

    def _watched(self, edge: Edge, data: DataLayer) -> MonitoredEnvironment:
        names, cache = self._environment.names, self._environment.cache
        nodes = cache.nodes if isinstance(cache, CacheSettings) else 0
        return MonitoredEnvironment(
            load_balancer=edge.load_balancer.arn_suffix,
            cluster=names.cluster,
            services=tuple(self._service(one, edge) for one in self._environment.services),
            container_insights=self._environment.hardening.container_insights,
            database=None if data.database is None else names.database,
            cache_nodes=tuple(f"{names.cache}-{number:03}" for number in range(1, nodes + 1)),
        )

    def _service(self, service: Service, edge: Edge) -> MonitoredService:
        scaling = self._environment.autoscaling_of(service)
        groups = edge.target_groups_of(service.name)
        return MonitoredService(
            name=service.name,
            ecs_name=self._environment.names.service(service.name),
            target_groups=tuple(group.arn_suffix for group in groups),
            least_tasks=least_count(service, scaling),
        )

    def _alarms(self, location: Location, log_groups: Mapping[str, LogGroup]) -> Alarms | None:
        settings = self._environment.hardening.alarms
        if settings is None:
            return None
        return Alarms(
            self._scope,
            "alarms",
            settings=settings,
            watched=self.watched,
            names=self._environment.names,
            location=location,
            log_group_names={name: group.name for name, group in log_groups.items()},
            deletion_window_days=self._environment.hardening.key_deletion_window_days,
        )

    def _dashboard(self) -> None:
        Dashboard(
            self._scope,
            "dashboard",
            name=self._environment.names.dashboard,
            region=self._environment.region,
            watched=self.watched,
            alarm_arns=[] if self.alarms is None else self.alarms.arns,
            log_patterns={} if self.alarms is None else self.alarms.log_patterns,
        )
