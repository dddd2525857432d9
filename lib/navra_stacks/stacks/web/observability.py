"""The alarms and the dashboard of an environment."""

from __future__ import annotations

from collections.abc import Mapping

from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.observability.dashboard import Dashboard
from navra_stacks.constructs.observability.environment_alarms import EnvironmentAlarms
from navra_stacks.constructs.observability.log_group import LogGroup
from navra_stacks.constructs.observability.metrics import MonitoredEnvironment, MonitoredService
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.compute.task_count import minimum_task_count
from navra_stacks.settings.data.cache import Cache
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.web.data import Data
from navra_stacks.stacks.web.load_balancing import LoadBalancing

__all__ = ["Observability"]


class Observability:
    """Alarms and a dashboard for the load balancer, the services and the data stores."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        env: EnvironmentContext,
        load_balancing: LoadBalancing,
        data: Data,
        log_groups: Mapping[str, LogGroup],
    ) -> None:
        self._environment = environment
        self._env = env
        self.monitored = self._monitored(load_balancing, data)
        settings = environment.alarms
        self.alarms = (
            None
            if settings is None
            else EnvironmentAlarms(
                scope,
                "alarms",
                settings=settings,
                monitored=self.monitored,
                env=env,
                log_groups=log_groups,
            )
        )
        """The alarms of the environment; None if alarms are off."""
        if environment.hardening.dashboard:
            Dashboard(scope, "dashboard", env=env, monitored=self.monitored, alarms=self.alarms)

    def _monitored(self, load_balancing: LoadBalancing, data: Data) -> MonitoredEnvironment:
        names, cache = self._env.names, self._environment.cache
        nodes = cache.nodes if isinstance(cache, Cache) else 0
        return MonitoredEnvironment(
            load_balancer=load_balancing.load_balancer.arn_suffix,
            cluster=names.cluster,
            services=tuple(
                self._service(service, load_balancing) for service in self._environment.services
            ),
            container_insights=self._environment.hardening.container_insights,
            database=None if data.database is None else names.database,
            cache_cores=cache.few_cores if isinstance(cache, Cache) else None,
            cache_nodes=tuple(f"{names.cache}-{number:03}" for number in range(1, nodes + 1)),
        )

    def _service(self, service: Service, load_balancing: LoadBalancing) -> MonitoredService:
        groups = load_balancing.target_groups_of(service.name)
        return MonitoredService(
            name=service.name,
            ecs_name=self._env.names.service(service.name),
            target_groups=tuple(group.arn_suffix for group in groups),
            min_tasks=minimum_task_count(service, self._environment.autoscaling_of(service)),
        )
