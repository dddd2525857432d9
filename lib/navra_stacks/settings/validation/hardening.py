"""Validation rules between hardening and the other settings."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import slug
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair
from navra_stacks.settings.observability.thresholds import TRAFFIC_THRESHOLDS
from navra_stacks.settings.state import BUCKET_NAME_LIMIT, S3State

__all__ = ["RULES"]


def check_access_log_bucket(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the access log bucket has a valid name and is not the state bucket."""
    logs = environment.hardening.access_logs
    if logs is None:
        return
    field = "hardening.access_logs.bucket_name"
    name = logs.bucket_name or environment.names.access_log_bucket("0" * 12, environment.region)
    if len(name) > BUCKET_NAME_LIMIT:
        yield SettingsProblem(
            field,
            f"is missing, and the default name {name!r} (with a 12-digit account id) has "
            f"{len(name)} characters (at most {BUCKET_NAME_LIMIT} for S3 buckets)",
            "set bucket_name to a shorter name",
        )
    if isinstance(environment.state, S3State):
        if name == environment.state.bucket:
            yield SettingsProblem(
                field,
                f"{name!r} is also the state bucket, but objects in the log bucket expire, and AWS "
                "services can write to the log bucket",
                "use a separate bucket for the logs",
            )
        elif name == environment.state.log_bucket:
            yield SettingsProblem(
                field,
                f"{name!r} is also the bucket with the access logs of the state bucket",
                "use a separate bucket for the logs of the load balancer",
            )


def check_exec(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that containers have a writable root file system, which the agent of ECS Exec needs.

    See ECS, "Monitor Amazon ECS containers with ECS Exec".
    """
    if not environment.hardening.audited_exec:
        return
    for service in environment.services:
        for container in service.containers:
            if container.read_only_root:
                yield SettingsProblem(
                    "hardening.audited_exec",
                    f"cannot open sessions in the container {service.container_name(container)!r} "
                    f"of the service {service.name!r}, because the root file system of the "
                    "container is read-only",
                    "turn audited_exec off, or set read_only_root=False for the container",
                )


def check_alarms(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check the services and the names in the alarms, and the Region of the SNS topic."""
    alarms = environment.hardening.alarms
    if alarms is None:
        return
    # Prefixes of the library's own alarms; see constructs/observability.
    reserved_prefixes = (
        "load-balancer-",
        "database-",
        "cache-",
        *(f"{name}-" for name in environment.service_names),
    )
    for name in sorted(alarms.services.keys() - environment.service_names):
        yield SettingsProblem(
            f"hardening.alarms.services.{name}",
            f"{name!r} is not a service of this environment",
            suggest_repair(name, environment.service_names),
        )
    for service in environment.services:
        own = alarms.services.get(service.name)
        if own is None or service.receives_traffic:
            continue
        for threshold in TRAFFIC_THRESHOLDS:
            if getattr(own, threshold) is not None:
                yield SettingsProblem(
                    f"hardening.alarms.services.{service.name}.{threshold}",
                    "is set, but the service has no health_check, so it receives no traffic and "
                    "has no alarm on requests",
                    f"remove {threshold}",
                )
    for alarm in alarms.custom:
        field = f"hardening.alarms.custom.{alarm.name}"
        if alarm.service not in environment.service_names:
            yield SettingsProblem(
                f"{field}.service",
                f"{alarm.service!r} is not a service of this environment",
                suggest_repair(alarm.service, environment.service_names),
            )
        # Compared as in an address, in which a name has no two consecutive hyphens.
        if slug(alarm.name).startswith(tuple(f"{slug(prefix)}_" for prefix in reserved_prefixes)):
            yield SettingsProblem(
                f"{field}.name",
                f"{alarm.name!r} starts with a prefix that the library uses for its own alarms "
                f"({', '.join(reserved_prefixes)})",
                "choose another name",
            )
    # CloudWatch, "Alarm actions": the topic must be in the alarm's Region.
    region = environment.region
    if alarms.topic_arn is not None and alarms.topic_arn.split(":")[3] != region:
        yield SettingsProblem(
            "hardening.alarms.topic_arn",
            f"{alarms.topic_arn!r} is not in {region}, but an alarm can notify only a topic in "
            "its own Region",
            f"use a topic in {region}",
        )


def check_alarm_thresholds(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Check that the thresholds of alarms on CPU and memory are above autoscaling's targets."""
    alarms = environment.hardening.alarms
    if alarms is None:
        return
    for service in environment.services:
        scaling = environment.autoscaling_of(service)
        own = alarms.services.get(service.name)
        for field in ("cpu_percent", "memory_percent"):
            target = None if scaling is None else getattr(scaling, field)
            threshold = getattr(alarms.for_service(service.name), field)
            if target is not None and threshold <= target:
                is_own = own is not None and getattr(own, field) is not None
                path = f"services.{service.name}.{field}" if is_own else field
                yield SettingsProblem(
                    f"hardening.alarms.{path}",
                    f"{threshold} is not above autoscaling's target of {target} percent for the "
                    f"service {service.name!r}, so the alarm would go into ALARM under normal load",
                    f"raise {field} of the alarms, or lower autoscaling's target",
                )


RULES = (
    check_access_log_bucket,
    check_exec,
    check_alarms,
    check_alarm_thresholds,
)
