"""The rules of an environment between its hardenings and its other parts."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.model.field_types import suggest_repair
from navra_stacks.settings.state import S3State

__all__ = ["RULES"]

BUCKET_NAME_LIMIT = 63


def access_log_bucket_is_its_own(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Logs lie in a bucket that can be named, and in which no state lies."""
    logs = environment.hardening.access_logs
    if logs is None:
        return
    field = "hardening.access_logs.bucket_name"
    name = logs.bucket_name or environment.names.access_log_bucket("0" * 12, environment.region)
    if len(name) > BUCKET_NAME_LIMIT:
        yield SettingsProblem(
            field,
            f"is missing, and the name made for it, {name!r} with 12 digits of the account, "
            f"has {len(name)} characters (S3 buckets: {BUCKET_NAME_LIMIT} at most)",
            "give a name",
        )
    if isinstance(environment.state, S3State) and name == environment.state.bucket:
        yield SettingsProblem(
            field,
            f"{name!r} is the bucket of the state, where logs would expire and others write",
            "give the logs a bucket of their own",
        )


def exec_can_write(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """The agent writes to the root (ECS, "Monitor Amazon ECS containers with ECS Exec")."""
    if not environment.hardening.audited_exec:
        return
    for service in environment.services:
        for container in service.containers:
            if container.read_only_root:
                yield SettingsProblem(
                    "hardening.audited_exec",
                    f"cannot open sessions in {service.container_name(container)!r} of "
                    f"{service.name!r}, whose root file system is read-only",
                    "choose one of the two",
                )


def alarms_fit(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """An alarm is about a service that there is, and reaches somebody."""
    alarms = environment.hardening.alarms
    if alarms is None:
        return
    # The alarms that the library names itself begin so: see constructs/observability.
    own = (
        "load-balancer-",
        "database-",
        "cache-",
        *(f"{name}-" for name in environment.service_names),
    )
    for alarm in alarms.custom:
        field = f"hardening.alarms.custom.{alarm.name}"
        if alarm.service not in environment.service_names:
            yield SettingsProblem(
                f"{field}.service",
                f"{alarm.service!r} is not a service of this environment",
                suggest_repair(alarm.service, environment.service_names),
            )
        if alarm.name.startswith(own):
            yield SettingsProblem(
                f"{field}.name",
                f"{alarm.name!r} begins like the name of an alarm of the library "
                f"({', '.join(own)})",
                "choose another",
            )
    # CloudWatch, "Alarm actions": a topic of the alarm's own Region.
    region = environment.region
    if alarms.topic_arn is not None and alarms.topic_arn.split(":")[3] != region:
        yield SettingsProblem(
            "hardening.alarms.topic_arn",
            f"{alarms.topic_arn!r} is not in {region}, and alarms reach no other Region",
            f"give a topic of {region}",
        )


def alarms_lie_above_autoscaling(environment: EnvironmentFields) -> Iterator[SettingsProblem]:
    """Autoscaling holds a load that an alarm must not take for trouble."""
    alarms = environment.hardening.alarms
    if alarms is None:
        return
    for service in environment.services:
        scaling = environment.autoscaling_of(service)
        for field in ("cpu_percent", "memory_percent"):
            held = None if scaling is None else getattr(scaling, field)
            if held is not None and getattr(alarms, field) <= held:
                yield SettingsProblem(
                    f"hardening.alarms.{field}",
                    f"{getattr(alarms, field)} is not above the {held} percent that "
                    f"autoscaling holds {service.name!r} at, so it would ring all the time",
                    "raise it, or lower autoscaling's target",
                )


RULES = (
    access_log_bucket_is_its_own,
    exec_can_write,
    alarms_fit,
    alarms_lie_above_autoscaling,
)
