"""All physical names that an environment creates and that AWS or Terraform shares with others.

The names are those of `naming.Names`. A test compares them with the synthesized documents, so a new
resource with a shared name needs an entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.data.cache import Cache
from navra_stacks.settings.data.database import Database
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.load_balancing.hosted_zone import DelegatedZone
from navra_stacks.settings.networking.vpc import PrivateVpc
from navra_stacks.settings.state import S3State

__all__ = ["KINDS", "PhysicalName", "Scope", "physical_names"]


class Scope(Enum):
    """The part of AWS in which a name is unique."""

    EVERYWHERE = "all accounts"
    ACCOUNT = "the account"
    REGION = "the account and the Region"
    VPC = "the VPC"


class Kind(NamedTuple):
    """A kind of resource with unique names."""

    label: str
    scope: Scope


KINDS: Mapping[str, Kind] = {
    "aws_backup_vault": Kind("backup vault", Scope.REGION),
    # CloudWatch API, PutDashboard: "All dashboards in your account are global".
    "aws_cloudwatch_dashboard": Kind("dashboard", Scope.ACCOUNT),
    "aws_cloudwatch_log_group": Kind("log group", Scope.REGION),
    "aws_cloudwatch_metric_alarm": Kind("alarm", Scope.REGION),
    "aws_db_instance": Kind("database", Scope.REGION),
    "aws_db_parameter_group": Kind("database parameter group", Scope.REGION),
    "aws_db_subnet_group": Kind("database subnet group", Scope.REGION),
    "aws_ecr_repository": Kind("ECR repository", Scope.REGION),
    "aws_ecs_cluster": Kind("ECS cluster", Scope.REGION),
    "aws_ecs_task_definition": Kind("task definition family", Scope.REGION),
    "aws_elasticache_parameter_group": Kind("cache parameter group", Scope.REGION),
    "aws_elasticache_replication_group": Kind("cache", Scope.REGION),
    "aws_elasticache_subnet_group": Kind("cache subnet group", Scope.REGION),
    "aws_iam_role": Kind("IAM role", Scope.ACCOUNT),
    "aws_kms_alias": Kind("KMS alias", Scope.REGION),
    "aws_lb": Kind("load balancer", Scope.REGION),
    "aws_lb_target_group": Kind("target group", Scope.REGION),
    # Route 53 accepts a second zone of the same name, but the parent delegates to one of them.
    "aws_route53_zone": Kind("delegated zone", Scope.EVERYWHERE),
    "aws_s3_bucket": Kind("S3 bucket", Scope.EVERYWHERE),
    "aws_secretsmanager_secret": Kind("secret", Scope.REGION),
    "aws_security_group": Kind("security group", Scope.VPC),
    "aws_sns_topic": Kind("topic", Scope.REGION),
    "aws_wafv2_web_acl": Kind("web ACL", Scope.REGION),
    "stack": Kind("Terraform stack", Scope.EVERYWHERE),
}
"""The kinds by resource type. The names of ECS services, scaling policies, inline policies and
metric filters are unique within a resource of an environment, so they cannot conflict.
"""

SERVICE_ALARMS = ("cpu", "errors", "latency", "memory", "tasks", "unhealthy-targets")
PRIMARY_ROLLBACK_ALARMS = ("5xx", "unhealthy")
DATABASE_ALARMS = ("connections", "cpu", "memory", "storage")
CACHE_ALARMS = ("cpu", "evictions", "memory", "replication-lag")
DATABASE_LOGS = ("postgresql", "upgrade")


class PhysicalName(NamedTuple):
    """The name of a resource, and the setting that determines it."""

    type: str
    """A key of `KINDS`."""

    name: str

    field: str
    """The path of the setting, for example ``services.web.name``."""

    region: str
    """The Region of the resource."""


_Names = Iterator[tuple[str, str, str]]
"""The type, the name and the field of each resource."""


def physical_names(environment: EnvironmentFields) -> Iterator[PhysicalName]:
    """Yield the names that an environment creates.

    A name can be among them although the environment does not create it, if that depends on details
    of a feature that the environment uses: for example, all alarms of a service are.
    """
    for part in _PARTS:
        for type_, name, field in part(environment):
            yield PhysicalName(type_, name, field, environment.region)
    state = environment.state
    if isinstance(state, S3State) and state.bootstrapped:
        region = state.region or environment.region
        yield PhysicalName("stack", environment.names.state_stack, "name", region)
        yield PhysicalName("aws_s3_bucket", state.bucket, "state.bucket", region)
        if state.log_bucket is not None:
            yield PhysicalName("aws_s3_bucket", state.log_bucket, "state.bucket", region)
        alias = f"alias/{environment.names.state_stack}"
        yield PhysicalName("aws_kms_alias", alias, "name", region)


def _environment(environment: EnvironmentFields) -> _Names:
    names = environment.names
    yield "stack", names.stack, "name"
    yield "aws_ecs_cluster", names.cluster, "name"
    yield "aws_lb", names.load_balancer, "name"
    yield "aws_security_group", names.load_balancer_security_group, "name"
    if isinstance(network := environment.network, PrivateVpc):
        if network.flow_logs:
            yield "aws_cloudwatch_log_group", names.flow_log_group, "name"
            yield "aws_iam_role", names.flow_logs, "name"
        if network.has_endpoints:
            yield "aws_security_group", names.endpoints_security_group, "name"
    if isinstance(environment.domain.hosted_zone, DelegatedZone):
        yield "stack", names.zone_stack, "name"
        yield "aws_route53_zone", environment.domain.zone, "domain.zone"
    if environment.registry is not None:
        for repository in environment.own_repositories:
            yield "aws_ecr_repository", repository, "registry"
    if environment.delivery is not None:
        yield "aws_iam_role", names.deploy_role, "name"
        if environment.delivery.push_workflows:
            yield "aws_iam_role", names.push_role, "name"
        if environment.delivery.plan_workflows:
            yield "aws_iam_role", names.plan_role, "name"


def _services(environment: EnvironmentFields) -> _Names:
    names, prefix = environment.names, environment.logs.group_prefix
    for service in environment.services:
        name, field = service.name, f"services.{service.name}.name"
        yield "aws_ecs_task_definition", names.family(name), field
        for task in service.one_off_tasks:
            family = names.one_off_task(name, task.name)
            task_field = f"services.{name}.one_off_tasks.{task.name}.name"
            yield "aws_ecs_task_definition", family, task_field
        yield "aws_cloudwatch_log_group", names.log_group(prefix, name), field
        yield "aws_iam_role", names.execution_role(name), field
        yield "aws_iam_role", names.task_role(name), field
        yield "aws_security_group", names.service_security_group(name), field
        if service.receives_traffic:
            yield "aws_lb_target_group", names.target_group(name), field
            if service.deployment.shifts_traffic:
                yield from _traffic_shift(environment, service, field)
            elif service.deployment.formerly_shifted:
                for kind in PRIMARY_ROLLBACK_ALARMS:
                    yield "aws_cloudwatch_metric_alarm", names.rollback_alarm(name, kind), field


def _traffic_shift(environment: EnvironmentFields, service: Service, field: str) -> _Names:
    names, name = environment.names, service.name
    yield "aws_lb_target_group", names.alternate_target_group(name), field
    yield "aws_iam_role", names.infrastructure_role(name), field
    if service.deployment.hooks:
        yield "aws_iam_role", names.hook_role(name), field
    kinds = (*PRIMARY_ROLLBACK_ALARMS, *(f"alternate-{kind}" for kind in PRIMARY_ROLLBACK_ALARMS))
    limited = service.deployment.rollback.start_minutes is not None
    for kind in (*kinds, "start") if limited else kinds:
        yield "aws_cloudwatch_metric_alarm", names.rollback_alarm(name, kind), field


def _data(environment: EnvironmentFields) -> _Names:
    names = environment.names
    managed = {secret.name for secret in environment.secrets if secret.managed}
    if isinstance(database := environment.database, Database):
        managed |= database.secret_names
        yield "aws_db_instance", names.database, "name"
        yield "aws_db_subnet_group", names.database, "name"
        family = f"postgres{database.engine_version}"
        yield "aws_db_parameter_group", names.parameter_group(family), "name"
        yield "aws_security_group", names.database_security_group, "name"
        yield "aws_secretsmanager_secret", names.database_password, "name"
        for log in DATABASE_LOGS:
            yield "aws_cloudwatch_log_group", names.database_log_group(log), "name"
        if database.monitoring_interval_seconds:
            yield "aws_iam_role", names.database_monitoring_role, "name"
    if isinstance(cache := environment.cache, Cache):
        managed |= cache.secret_names
        yield "aws_elasticache_replication_group", names.cache, "name"
        yield "aws_elasticache_subnet_group", names.cache, "name"
        parameters = names.parameter_group(cache.parameter_group_family)
        yield "aws_elasticache_parameter_group", parameters, "name"
        yield "aws_security_group", names.cache_security_group, "name"
    for secret in sorted(managed):
        yield "aws_secretsmanager_secret", names.secret(secret), "name"


def _hardening(environment: EnvironmentFields) -> _Names:
    names, hardening = environment.names, environment.hardening
    if hardening.waf is not None:
        yield "aws_wafv2_web_acl", names.web_acl, "name"
        yield "aws_cloudwatch_log_group", names.web_acl_log_group, "name"
    if (logs := hardening.access_logs) is not None:
        if logs.bucket_name is not None:
            yield "aws_s3_bucket", logs.bucket_name, "hardening.access_logs.bucket_name"
        elif environment.account is not None:
            bucket = names.access_log_bucket(environment.account, environment.region)
            yield "aws_s3_bucket", bucket, "hardening.access_logs.bucket_name"
    if hardening.customer_managed_keys:
        yield "aws_kms_alias", f"alias/{names.key_alias}", "name"
    if hardening.audited_exec:
        yield "aws_kms_alias", f"alias/{names.exec_key_alias}", "name"
        yield "aws_cloudwatch_log_group", names.exec_log_group, "name"
    if hardening.backups is not None:
        yield "aws_backup_vault", names.backups, "name"
        yield "aws_iam_role", names.backups, "name"
    if hardening.dashboard:
        yield "aws_cloudwatch_dashboard", names.dashboard, "name"


def _alarms(environment: EnvironmentFields) -> _Names:
    names, settings = environment.names, environment.hardening.alarms
    if settings is None:
        return
    if settings.topic_arn is None:
        yield "aws_sns_topic", names.alarm_topic, "name"
        yield "aws_kms_alias", f"alias/{names.alarm_topic}", "name"
    for service in environment.services:
        for kind in SERVICE_ALARMS:
            alarm = names.service_alarm(service.name, kind)
            yield "aws_cloudwatch_metric_alarm", alarm, f"services.{service.name}.name"
    kinds = ["load-balancer-errors"]
    if isinstance(environment.database, Database):
        kinds += [f"database-{kind}" for kind in DATABASE_ALARMS]
    if isinstance(environment.cache, Cache):
        kinds += [f"cache-{kind}" for kind in CACHE_ALARMS]
    for kind in kinds:
        yield "aws_cloudwatch_metric_alarm", names.alarm(kind), "name"
    for custom in settings.custom:
        field = f"hardening.alarms.custom.{custom.name}.name"
        yield "aws_cloudwatch_metric_alarm", names.alarm(custom.name), field


_PARTS: tuple[Callable[[EnvironmentFields], _Names], ...] = (
    _environment,
    _services,
    _data,
    _hardening,
    _alarms,
)
