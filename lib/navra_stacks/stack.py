"""One environment as one Terraform stack: composes the constructs and wires them, nothing else."""

from __future__ import annotations

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported

# isort: split
from cdktf import (
    ITerraformDependable,
    LocalBackend,
    S3Backend,
    TerraformOutput,
    TerraformResource,
    TerraformStack,
    TerraformVariable,
    TerraformVariableValidationConfig,
)
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

from navra_stacks.constructs.access_logs import AccessLogs
from navra_stacks.constructs.address import addressed
from navra_stacks.constructs.alarms import Alarms
from navra_stacks.constructs.audited_exec import AuditedExec
from navra_stacks.constructs.autoscaling import Autoscaling
from navra_stacks.constructs.backups import Backups
from navra_stacks.constructs.cache import Cache
from navra_stacks.constructs.certificate import Certificate
from navra_stacks.constructs.cluster import Cluster
from navra_stacks.constructs.connections import ANYWHERE, Connections, Peer
from navra_stacks.constructs.dashboard import Dashboard
from navra_stacks.constructs.database import Database
from navra_stacks.constructs.delivery import Deliverable, Delivery
from navra_stacks.constructs.deployment import TrafficShift
from navra_stacks.constructs.deployment_roles import DeploymentRoles
from navra_stacks.constructs.dns import Dns
from navra_stacks.constructs.encryption_key import EncryptionKey
from navra_stacks.constructs.endpoints import InterfaceEndpoints
from navra_stacks.constructs.fargate_service import FargateService, Placement
from navra_stacks.constructs.flow_logs import FlowLogs
from navra_stacks.constructs.image import Image
from navra_stacks.constructs.listener_rules import ListenerRules, ShiftedRoute
from navra_stacks.constructs.load_balancer import LoadBalancer
from navra_stacks.constructs.location import Location
from navra_stacks.constructs.logs import LogGroup
from navra_stacks.constructs.network import FoundNetwork, Network
from navra_stacks.constructs.one_off_task import OneOffTask
from navra_stacks.constructs.private_network import PrivateNetwork
from navra_stacks.constructs.recorded_ids import RecordedIds
from navra_stacks.constructs.registry import Registry
from navra_stacks.constructs.rollback_alarms import RollbackAlarms
from navra_stacks.constructs.secrets import Secrets, recovery_window_days
from navra_stacks.constructs.target_group import TargetGroup
from navra_stacks.constructs.task_definition import LogStream, TaskDefinition
from navra_stacks.constructs.task_roles import TaskRoles
from navra_stacks.constructs.watched import Watched, WatchedService
from navra_stacks.constructs.web_acl import WebAcl
from navra_stacks.naming import slug
from navra_stacks.settings.cache import REDIS_PORT
from navra_stacks.settings.cache import Cache as CacheSettings
from navra_stacks.settings.data import ExistingCache, ExistingDatabase
from navra_stacks.settings.database import POSTGRES_PORT
from navra_stacks.settings.database import Database as DatabaseSettings
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.network import PrivateVpc
from navra_stacks.settings.observability import Alarms as AlarmsSettings
from navra_stacks.settings.rollout import autoscaling_of, initial_count
from navra_stacks.settings.service import Service
from navra_stacks.settings.state import S3State

__all__ = ["TERRAFORM_VERSION", "WebStack", "local_state", "pinned"]

TERRAFORM_VERSION = ">= 1.11"
"""The S3 lock file and write-only arguments came with Terraform 1.11."""


class WebStack(TerraformStack):
    """An environment: services on ECS Fargate behind one load balancer, under one host.

    Its public attributes are the parts, for a team that adds resources of its own beside them.
    """

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment.names.stack)
        self.environment = environment
        self.names = environment.names
        self.stack_name = environment.names.stack
        self._keep_state()
        self.location = pinned(self, environment)

        self.network = self._network()
        self.connections = Connections(
            self,
            "connections",
            vpc_id=self.network.vpc_id,
            restricted_egress=environment.hardening.restricted_egress,
        )
        self.security_groups = self._connect()
        self.exec = self._exec() if environment.hardening.audited_exec else None
        self.key_arn = self._key() if environment.hardening.customer_managed_keys else None
        self.endpoints = self._endpoints()
        self.secrets = Secrets(
            self,
            "secrets",
            settings=environment.secrets,
            names=self.names,
            made=self._made_secrets(),
            kms_key_arn=self.key_arn,
        )
        self.database = self._database()
        self.cache = self._cache()
        self.backups = self._backups()
        self.target_groups = self._target_groups()
        self.alternate_target_groups = self._alternate_target_groups()

        self.dns = Dns(self, "dns", settings=environment.domain)
        self.certificate = Certificate(
            self, "certificate", settings=environment.domain, zone_id=self.dns.zone_id
        )
        self.access_logs = self._access_logs()
        self.load_balancer = LoadBalancer(
            self,
            "load_balancer",
            settings=environment.load_balancer,
            name=self.names.load_balancer,
            subnet_ids=self.network.load_balancer_subnet_ids,
            security_group_id=str(self.security_groups["alb"].security_group_id),
            certificate_arn=self.certificate.arn,
            default_target_group_arn=self.target_groups[environment.routing.default].arn,
            deletion_protection=environment.hardening.deletion_protection,
            log_delivery=None if self.access_logs is None else self.access_logs.delivery,
            response_headers=environment.hardening.response_headers,
            depends_on=self.network.load_balancer_needs,
        )
        self.web_acl = self._web_acl()
        self.dns.alias(dns_name=self.load_balancer.dns_name, zone_id=self.load_balancer.zone_id)
        self.listener_rules = ListenerRules(
            self,
            "listener_rules",
            settings=environment.routing,
            listener_arn=self.load_balancer.https_listener.arn,
            target_group_arns={name: group.arn for name, group in self.target_groups.items()},
            shifted={
                name: ShiftedRoute(environment.service(name).deployment, group.arn)
                for name, group in self.alternate_target_groups.items()
            },
        )

        self.cluster = Cluster(
            self,
            "cluster",
            name=self.names.cluster,
            container_insights=environment.hardening.container_insights,
            exec_logging=None if self.exec is None else self.exec.logging,
            spot=any(service.capacity is not None for service in environment.services),
        )
        if environment.registry is not None:
            self.registry = Registry(
                self,
                "registry",
                settings=environment.registry,
                repositories=environment.own_repositories,
                protected=environment.hardening.deletion_protection,
                kms_key_arn=None,
            )
        self.roles: dict[str, TaskRoles] = {}
        services = Construct(self, "services")
        self.log_groups: dict[str, LogGroup] = {}
        self.services = {
            service.name: self._service(Construct(services, service.name), service)
            for service in environment.services
        }
        if environment.delivery is not None:
            self.delivery = Delivery(
                self,
                "delivery",
                settings=environment.delivery,
                names=self.names,
                location=self.location,
                deliverable=self._deliverable(),
            )
        self.watched = self._watched()
        alarms = environment.hardening.alarms
        self.alarms = None if alarms is None else self._alarms(alarms)
        if environment.hardening.dashboard:
            self._dashboard()
        if environment.recorded is not None:
            RecordedIds(self, "recorded_ids", settings=environment.recorded, names=self.names)
            if environment.recorded.leaves_vpc:
                self._move_vpc()
        self._tell()

    def _keep_state(self) -> None:
        self.add_override("terraform.required_version", TERRAFORM_VERSION)
        state = self.environment.state
        if isinstance(state, S3State):
            S3Backend(
                self,
                bucket=state.bucket,
                key=state.key or self.names.state_key(),
                region=state.region or self.environment.region,
                # With "encrypt" and no key, Terraform asks for S3's own key; left out, the bucket's
                # default applies, which is the key that its bootstrap stack made.
                encrypt=None if state.bootstrapped else True,
                kms_key_id=state.kms_key_arn,
            )
            # CDKTF 0.21 does not know the lock file, which replaces the DynamoDB table.
            self.add_override("terraform.backend.s3.use_lockfile", True)
        else:
            local_state(self, self.names.stack)

    def _network(self) -> Network:
        settings = self.environment.network
        if not isinstance(settings, PrivateVpc):
            return FoundNetwork(self, "network", settings=settings)
        network = PrivateNetwork(
            self, "network", settings=settings, names=self.names, region=self.environment.region
        )
        if settings.flow_logs:
            FlowLogs(
                self,
                "flow_logs",
                names=self.names,
                location=self.location,
                vpc_id=network.vpc_id,
                retention_days=settings.flow_log_retention_days,
                kms_key_arn=None,
            )
        return network

    def _endpoints(self) -> list[ITerraformDependable]:
        """The interface endpoints, where there are any, with the rules that lead to them."""
        settings = self.environment.network
        if not isinstance(settings, PrivateVpc) or not settings.has_endpoints:
            return []
        group = self.connections.group(
            "endpoints",
            name=self.names.endpoints_security_group,
            description=f"Interface endpoints of {self.names.stack}",
        )
        rules = [
            rule
            for service in self.environment.services
            for rule in self.connections.allow(
                self.security_groups[service.name], group, 443, f"{service.name} to AWS services"
            )
        ]
        self.security_groups["endpoints"] = group
        endpoints = InterfaceEndpoints(
            self,
            "endpoints",
            names=self.names,
            region=self.environment.region,
            vpc_id=self.network.vpc_id,
            subnet_ids=self.network.task_subnet_ids,
            security_group_id=str(group.security_group_id),
            exec_sessions=self.environment.hardening.audited_exec,
        )
        return [*endpoints.all, *rules]

    def _connect(self) -> dict[str, Peer]:
        """The security groups, and every connection that the environment needs."""
        alb = self.connections.group(
            "alb",
            name=self.names.load_balancer_security_group,
            description=f"Load balancer of {self.names.stack}",
        )
        self.connections.allow(ANYWHERE, alb, 80, "HTTP from anywhere, sent on to HTTPS")
        self.connections.allow(ANYWHERE, alb, 443, "HTTPS from anywhere")
        groups = {"alb": alb}
        for service in self.environment.services:
            group = self.connections.group(
                slug(service.name),
                name=self.names.service_security_group(service.name),
                description=f"Tasks of {service.name} of {self.names.stack}",
            )
            groups[service.name] = group
            if service.health_check is not None and service.container.port is not None:
                self.connections.allow(
                    alb, group, service.container.port, f"Load balancer to {service.name}"
                )
            if self.environment.hardening.restricted_egress:
                self.connections.allow(
                    group, self.network.https_out, 443, f"HTTPS from {service.name}"
                )
        self._connect_data(groups)
        return groups

    @property
    def _deletion_window_days(self) -> int:
        """Days until a key that is to be deleted is gone: AWS offers 7-30."""
        return 30 if self.environment.hardening.deletion_protection else 7

    def _exec(self) -> AuditedExec:
        return AuditedExec(
            self,
            "exec",
            names=self.names,
            location=self.location,
            retention_days=self.environment.logs.retention_days,
            deletion_window_days=self._deletion_window_days,
        )

    def _key(self) -> str:
        return EncryptionKey(
            self,
            "key",
            address="environment_key",
            alias=self.names.key_alias,
            description=f"What {self.names.stack} keeps",
            location=self.location,
            deletion_window_days=self._deletion_window_days,
        ).arn

    def _connect_data(self, groups: dict[str, Peer]) -> None:
        """Let the services that inject the URL of the database or the cache connect to it."""
        parts = (
            ("database", self.environment.database, self.names.database_security_group),
            ("cache", self.environment.cache, self.names.cache_security_group),
        )
        for key, part, name in parts:
            if part is None:
                continue
            if isinstance(part, ExistingDatabase | ExistingCache):
                if part.port is None:  # it is known where it is reached, or nothing is restricted
                    continue
                port = part.port
                peer = Peer(
                    key, security_group_id=part.security_group_id, cidr=part.cidr, foreign=True
                )
            else:
                port = POSTGRES_PORT if key == "database" else REDIS_PORT
                peer = groups[key] = self.connections.group(
                    key,
                    name=name,
                    description=f"{key.capitalize()} of {self.names.stack}",
                    initiates=False,
                )
            for service in self.environment.services:
                if part.url_secret in {n for one in service.containers for n in one.secrets}:
                    self.connections.allow(
                        groups[service.name], peer, port, f"{service.name} to the {key}"
                    )

    def _protects(self, part: DatabaseSettings | CacheSettings) -> bool:
        return part.deletion_protection or self.environment.hardening.deletion_protection

    def _made_secrets(self) -> dict[str, int]:
        """The secrets that are made rather than looked up, with their recovery window."""
        protected = {
            secret.name: self.environment.hardening.deletion_protection
            for secret in self.environment.secrets
            if secret.managed
        }
        for part in (self.environment.database, self.environment.cache):
            if isinstance(part, DatabaseSettings | CacheSettings):
                protected[part.url_secret] = self._protects(part)
        return {name: recovery_window_days(protected=kept) for name, kept in protected.items()}

    def _database(self) -> Database | None:
        settings = self.environment.database
        if not isinstance(settings, DatabaseSettings):
            return None
        return Database(
            self,
            "database",
            settings=settings,
            names=self.names,
            location=self.location,
            subnet_ids=self.network.isolated_subnet_ids,
            security_group_id=str(self.security_groups["database"].security_group_id),
            url_secret=self.secrets.by_name[settings.url_secret],
            log_retention_days=self.environment.logs.retention_days,
            protected=self._protects(settings),
            kms_key_arn=self.key_arn,
        )

    def _cache(self) -> Cache | None:
        settings = self.environment.cache
        if not isinstance(settings, CacheSettings):
            return None
        return Cache(
            self,
            "cache",
            settings=settings,
            names=self.names,
            subnet_ids=self.network.isolated_subnet_ids,
            security_group_id=str(self.security_groups["cache"].security_group_id),
            url_secret=self.secrets.by_name[settings.url_secret],
            protected=self._protects(settings),
            kms_key_arn=self.key_arn,
        )

    def _backups(self) -> Backups | None:
        settings = self.environment.hardening.backups
        if settings is None:
            return None
        existing = self.environment.database
        arn = existing.arn if isinstance(existing, ExistingDatabase) else None
        return Backups(
            self,
            "backups",
            settings=settings,
            names=self.names,
            database_arn=self.database.arn if self.database is not None else str(arn),
            protected=self.environment.hardening.deletion_protection
            or (isinstance(existing, DatabaseSettings) and self._protects(existing)),
            kms_key_arn=self.key_arn,
        )

    def _target_groups(self) -> dict[str, TargetGroup]:
        return {
            service.name: TargetGroup(
                self,
                f"{service.name}_target_group",
                service=service.name,
                name=self.names.target_group(service.name),
                vpc_id=self.network.vpc_id,
                port=service.container.port,
                health_check=service.health_check,
                deregistration_delay_seconds=service.deregistration_delay_seconds,
            )
            for service in self.environment.services
            if service.health_check is not None and service.container.port is not None
        }

    def _access_logs(self) -> AccessLogs | None:
        settings = self.environment.hardening.access_logs
        if settings is None:
            return None
        return AccessLogs(
            self,
            "access_logs",
            settings=settings,
            names=self.names,
            location=self.location,
            protected=self.environment.hardening.deletion_protection,
        )

    def _web_acl(self) -> WebAcl | None:
        settings = self.environment.hardening.waf
        if settings is None:
            return None
        return WebAcl(
            self,
            "web_acl",
            settings=settings,
            names=self.names,
            load_balancer_arn=self.load_balancer.arn,
            log_retention_days=self.environment.logs.retention_days,
            kms_key_arn=self.key_arn,
        )

    def _alternate_target_groups(self) -> dict[str, TargetGroup]:
        """Where the tasks of a next revision take requests, of services whose traffic shifts."""
        return {
            service.name: TargetGroup(
                self,
                f"{service.name}_alternate_target_group",
                service=f"{service.name}_alternate",
                name=self.names.alternate_target_group(service.name),
                vpc_id=self.network.vpc_id,
                port=service.container.port,
                health_check=service.health_check,
                deregistration_delay_seconds=service.deregistration_delay_seconds,
            )
            for service in self.environment.services
            if service.deployment.shifts
            and service.health_check is not None
            and service.container.port is not None
        }

    def _service(self, scope: Construct, service: Service) -> FargateService:
        logs = LogGroup(
            scope,
            "logs",
            service=service.name,
            name=self.names.log_group(self.environment.logs.group_prefix, service.name),
            retention_days=self.environment.logs.retention_days,
            kms_key_arn=self.key_arn,
        )
        self.log_groups[service.name] = logs
        images = [
            Image(
                scope,
                f"image_{service.container_name(container)}",
                settings=container.image,
                location=self.location,
                variable=f"{slug(service.name)}_image_tag",
            )
            for container in service.containers
        ]
        injected = sorted({name for one in service.containers for name in one.secrets})
        roles = TaskRoles(
            scope,
            "roles",
            service=service.name,
            names=self.names,
            location=self.location,
            repository_arns=[i.repository_arn for i in images if i.repository_arn is not None],
            log_group_arn=logs.arn,
            secrets=[self.secrets.by_name[name] for name in injected],
        )
        self.roles[service.name] = roles
        task_definition = TaskDefinition(
            scope,
            "task_definition",
            settings=service,
            family=self.names.family(service.name),
            images=[image.reference for image in images],
            roles=roles,
            logs=LogStream(group=logs.name, region=self.environment.region),
            secrets=self.secrets.by_name,
        )
        target_group = self.target_groups.get(service.name)
        # A target group takes targets once a listener leads to it; and a role must keep its
        # permissions until the last task has stopped.
        waits_for: list[ITerraformDependable] = [roles.execution_policy]
        if target_group is not None:
            waits_for.append(self.load_balancer.https_listener)
            waits_for += self.listener_rules.by_service.get(service.name, [])
        # A task cannot start before the secrets that it injects hold something.
        for settings, part in (
            (self.environment.database, self.database),
            (self.environment.cache, self.cache),
        ):
            if settings is not None and part is not None and settings.url_secret in injected:
                waits_for.append(part.url)
        if self.exec is not None:
            waits_for.append(
                self.exec.permit(service=service.name, task_role_name=roles.task_role_name)
            )
        if service.capacity is not None and self.cluster.capacity_providers is not None:
            waits_for.append(self.cluster.capacity_providers)
        waits_for += [*self.network.tasks_need, *self.endpoints]
        placement = Placement(
            cluster_arn=self.cluster.arn,
            subnet_ids=self.network.task_subnet_ids,
            security_group_id=str(self.security_groups[service.name].security_group_id),
            public_ip=self.network.public_ip,
        )
        shift, shifts_with = self._traffic_shift(scope, service)
        scaling = autoscaling_of(self.environment, service)
        fargate_service = FargateService(
            scope,
            "service",
            settings=service,
            name=self.names.service(service.name),
            placement=placement,
            task_definition_arn=task_definition.arn,
            target_group_arn=None if target_group is None else target_group.arn,
            depends_on=[*waits_for, *shifts_with],
            exec_enabled=self.exec is not None,
            initial_count=None if scaling is None else initial_count(service, scaling),
            shift=shift,
        )
        if scaling is not None:
            Autoscaling(
                scope,
                "autoscaling",
                settings=scaling,
                service=service.name,
                names=self.names,
                cluster_name=self.cluster.name,
                service_name=fargate_service.name,
                request_label=(
                    None
                    if target_group is None
                    else f"{self.load_balancer.arn_suffix}/{target_group.arn_suffix}"
                ),
            )
        for task in service.tasks:
            registered = TaskDefinition(
                scope,
                f"{task.name}_task_definition",
                settings=service.running_once(task),
                family=self.names.one_off_task(service.name, task.name),
                images=[images[0].reference],
                roles=roles,
                logs=LogStream(group=logs.name, region=self.environment.region),
                secrets=self.secrets.by_name,
                address=f"{slug(service.name)}_{slug(task.name)}_task_definition",
            )
            OneOffTask(
                scope,
                f"{task.name}_task",
                service=service.name,
                task=task.name,
                region=self.environment.region,
                cluster_name=self.cluster.name,
                family=registered.family,
                subnet_ids=placement.subnet_ids,
                security_group_id=placement.security_group_id,
                public_ip=placement.public_ip,
            )
        return fargate_service

    def _traffic_shift(
        self, scope: Construct, service: Service
    ) -> tuple[TrafficShift | None, list[ITerraformDependable]]:
        """What ECS shifts a service's traffic with, and what the service must wait for."""
        alternate = self.alternate_target_groups.get(service.name)
        if alternate is None:
            return None, []
        roles = DeploymentRoles(
            scope,
            "deployment_roles",
            service=service.name,
            names=self.names,
            account=self.location.account,
            hook_arns=[hook.function_arn for hook in service.deployment.hooks],
        )
        alarms = RollbackAlarms(
            scope,
            "rollback_alarms",
            settings=service.deployment.rollback,
            service=service.name,
            names=self.names,
            load_balancer=self.load_balancer.arn_suffix,
            target_groups={
                "": self.target_groups[service.name].arn_suffix,
                "alternate": alternate.arn_suffix,
            },
            grace_seconds=service.health_check_grace_seconds,
        )
        (production,) = self.listener_rules.by_service[service.name]
        test = self.listener_rules.tests.get(service.name)
        shift = TrafficShift(
            alternate_target_group_arn=alternate.arn,
            production_rule_arn=production.arn,
            test_rule_arn=None if test is None else test.arn,
            role_arn=roles.infrastructure_role_arn,
            hook_role_arn=roles.hook_role_arn,
            alarm_names=alarms.names,
        )
        return shift, list(roles.permissions)

    def _deliverable(self) -> Deliverable:
        services = [service.name for service in self.environment.services]
        roles = self.roles.values()
        return Deliverable(
            cluster_arn=self.cluster.arn,
            services=[self.names.service(name) for name in services],
            families=[self.names.family(name) for name in services],
            repository_arns=[
                self.location.arn("ecr", f"repository/{name}")
                for name in self.environment.own_repositories
            ],
            role_arns=[arn for one in roles for arn in (one.execution_role_arn, one.task_role_arn)],
        )

    def _watched(self) -> Watched:
        return Watched(
            load_balancer=self.load_balancer.arn_suffix,
            cluster=self.names.cluster,
            services=tuple(self._watched_service(one) for one in self.environment.services),
            container_insights=self.environment.hardening.container_insights,
            database=None if self.database is None else self.names.database,
            cache_nodes=self._cache_nodes(),
        )

    def _cache_nodes(self) -> tuple[str, ...]:
        settings = self.environment.cache
        if not isinstance(settings, CacheSettings):
            return ()
        return tuple(f"{self.names.cache}-{number:03}" for number in range(1, settings.nodes + 1))

    def _watched_service(self, service: Service) -> WatchedService:
        groups = (self.target_groups, self.alternate_target_groups)
        scaling = autoscaling_of(self.environment, service)
        return WatchedService(
            name=service.name,
            ecs_name=self.names.service(service.name),
            target_groups=tuple(
                one[service.name].arn_suffix for one in groups if service.name in one
            ),
            least_tasks=service.desired_count if scaling is None else scaling.minimum,
        )

    def _alarms(self, settings: AlarmsSettings) -> Alarms:
        return Alarms(
            self,
            "alarms",
            settings=settings,
            watched=self.watched,
            names=self.names,
            location=self.location,
            log_group_names={name: group.name for name, group in self.log_groups.items()},
            kms_key_arn=self.key_arn,
            deletion_window_days=self._deletion_window_days,
        )

    def _dashboard(self) -> None:
        Dashboard(
            self,
            "dashboard",
            name=self.names.dashboard,
            region=self.environment.region,
            watched=self.watched,
            alarm_arns=[] if self.alarms is None else self.alarms.arns,
            budget_rejections=None if self.alarms is None else self.alarms.budget_rejections,
        )

    def _move_vpc(self) -> None:
        """Replace the load balancer and the services together with their security groups.

        AWS refuses to give them subnets of another VPC, and it keeps a group that one of them uses.
        """
        moved = {"alb": self.load_balancer.node.find_child("load_balancer")}
        for name, service in self.services.items():
            moved[slug(name)] = service.node.find_child("service")
        for key, resource in moved.items():
            assert isinstance(resource, TerraformResource)
            resource.add_override(
                "lifecycle.replace_triggered_by",
                [f"aws_security_group.{key}_security_group.vpc_id"],
            )

    def _tell(self) -> None:
        """The outputs that people and pipelines ask for."""
        for name, value, description in (
            ("url", self.environment.domain.url, "Where the environment is reached"),
            ("load_balancer_dns_name", self.load_balancer.dns_name, "The load balancer's own name"),
            ("cluster_name", self.cluster.name, "The ECS cluster, for a pipeline that deploys"),
        ):
            addressed(TerraformOutput(self, name, value=value, description=description), name)


def local_state(stack: TerraformStack, name: str) -> None:
    """Keep a stack's state from ``<out>/stacks/<name>``, where Terraform runs, beside ``<out>``."""
    LocalBackend(stack, path=f"../../../terraform.{name}.tfstate")


def pinned(stack: TerraformStack, environment: Environment) -> Location:
    """Give a stack the AWS provider, which touches the environment's account and no other.

    Where the account is not filled in, Terraform asks for it in a variable.
    """
    account = environment.account or _asked_account(stack)
    AwsProvider(
        stack,
        "aws",
        region=environment.region,
        allowed_account_ids=[account],
        default_tags=[AwsProviderDefaultTags(tags=environment.names.tags(dict(environment.tags)))],
    )
    return Location(account, environment.region)


def _asked_account(stack: TerraformStack) -> str:
    variable = addressed(
        TerraformVariable(
            stack,
            "account_id",
            type="string",
            nullable=False,
            description="The AWS account of this environment, the only one that is touched",
            validation=[
                TerraformVariableValidationConfig(
                    condition='${can(regex("^[0-9]{12}$", var.account_id))}',
                    error_message="An AWS account id has 12 digits.",
                )
            ],
        ),
        "account_id",
    )
    return str(variable.string_value)
