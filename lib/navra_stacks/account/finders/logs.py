"""CloudWatch: log groups, metric filters, alarms, dashboards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from navra_stacks.account.finders.matching import akin, created, told
from navra_stacks.account.lookup_types import Candidate, LookupTarget, Survey, UnmanagedResource

__all__ = [
    "alarm",
    "dashboard",
    "log_group",
    "metric_filter",
    "other_alarms",
    "other_log_groups",
]


def log_group(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name; else the one that the found task definition's containers write to."""
    found = _groups(wanted, wanted["name"], exactly=True)
    for name in _written_to(wanted) if not found else ():
        found += _groups(wanted, name, exactly=True)
    yield from map(_group, found)


def _groups(wanted: LookupTarget | Survey, prefix: str, *, exactly: bool = False) -> list[Any]:
    given = {"logGroupNamePrefix": prefix} if prefix else {}
    found = wanted.account.all("logs", "describe_log_groups", **given)
    return [live for live in found if not exactly or live["logGroupName"] == prefix]


def _group(live: Mapping[str, Any]) -> Candidate:
    name = live["logGroupName"]
    return Candidate(
        name,
        # The provider leaves out the star that AWS ends it with.
        {"arn": live["arn"].removesuffix(":*"), "id": name, "name": name},
        _told(live),
        live,
    )


def _told(live: Mapping[str, Any]) -> str:
    days = live.get("retentionInDays")
    made = datetime.fromtimestamp(live["creationTime"] / 1000, UTC)
    return told(f"keeps {days} days" if days else "keeps events for ever", created(made))


def _written_to(wanted: LookupTarget) -> Iterator[str]:
    """Where the containers write that the document lets write to this group."""
    for task in wanted.referring("aws_ecs_task_definition", "name"):
        if (found := task.found()) is None:
            continue
        groups = {
            container["name"]: _group_of(container)
            for container in found.live.get("containerDefinitions", ())
        }
        for container in json.loads(task.block["container_definitions"]):
            described = _group_of(container)
            if f"{wanted.address}.name" in described and groups.get(container["name"]):
                yield groups[container["name"]]


def _group_of(container: Mapping[str, Any]) -> str:
    options = (container.get("logConfiguration") or {}).get("options") or {}
    return str(options.get("awslogs-group", ""))


def other_log_groups(survey: Survey) -> Iterator[UnmanagedResource]:
    """Log groups whose names are like those of the environment's."""
    names = [one.id for one in survey.found("aws_cloudwatch_log_group").values()]
    if (common := akin(names)) is not None:
        for live in _groups(survey, common[0]):
            if common[1].match(live["logGroupName"]):
                yield UnmanagedResource(
                    "aws_cloudwatch_log_group", live["logGroupName"], _told(live)
                )


def metric_filter(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its log group and its name."""
    group, name = wanted["log_group_name"], wanted["name"]
    for live in wanted.account.all(
        "logs", "describe_metric_filters", logGroupName=group, filterNamePrefix=name
    ):
        if live["filterName"] == name:
            yield Candidate(f"{group}:{name}", live=live)


def alarm(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    name = wanted["alarm_name"]
    answer = wanted.account.call("cloudwatch", "describe_alarms", AlarmNames=[name])
    for live in answer["MetricAlarms"]:
        yield Candidate(name, {"arn": live["AlarmArn"], "alarm_name": name, "id": name}, live=live)


def other_alarms(survey: Survey) -> Iterator[UnmanagedResource]:
    """Alarms whose names are like those of the environment's; not those of autoscaling's own."""
    names = [one.id for one in survey.found("aws_cloudwatch_metric_alarm").values()]
    if (common := akin(names)) is not None:
        given = {"AlarmNamePrefix": common[0]} if common[0] else {}
        for live in survey.account.all(
            "cloudwatch", "describe_alarms", AlarmTypes=["MetricAlarm"], **given
        ):
            if common[1].match(live["AlarmName"]):
                yield UnmanagedResource(
                    "aws_cloudwatch_metric_alarm",
                    live["AlarmName"],
                    told(live.get("AlarmDescription", "")),
                )


def dashboard(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    name = wanted["dashboard_name"]
    for live in wanted.account.all("cloudwatch", "list_dashboards", DashboardNamePrefix=name):
        if live["DashboardName"] == name:
            yield Candidate(name, {"dashboard_arn": live["DashboardArn"]}, live=live)
