"""One environment as one Terraform stack: composes the constructs and wires them, nothing else."""

from __future__ import annotations

from cdktf import (
    ITerraformDependable,
    LocalBackend,
    S3Backend,
    TerraformOutput,
    TerraformStack,
    TerraformVariable,
    TerraformVariableValidationConfig,
)
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags
from constructs import Construct

from navra_stacks import bindings as _bindings  # noqa: F401 - before cdktf is imported
from navra_stacks.constructs.address import addressed
from navra_stacks.constructs.backups import Backups
from navra_stacks.constructs.cache import Cache
from navra_stacks.constructs.certificate import Certificate
from navra_stacks.constructs.cluster import Cluster
from navra_stacks.constructs.connections import ANYWHERE, Connections, Peer
from navra_stacks.constructs.database import Database
from navra_stacks.constructs.dns import Dns
from navra_stacks.constructs.fargate_service import FargateService, Placement
from navra_stacks.constructs.image import Image
from navra_stacks.constructs.listener_rules import ListenerRules
from navra_stacks.constructs.load_balancer import LoadBalancer
from navra_stacks.constructs.location import Location
from navra_stacks.constructs.logs import LogGroup
from navra_stacks.constructs.network import Network
from navra_stacks.constructs.recorded_ids import RecordedIds
from navra_stacks.constructs.secrets import Secrets, recovery_window_days
from navra_stacks.constructs.target_group import TargetGroup
from navra_stacks.constructs.task_definition import LogStream, TaskDefinition
from navra_stacks.constructs.task_roles import TaskRoles
from navra_stacks.naming import slug
from navra_stacks.settings.cache import REDIS_PORT
from navra_stacks.settings.cache import Cache as CacheSettings
from navra_stacks.settings.data import ExistingCache, ExistingDatabase
from navra_stacks.settings.database import POSTGRES_PORT
from navra_stacks.settings.database import Database as DatabaseSettings
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.network import PrivateVpc
from navra_stacks.settings.service import Service
from navra_stacks.settings.state import S3State

__all__ = ["WebStack"]

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
        self._keep_state()
        self.location = Location(self._account(), environment.region)
        self._provide()

        if isinstance(environment.network, PrivateVpc):  # refused while settings are built
            raise TypeError("PrivateVpc has no construct")
        self.network = Network(self, "network", settings=environment.network)
        self.connections = Connections(
            self,
            "connections",
            vpc_id=self.network.vpc_id,
            restricted_egress=environment.hardening.restricted_egress,
        )
        self.security_groups = self._connect()
        self.secrets = Secrets(
            self,
            "secrets",
            settings=environment.secrets,
            names=self.names,
            made=self._made_secrets(),
            kms_key_arn=None,
        )
        self.database = self._database()
        self.cache = self._cache()
        self.backups = self._backups()
        self.target_groups = self._target_groups()

        self.dns = Dns(self, "dns", settings=environment.domain)
        self.certificate = Certificate(
            self, "certificate", settings=environment.domain, zone_id=self.dns.zone_id
        )
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
        )
        self.dns.alias(dns_name=self.load_balancer.dns_name, zone_id=self.load_balancer.zone_id)
        self.listener_rules = ListenerRules(
            self,
            "listener_rules",
            settings=environment.routing,
            listener_arn=self.load_balancer.https_listener.arn,
            target_group_arns={name: group.arn for name, group in self.target_groups.items()},
        )

        self.cluster = Cluster(
            self,
            "cluster",
            name=self.names.cluster,
            container_insights=environment.hardening.container_insights,
        )
        services = Construct(self, "services")
        self.services = {
            service.name: self._service(Construct(services, service.name), service)
            for service in environment.services
        }
        if environment.recorded is not None:
            RecordedIds(self, "recorded_ids", settings=environment.recorded, names=self.names)
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
                encrypt=True,
                kms_key_id=state.kms_key_arn,
            )
            # CDKTF 0.21 does not know the lock file, which replaces the DynamoDB table.
            self.add_override("terraform.backend.s3.use_lockfile", True)
        else:
            # From <out>/stacks/<stack>, where Terraform runs, to beside <out>.
            LocalBackend(self, path=f"../../../terraform.{self.names.stack}.tfstate")

    def _account(self) -> str:
        if self.environment.account is not None:
            return self.environment.account
        variable = addressed(
            TerraformVariable(
                self,
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

    def _provide(self) -> None:
        AwsProvider(
            self,
            "aws",
            region=self.environment.region,
            allowed_account_ids=[self.location.account],
            default_tags=[
                AwsProviderDefaultTags(tags=self.names.tags(dict(self.environment.tags)))
            ],
        )

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
                self.connections.allow(group, ANYWHERE, 443, f"HTTPS from {service.name}")
        self._connect_data(groups)
        return groups

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
            kms_key_arn=None,
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
            kms_key_arn=None,
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
            kms_key_arn=None,
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

    def _service(self, scope: Construct, service: Service) -> FargateService:
        logs = LogGroup(
            scope,
            "logs",
            service=service.name,
            name=self.names.log_group(self.environment.logs.group_prefix, service.name),
            retention_days=self.environment.logs.retention_days,
        )
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
        return FargateService(
            scope,
            "service",
            settings=service,
            name=self.names.service(service.name),
            placement=Placement(
                cluster_arn=self.cluster.arn,
                subnet_ids=self.network.task_subnet_ids,
                security_group_id=str(self.security_groups[service.name].security_group_id),
                public_ip=self.network.public_ip,
            ),
            task_definition_arn=task_definition.arn,
            target_group_arn=None if target_group is None else target_group.arn,
            depends_on=waits_for,
        )

    def _tell(self) -> None:
        """The outputs that people and pipelines ask for."""
        for name, value, description in (
            ("url", self.environment.domain.url, "Where the environment is reached"),
            ("load_balancer_dns_name", self.load_balancer.dns_name, "The load balancer's own name"),
            ("cluster_name", self.cluster.name, "The ECS cluster, for a pipeline that deploys"),
        ):
            addressed(TerraformOutput(self, name, value=value, description=description), name)
