"""Who may connect to whom: every security group of an environment, and every rule."""

from __future__ import annotations

from cdktf import ITerraformDependable

from navra_stacks.constructs.networking.existing_vpc import Network
from navra_stacks.constructs.networking.security_groups import ANYWHERE, Connections, Peer
from navra_stacks.naming import slug
from navra_stacks.settings.data.cache import REDIS_PORT, Cache as CacheSettings
from navra_stacks.settings.data.database import POSTGRES_PORT, Database as DatabaseSettings
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.existing.data_stores import ExistingCache, ExistingDatabase
from navra_stacks.settings.networking.vpc import PrivateVpc

__all__ = ["Access"]


class Access:
    """From anywhere to the load balancer, to the services, to what each of them needs."""

    def __init__(
        self, environment: Environment, *, connections: Connections, network: Network
    ) -> None:
        self._environment = environment
        self._connections = connections
        self.groups: dict[str, Peer] = {}
        """By service, and under ``alb``, ``database``, ``cache`` and ``endpoints``."""
        self.of_service: dict[str, list[ITerraformDependable]] = {}
        """The rules without which a service's tasks are not reached, or reach nothing. A service
        that moves to another port waits for the new rule, and the old one outlives the move."""
        self._open_load_balancer()
        self._lead_to_services(https_out=network.https_out)
        names = environment.names
        self._lead_to_data(
            "database", environment.database, POSTGRES_PORT, names.database_security_group
        )
        self._lead_to_data("cache", environment.cache, REDIS_PORT, names.cache_security_group)
        self.to_endpoints: list[ITerraformDependable] = self._lead_to_endpoints()
        """The rules without which a task reaches no endpoint."""

    def _open_load_balancer(self) -> None:
        alb = self._group(
            "alb",
            name=self._environment.names.load_balancer_security_group,
            description="Load balancer",
        )
        self._connections.allow(ANYWHERE, alb, 80, "HTTP from anywhere, sent on to HTTPS")
        self._connections.allow(ANYWHERE, alb, 443, "HTTPS from anywhere")

    def _lead_to_services(self, *, https_out: Peer) -> None:
        for service in self._environment.services:
            name, port = service.name, service.container.port
            group = self._group(
                name,
                name=self._environment.names.service_security_group(name),
                description=f"Tasks of {name}",
            )
            rules = self.of_service[name] = []
            if service.takes_traffic and port is not None:
                rules += self._connections.allow(
                    self.groups["alb"], group, port, f"Load balancer to {name}"
                )
            if self._environment.hardening.restricted_egress:
                rules += self._connections.allow(group, https_out, 443, f"HTTPS from {name}")

    def _lead_to_data(
        self,
        key: str,
        settings: DatabaseSettings | ExistingDatabase | CacheSettings | ExistingCache | None,
        port: int | None,
        name: str,
    ) -> None:
        """Let the services that inject the URL of a database or a cache connect to it."""
        if settings is None:
            return
        if isinstance(settings, ExistingDatabase | ExistingCache):
            port = settings.port
            peer = Peer(
                key, security_group_id=settings.security_group_id, cidr=settings.cidr, foreign=True
            )
        else:
            peer = self._group(key, name=name, description=key.capitalize(), initiates=False)
        if port is None:  # it is known where it is reached, or nothing is restricted
            return
        for service in self._environment.services:
            if settings.url_secret in service.injected:
                self.of_service[service.name] += self._connections.allow(
                    self.groups[service.name], peer, port, f"{service.name} to the {key}"
                )

    def _lead_to_endpoints(self) -> list[ITerraformDependable]:
        network = self._environment.network
        if not isinstance(network, PrivateVpc) or not network.has_endpoints:
            return []
        endpoints = self._group(
            "endpoints",
            name=self._environment.names.endpoints_security_group,
            description="Interface endpoints",
        )
        return [
            rule
            for service in self._environment.services
            for rule in self._connections.allow(
                self.groups[service.name], endpoints, 443, f"{service.name} to AWS services"
            )
        ]

    def _group(self, key: str, *, name: str, description: str, initiates: bool = True) -> Peer:
        group = self.groups[key] = self._connections.group(
            slug(key),
            name=name,
            description=f"{description} of {self._environment.names.stack}",
            initiates=initiates,
        )
        return group
