"""The Terraform stack of one environment, composed of the areas of its architecture."""

from __future__ import annotations

# isort: split
from dataclasses import replace
from inspect import iscoroutinefunction, isgeneratorfunction, signature
from typing import Any

from cdktf import TerraformOutput, TerraformProvider
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.fargate_service import Placement
from navra_stacks.errors import NavraError, suggest
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.load_balancing.hosted_zone import CrossAccountZone
from navra_stacks.stacks.base import EnvironmentStack
from navra_stacks.stacks.web.connectivity import Connectivity
from navra_stacks.stacks.web.data import Data
from navra_stacks.stacks.web.delivery import DeployAccess, Images
from navra_stacks.stacks.web.encryption import Encryption
from navra_stacks.stacks.web.existing import ExistingResources
from navra_stacks.stacks.web.load_balancing import LoadBalancing
from navra_stacks.stacks.web.network import Network
from navra_stacks.stacks.web.observability import Observability
from navra_stacks.stacks.web.service import WebService

__all__ = ["WebStack"]


HOOKS = ("after_services", "before_services")
"""The methods of a stack that a subclass overrides to add resources."""


def _is_hook(member: object) -> bool:
    """Return whether a member of a class is a method that runs when it is called without arguments.

    A coroutine function or a generator function does not run then.
    """
    function = getattr(member, "__func__", member)  # of a static method or a class method
    if not callable(function) or iscoroutinefunction(function) or isgeneratorfunction(function):
        return False
    try:
        signature(function).bind(*(() if isinstance(member, staticmethod) else (None,)))
    except TypeError:
        return False
    return True


class WebStack(EnvironmentStack):
    """The stack of an environment: ECS Fargate services behind one load balancer and host name.

    A subclass adds resources in `before_services` and `after_services`, and refers to the stack's
    constructs by its public attributes.
    """

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Refuse a hook that cannot be called, and a method whose name is almost that of a hook.

        The latter would never be called.

        Raises:
            NavraError: the class has such a method.
        """
        super().__init_subclass__(**arguments)
        for name, member in vars(cls).items():
            hook = suggest(name, HOOKS, cutoff=0.8)
            if hook is not None and name not in HOOKS:
                raise NavraError(f"{cls.__name__}.{name} is not a hook; did you mean {hook}?")
            if hook is not None and not _is_hook(member):
                raise NavraError(
                    f"{cls.__name__}.{name} cannot be called as a hook; write `def {name}(self)`"
                )

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, name=environment.names.stack)

    def compose(self) -> None:
        """Create the areas of the architecture in the order of their dependencies."""
        environment = self.environment
        encryption = Encryption(self, environment, env=self.env)
        self.exec_sessions = encryption.exec_sessions
        self.env = replace(self.env, kms_key=encryption.kms_key)

        self.network = Network(self, environment, env=self.env).vpc
        connectivity = Connectivity(self, environment, env=self.env, vpc=self.network)
        self.connections = connectivity.connections
        self.security_groups = connectivity.security_groups

        data = Data(
            self,
            environment,
            env=self.env,
            vpc=self.network,
            security_groups=self.security_groups,
        )
        self.secrets = data.secrets
        self.database = data.database
        self.cache = data.cache
        self.backups = data.backups

        load_balancing = LoadBalancing(
            self,
            environment,
            env=self.env,
            vpc=self.network,
            security_groups=self.security_groups,
            zone_provider=self._zone_provider(),
        )
        self.target_groups = load_balancing.target_groups
        self.alternate_target_groups = load_balancing.alternate_target_groups
        self.dns = load_balancing.dns
        self.certificate = load_balancing.certificate
        self.access_logs = load_balancing.access_logs
        self.load_balancer = load_balancing.load_balancer
        self.web_acl = load_balancing.web_acl
        self.listener_rules = load_balancing.listener_rules

        self.cluster = Cluster(
            self,
            "cluster",
            env=self.env,
            container_insights=environment.hardening.container_insights,
            exec_logging=self.exec_sessions,
            spot=any(service.capacity is not None for service in environment.services),
        )
        self.image_repositories = Images(self, environment, env=self.env).repositories
        self.before_services()
        services_scope = Construct(self, "services")
        self.services = {
            service.name: WebService(
                Construct(services_scope, service.name),
                environment,
                env=self.env,
                settings=service,
                placement=self._placement(service),
                data=data,
                load_balancing=load_balancing,
                exec_sessions=self.exec_sessions,
                depends_on=[
                    *self.network.task_dependencies,
                    *connectivity.task_dependencies(service.name),
                ],
            )
            for service in environment.services
        }
        for service in self.services.values():
            self.connections.add_dependent(service.security_group, service.add_dependency)
        self.deploy_role = DeployAccess(
            self,
            environment,
            vpc=self.network,
            env=self.env,
            cluster=self.cluster,
            roles=[service.roles for service in self.services.values()],
        ).role

        observability = Observability(
            self,
            environment,
            env=self.env,
            load_balancing=load_balancing,
            data=data,
            log_groups={name: service.log_group for name, service in self.services.items()},
        )
        self.monitored = observability.monitored
        self.alarms = observability.alarms

        self.after_services()
        self.existing = ExistingResources(
            self,
            environment,
            env=self.env,
            load_balancer=self.load_balancer,
            services={name: one.fargate_service for name, one in self.services.items()},
        )
        self._add_outputs()

    def before_services(self) -> None:
        """Add resources before the services are created; override it in a subclass.

        The network, the connections, the data stores, the load balancer and the cluster exist. A
        service depends on the rules that `connections` creates here.
        """

    def after_services(self) -> None:
        """Add resources after the services are created; override it in a subclass.

        All parts of the stack exist. `services` has the containers, the roles and the target groups
        of the services, by the name of the service.
        """

    def _zone_provider(self) -> TerraformProvider | None:
        """Return the provider of a hosted zone in another account; None for this account."""
        zone = self.environment.domain.hosted_zone
        if not isinstance(zone, CrossAccountZone):
            return None
        return self.add_provider_with_role("zone", zone.role_arn)

    def _placement(self, service: Service) -> Placement:
        return Placement(
            cluster=self.cluster,
            vpc=self.network,
            security_group=self.security_groups.services[service.name],
        )

    def _add_outputs(self) -> None:
        for name, value, description in (
            ("url", self.environment.domain.url, "URL of the environment"),
            (
                "load_balancer_dns_name",
                self.load_balancer.dns_name,
                "DNS name of the load balancer",
            ),
            ("cluster_name", self.cluster.name, "Name of the ECS cluster, for the deploy pipeline"),
        ):
            with_logical_id(TerraformOutput(self, name, value=value, description=description), name)
