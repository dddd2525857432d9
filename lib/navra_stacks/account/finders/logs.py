"""Finders for CloudWatch log groups, metric filters, alarms and dashboards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from navra_stacks.account.finders.matching import common_pattern, created, describe
from navra_stacks.account.lookup_types import (
    Candidate,
    LookupResults,
    LookupTarget,
    UnmanagedResource,
)
from navra_stacks.terraform.task_definition_changes import containers_of

__all__ = [
    "alarm",
    "dashboard",
    "log_group",
    "metric_filter",
    "other_alarms",
    "other_log_groups",
]


def log_group(target: LookupTarget) -> Iterator[Candidate]:
    """Find a log group by its name; if there is none, find those that live containers use."""
    found = _groups(target, target["name"], exactly=True)
    for name in _groups_of_containers(target) if not found else ():
        found += _groups(target, name, exactly=True)
    yield from map(_group, found)


def _groups(
    target: LookupTarget | LookupResults, prefix: str, *, exactly: bool = False
) -> list[Any]:
    arguments = {"logGroupNamePrefix": prefix} if prefix else {}
    found = target.account.list_all("logs", "describe_log_groups", **arguments)
    return [live for live in found if not exactly or live["logGroupName"] == prefix]


def _group(live: Mapping[str, Any]) -> Candidate:
    name = live["logGroupName"]
    return Candidate(
        name,
        # AWS ends the ARN with ":*"; the provider does not.
        {"arn": live["arn"].removesuffix(":*"), "id": name, "name": name},
        _description(live),
        live,
    )


def _description(live: Mapping[str, Any]) -> str:
    days = live.get("retentionInDays")
    creation = datetime.fromtimestamp(live["creationTime"] / 1000, UTC)
    return describe(f"retention {days} days" if days else "no retention limit", created(creation))


def _groups_of_containers(target: LookupTarget) -> Iterator[str]:
    """Yield the names of the log groups that live containers use in place of the target."""
    for task in target.referenced_by("aws_ecs_task_definition", "name"):
        if (match := task.match()) is None:
            continue
        groups = {
            container["name"]: _group_of(container)
            for container in match.live.get("containerDefinitions", ())
        }
        for name, container in containers_of(task.block.body).items():
            if f"{target.address}.name" in _group_of(container) and groups.get(name):
                yield groups[name]


def _group_of(container: Mapping[str, Any]) -> str:
    options = (container.get("logConfiguration") or {}).get("options") or {}
    return str(options.get("awslogs-group", ""))


def other_log_groups(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find log groups whose names are similar to the names of the matched log groups."""
    names = [match.id for match in results.matches("aws_cloudwatch_log_group").values()]
    if (common := common_pattern(names)) is not None:
        for live in _groups(results, common[0]):
            if common[1].match(live["logGroupName"]):
                yield UnmanagedResource(
                    "aws_cloudwatch_log_group", live["logGroupName"], _description(live)
                )


def metric_filter(target: LookupTarget) -> Iterator[Candidate]:
    """Find a metric filter by its log group and name."""
    group, name = target["log_group_name"], target["name"]
    for live in target.account.list_all(
        "logs", "describe_metric_filters", logGroupName=group, filterNamePrefix=name
    ):
        if live["filterName"] == name:
            yield Candidate(f"{group}:{name}", live=live)


def alarm(target: LookupTarget) -> Iterator[Candidate]:
    """Find a CloudWatch alarm by its name."""
    name = target["alarm_name"]
    response = target.account.call("cloudwatch", "describe_alarms", AlarmNames=[name])
    for live in response["MetricAlarms"]:
        yield Candidate(name, {"arn": live["AlarmArn"], "alarm_name": name, "id": name}, live=live)


def other_alarms(results: LookupResults) -> Iterator[UnmanagedResource]:
    """Find alarms whose names are similar to the names of the matched alarms."""
    names = [match.id for match in results.matches("aws_cloudwatch_metric_alarm").values()]
    if (common := common_pattern(names)) is not None:
        arguments = {"AlarmNamePrefix": common[0]} if common[0] else {}
        for live in results.account.list_all(
            "cloudwatch", "describe_alarms", AlarmTypes=["MetricAlarm"], **arguments
        ):
            if common[1].match(live["AlarmName"]):
                yield UnmanagedResource(
                    "aws_cloudwatch_metric_alarm",
                    live["AlarmName"],
                    describe(live.get("AlarmDescription", "")),
                )


def dashboard(target: LookupTarget) -> Iterator[Candidate]:
    """Find a CloudWatch dashboard by its name."""
    name = target["dashboard_name"]
    for live in target.account.list_all("cloudwatch", "list_dashboards", DashboardNamePrefix=name):
        if live["DashboardName"] == name:
            yield Candidate(name, {"dashboard_arn": live["DashboardArn"]}, live=live)
