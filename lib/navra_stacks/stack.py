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
from navra_stacks.constructs.autoscaling import Autoscaling
from navra_stacks.constructs.certificate import Certificate
from navra_stacks.constructs.cluster import Cluster
from navra_stacks.constructs.connections import ANYWHERE, Connections, Peer
from navra_stacks.constructs.deployment import TrafficShift
from navra_stacks.constructs.deployment_roles import DeploymentRoles
from navra_stacks.constructs.dns import Dns
from navra_stacks.constructs.fargate_service import FargateService, Placement
from navra_stacks.constructs.image import Image
from navra_stacks.constructs.listener_rules import ListenerRules, ShiftedRoute
from navra_stacks.constructs.load_balancer import LoadBalancer
from navra_stacks.constructs.location import Location
from navra_stacks.constructs.logs import LogGroup
from navra_stacks.constructs.network import Network
from navra_stacks.constructs.one_off_task import OneOffTask
from navra_stacks.constructs.recorded_ids import RecordedIds
from navra_stacks.constructs.rollback_alarms import RollbackAlarms
from navra_stacks.constructs.secrets import Secrets
from navra_stacks.constructs.target_group import TargetGroup
from navra_stacks.constructs.task_definition import LogStream, TaskDefinition
from navra_stacks.constructs.task_roles import TaskRoles
from navra_stacks.naming import slug
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.network import PrivateVpc
from navra_stacks.settings.rollout import autoscaling_of, initial_count
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
        self.secrets = Secrets(self, "secrets", settings=environment.secrets, names=self.names)
        self.target_groups = self._target_groups()
        self.alternate_target_groups = self._alternate_target_groups()

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
        return groups

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

    def _tell(self) -> None:
        """The outputs that people and pipelines ask for."""
        for name, value, description in (
            ("url", self.environment.domain.url, "Where the environment is reached"),
            ("load_balancer_dns_name", self.load_balancer.dns_name, "The load balancer's own name"),
            ("cluster_name", self.cluster.name, "The ECS cluster, for a pipeline that deploys"),
        ):
            addressed(TerraformOutput(self, name, value=value, description=description), name)
