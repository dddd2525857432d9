"""Security groups with their rules, and interface endpoints."""

from __future__ import annotations

from dataclasses import dataclass, field

from cdktf import ITerraformDependable
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.constructs.networking.security_groups import ANYWHERE, Connections, Peer
from navra_stacks.constructs.networking.vpc_endpoints import InterfaceEndpoints
from navra_stacks.naming import slug
from navra_stacks.settings.data.cache import REDIS_PORT, Cache
from navra_stacks.settings.data.database import POSTGRES_PORT, Database
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.existing.data_stores import ExistingCache, ExistingDatabase
from navra_stacks.settings.networking.vpc import PrivateVpc

__all__ = ["Connectivity", "SecurityGroups"]


@dataclass
class SecurityGroups:
    """The security groups of an environment."""

    load_balancer: Peer

    services: dict[str, Peer] = field(default_factory=dict)
    """The security groups of the tasks, by service name."""

    database: Peer | None = None
    """The security group of the database; None if the stack manages no database."""

    cache: Peer | None = None
    """The security group of the cache; None if the stack manages no cache."""

    endpoints: Peer | None = None
    """The security group of the interface endpoints; None if the stack creates none."""


class Connectivity:
    """The security groups and rules of the load balancer, services, data stores and endpoints."""

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        env: EnvironmentContext,
        vpc: VpcNetwork,
    ) -> None:
        self._environment = environment
        self._env = env
        self.connections = Connections(
            scope,
            "connections",
            vpc_id=vpc.vpc_id,
            restricted_egress=environment.hardening.restricted_egress,
        )
        self.security_groups = SecurityGroups(load_balancer=self._allow_clients())
        self._allow_services(https_egress=vpc.https_egress)
        names = env.names
        self.security_groups.database = self._allow_data_store(
            "database", environment.database, POSTGRES_PORT, names.database_security_group
        )
        self.security_groups.cache = self._allow_data_store(
            "cache", environment.cache, REDIS_PORT, names.cache_security_group
        )
        self._endpoints = self._add_endpoints(scope, vpc)

    def task_dependencies(self, service: str) -> list[ITerraformDependable]:
        """Return the endpoints and security group rules that the tasks of a service depend on.

        When the port of a service changes, Terraform creates the new rules before it updates the
        service, and destroys the old rules afterwards.
        """
        rules = self.connections.rules_of(self.security_groups.services[service])
        return [*self._endpoints, *(rule for rule in rules if rule not in self._endpoints)]

    def _allow_clients(self) -> Peer:
        group = self._group(
            "alb",
            name=self._env.names.load_balancer_security_group,
            description="Load balancer",
        )
        self.connections.allow(ANYWHERE, group, 80, "HTTP from anywhere, sent on to HTTPS")
        self.connections.allow(ANYWHERE, group, 443, "HTTPS from anywhere")
        return group

    def _allow_services(self, *, https_egress: Peer) -> None:
        groups = self.security_groups
        for service in self._environment.services:
            name, port = service.name, service.container.port
            group = groups.services[name] = self._group(
                name,
                name=self._env.names.service_security_group(name),
                description=f"Tasks of {name}",
            )
            if service.receives_traffic and port is not None:
                self.connections.allow(
                    groups.load_balancer, group, port, f"Load balancer to {name}"
                )
            if self._environment.hardening.restricted_egress:
                self.connections.allow(group, https_egress, 443, f"HTTPS from {name}")
                for egress in service.egress:
                    key = "anywhere" if egress.is_anywhere else slug(egress.cidr)
                    destination = Peer(key, cidr=egress.cidr)
                    self.connections.allow(
                        group, destination, egress.port, f"{name} to {egress.cidr}"
                    )

    def _allow_data_store(
        self,
        key: str,
        settings: Database | ExistingDatabase | Cache | ExistingCache | None,
        port: int | None,
        name: str,
    ) -> Peer | None:
        """Allow connections from the services that inject a secret of a database or a cache.

        Returns:
            The security group of a database or a cache that the stack manages, otherwise None.
        """
        if settings is None:
            return None
        group = None
        if isinstance(settings, ExistingDatabase | ExistingCache):
            port = settings.port
            peer = Peer(
                key,
                security_group_id=settings.security_group_id,
                cidr=settings.cidr,
                managed_elsewhere=True,
            )
        else:
            group = peer = self._group(
                key, name=name, description=key.capitalize(), initiates=False
            )
        if port is None:  # the settings require a port if egress is restricted
            return group
        for service in self._environment.services:
            if settings.secret_names & service.injected_secrets:
                self.connections.allow(
                    self.security_groups.services[service.name],
                    peer,
                    port,
                    f"{service.name} to the {key}",
                )
        return group

    def _add_endpoints(self, scope: Construct, vpc: VpcNetwork) -> list[ITerraformDependable]:
        """Create the interface endpoints; return them and the rules that allow access to them."""
        network = self._environment.network
        if not isinstance(network, PrivateVpc) or not network.has_endpoints:
            return []
        group = self.security_groups.endpoints = self._group(
            "endpoints",
            name=self._env.names.endpoints_security_group,
            description="Interface endpoints",
        )
        rules = [
            rule
            for service in self._environment.services
            for rule in self.connections.allow(
                self.security_groups.services[service.name],
                group,
                443,
                f"{service.name} to AWS services",
            )
        ]
        endpoints = InterfaceEndpoints(
            scope,
            "endpoints",
            env=self._env,
            vpc=vpc,
            security_group=group,
            exec_sessions=self._environment.hardening.audited_exec,
        )
        return [*endpoints.all, *rules]

    def _group(self, key: str, *, name: str, description: str, initiates: bool = True) -> Peer:
        return self.connections.group(
            slug(key),
            name=name,
            description=f"{description} of {self._env.names.stack}",
            initiates=initiates,
        )
