"""One environment as one Terraform stack: composes its parts and wires them, nothing else."""

from __future__ import annotations

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported

# isort: split
from cdktf import TerraformOutput
from constructs import Construct

from navra_stacks.bindings.ahead import pipelined
from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.constructs.compute.cluster import Cluster
from navra_stacks.constructs.compute.fargate_service import Placement
from navra_stacks.constructs.networking.security_groups import Connections
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.base import EnvironmentStack
from navra_stacks.stacks.web.connectivity import Access
from navra_stacks.stacks.web.data import DataLayer
from navra_stacks.stacks.web.delivery import delivery_of, registry_of
from navra_stacks.stacks.web.encryption import audited_exec_of, key_of
from navra_stacks.stacks.web.existing import keep_record
from navra_stacks.stacks.web.load_balancing import Edge
from navra_stacks.stacks.web.network import interface_endpoints, network_of
from navra_stacks.stacks.web.observability import Observability
from navra_stacks.stacks.web.service import WebService

__all__ = ["WebStack"]


class WebStack(EnvironmentStack):
    """An environment: services on ECS Fargate behind one load balancer, under one host.

    Its public attributes are the parts, for a team that adds resources of its own beside them.
    """

    @pipelined()
    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment, name=environment.names.stack, state=environment.state)

        # Keys of the environment's own.
        self.exec = audited_exec_of(self, environment, location=self.location)
        self.key_arn = key_of(self, environment, location=self.location)

        # The network, and who may connect to whom in it.
        self.network = network_of(
            self, environment, location=self.location, kms_key_arn=self.key_arn
        )
        self.connections = Connections(
            self,
            "connections",
            vpc_id=self.network.vpc_id,
            restricted_egress=environment.hardening.restricted_egress,
        )
        access = Access(environment, connections=self.connections, network=self.network)
        self.security_groups = access.groups

        # The ways to AWS that do not lead through the internet.
        self.endpoints = interface_endpoints(self, environment, network=self.network, access=access)

        # What is kept: secrets, the database, the cache, and backups.
        data = DataLayer(
            self,
            environment,
            location=self.location,
            network=self.network,
            access=access,
            kms_key_arn=self.key_arn,
        )
        self.secrets = data.secrets
        self.database = data.database
        self.cache = data.cache
        self.backups = data.backups

        # The way in: host, certificate, load balancer, and a target group for each service.
        edge = Edge(
            self,
            environment,
            location=self.location,
            network=self.network,
            access=access,
            kms_key_arn=self.key_arn,
        )
        self.target_groups = edge.target_groups
        self.alternate_target_groups = edge.alternate_target_groups
        self.dns = edge.dns
        self.certificate = edge.certificate
        self.access_logs = edge.access_logs
        self.load_balancer = edge.load_balancer
        self.web_acl = edge.web_acl
        self.listener_rules = edge.listener_rules

        # What runs: the cluster, and its services.
        self.cluster = Cluster(
            self,
            "cluster",
            name=self.names.cluster,
            container_insights=environment.hardening.container_insights,
            exec_logging=None if self.exec is None else self.exec.logging,
            spot=any(service.capacity is not None for service in environment.services),
        )
        self.registry = registry_of(self, environment, kms_key_arn=self.key_arn)
        beneath = Construct(self, "services")
        services = {
            service.name: WebService(
                Construct(beneath, service.name),
                service,
                environment,
                location=self.location,
                cluster=self.cluster,
                placement=self._placement(service),
                data=data,
                edge=edge,
                exec_sessions=self.exec,
                task_dependencies=[
                    *self.network.task_dependencies,
                    *self.endpoints,
                    *access.of_service[service.name],
                ],
                kms_key_arn=self.key_arn,
            )
            for service in environment.services
        }
        self.services = {name: one.fargate_service for name, one in services.items()}
        self.roles = {name: one.roles for name, one in services.items()}
        self.log_groups = {name: one.log_group for name, one in services.items()}
        self.delivery = delivery_of(
            self,
            environment,
            location=self.location,
            cluster=self.cluster,
            roles=self.roles.values(),
        )

        # Who watches it.
        observability = Observability(
            self,
            environment,
            location=self.location,
            edge=edge,
            data=data,
            log_groups=self.log_groups,
        )
        self.watched = observability.watched
        self.alarms = observability.alarms

        # What was there before, and what people and pipelines ask for.
        keep_record(self, environment, load_balancer=self.load_balancer, services=self.services)
        self._tell()

    def _placement(self, service: Service) -> Placement:
        return Placement(
            cluster_arn=self.cluster.arn,
            subnet_ids=self.network.task_subnet_ids,
            security_group_id=str(self.security_groups[service.name].security_group_id),
            public_ip=self.network.public_ip,
        )

    def _tell(self) -> None:
        for name, value, description in (
            ("url", self.environment.domain.url, "Where the environment is reached"),
            ("load_balancer_dns_name", self.load_balancer.dns_name, "The load balancer's own name"),
            ("cluster_name", self.cluster.name, "The ECS cluster, for a pipeline that deploys"),
        ):
            addressed(TerraformOutput(self, name, value=value, description=description), name)
