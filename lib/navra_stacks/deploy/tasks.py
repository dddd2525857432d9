"""ECS tasks: run a one-off task to its end, and explain why the tasks of a deployment failed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from navra_stacks.account.aws_reader import AccessDeniedError, AccountError, OperationError
from navra_stacks.deploy.account import DeploymentAccount, LostResponseError
from navra_stacks.deploy.outcome import Report
from navra_stacks.deploy.revisions import Revision

__all__ = ["TaskResult", "failed_tasks", "run_task"]

MAX_ATTEMPTS = 3
MAX_FAILED_TASKS = 3
LOG_LINES = 20

DENIED = "denied"
"""Replaces the token of a log stream that the credentials must not read."""


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The result of a one-off task."""

    task: str
    """The ID of the task."""

    exit_code: int | None
    """The exit code of the container; None if the container did not start or is still running."""

    reason: str
    """The reason for the end of the task; empty while it runs."""

    is_running: bool = False
    """True if the task may still run: it had not stopped at the timeout, or cannot be read."""

    @property
    def succeeded(self) -> bool:
        return self.exit_code == 0 and not self.is_running


def run_task(
    account: DeploymentAccount,
    cluster: str,
    revision: Revision,
    *,
    container: str,
    service: Mapping[str, Any],
    arguments: Sequence[str],
    timeout_seconds: float,
    poll_seconds: float,
    clock: Callable[[], float],
    report: Report,
) -> TaskResult:
    """Run a one-off task in the network of a service, and follow it to its end.

    Args:
        account: The account.
        cluster: The name of the cluster.
        revision: The revision of the one-off task.
        container: The container whose exit code is the result.
        service: The description of the ECS service by AWS, whose network and capacity is used.
        arguments: Arguments that are appended to the command of the task.
        timeout_seconds: The time after which the task is no longer followed.
        poll_seconds: The time between two requests.
        clock: A function that returns the time in seconds.
        report: A function that is called with each log line and each change of the status.

    Raises:
        LostResponseError: it is not known whether the task was started.
        AccountError: AWS did not start the task, or the account cannot be read.
    """
    arn = _start(account, cluster, revision, container, service, arguments)
    logs = _LogReader(account, revision, container, arn, report)
    end, last = clock() + timeout_seconds, ""
    try:
        while True:
            live = account.read_repeatedly(lambda: _describe(account, cluster, arn), poll_seconds)
            if live["lastStatus"] != last:
                last = live["lastStatus"]
                report(f"task {last.lower()}")
            logs.read()
            if last == "STOPPED":
                account.sleep(poll_seconds)  # the last log events arrive after the end
                logs.read()
                return _result(live, container)
            if clock() >= end:
                return TaskResult(_id(arn), None, "still runs after the timeout", is_running=True)
            account.sleep(poll_seconds)
    except Exception as error:
        # The task has been started, whatever the reason why it cannot be followed.
        what = error if isinstance(error, AccountError) else repr(error)
        return TaskResult(_id(arn), None, f"may still run: {what}", is_running=True)


def _start(
    account: DeploymentAccount,
    cluster: str,
    revision: Revision,
    container: str,
    service: Mapping[str, Any],
    arguments: Sequence[str],
) -> str:
    """Start a task, and return its ARN. A repeated request starts no second one."""
    capacity: dict[str, Any] = {"launchType": service.get("launchType") or "FARGATE"}
    if service.get("capacityProviderStrategy"):
        capacity = {"capacityProviderStrategy": service["capacityProviderStrategy"]}
    overrides: dict[str, Any] = {}
    if arguments:
        (definition,) = (
            one for one in revision.content["containerDefinitions"] if one["name"] == container
        )
        command = [*(definition.get("command") or ()), *arguments]
        overrides = {"overrides": {"containerOverrides": [{"name": container, "command": command}]}}
    token = str(uuid.uuid4())
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            started = account.change(
                "run_task",
                cluster=cluster,
                taskDefinition=revision.arn,
                networkConfiguration=service["networkConfiguration"],
                startedBy="navra",
                clientToken=token,
                **capacity,
                **overrides,
            )
        except LostResponseError:
            if attempt == MAX_ATTEMPTS:
                raise
            continue
        if started["tasks"]:
            return str(started["tasks"][0]["taskArn"])
        reasons = [one.get("reason", "no reason") for one in started.get("failures") or ()]
        raise OperationError(f"ECS did not start a task of {revision.name}: {', '.join(reasons)}")
    raise AssertionError("the last attempt returns or raises")


def _describe(account: DeploymentAccount, cluster: str, arn: str) -> Mapping[str, Any]:
    found = account.request("ecs", "describe_tasks", cluster=cluster, tasks=[arn])
    if not found["tasks"]:
        raise LostResponseError(f"the task {_id(arn)} is no longer described")
    task: Mapping[str, Any] = found["tasks"][0]
    return task


def _result(live: Mapping[str, Any], container: str) -> TaskResult:
    exit_codes = [one.get("exitCode") for one in live["containers"] if one["name"] == container]
    return TaskResult(
        _id(live["taskArn"]), exit_codes[0] if exit_codes else None, _reason(live, container)
    )


def _reason(live: Mapping[str, Any], container: str) -> str:
    parts = [live.get("stoppedReason", "")]
    for one in live["containers"]:
        if one["name"] == container:
            code = one.get("exitCode")
            if code is not None:
                parts.append(f"exit code {code}")
            elif "startedAt" in live:
                parts.append("the container has no exit code")
            else:
                parts.append("the container did not start")
            parts.append(one.get("reason", ""))
    return "; ".join(filter(None, parts))


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]


class _LogReader:
    """Reports the log events of a container, each one once."""

    def __init__(
        self,
        account: DeploymentAccount,
        revision: Revision,
        container: str,
        task: str,
        report: Report,
    ) -> None:
        self._account = account
        self._report = report
        self._stream = log_stream(revision, container, _id(task))
        self._token: str | None = None

    def read(self) -> None:
        if self._stream is None:
            return
        for event, token in _log_events(self._account, *self._stream, token=self._token):
            self._token = token
            self._report(f"  {event['message']}")


def log_stream(revision: Revision, container: str, task: str) -> tuple[str, str] | None:
    """Return the log group and stream of a container of a task; None without the awslogs driver.

    See Amazon ECS Developer Guide, "Send Amazon ECS logs to CloudWatch", for the stream's name.
    """
    for one in revision.content["containerDefinitions"]:
        if one["name"] == container:
            configuration = one.get("logConfiguration") or {}
            options = configuration.get("options") or {}
            if configuration.get("logDriver") == "awslogs" and "awslogs-stream-prefix" in options:
                name = f"{options['awslogs-stream-prefix']}/{container}/{task}"
                return options["awslogs-group"], name
    return None


def _log_events(
    account: DeploymentAccount, group: str, stream: str, *, token: str | None
) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    """Yield the log events after a token, each with the next token. A missing stream has none."""
    while token != DENIED:
        arguments = {"nextToken": token} if token else {"startFromHead": True}
        try:
            found = account.request(
                "logs", "get_log_events", logGroupName=group, logStreamName=stream, **arguments
            )
        except AccessDeniedError as error:
            yield {"message": f"the log events are not known: it {error.reason}"}, DENIED
            return
        except OperationError:
            return  # the stream does not exist yet
        next_token = found.get("nextForwardToken")
        for event in found["events"]:
            yield event, next_token
        if next_token == token or not next_token:
            return
        token = next_token


def _was_stopped_by_scheduler(task: Mapping[str, Any]) -> bool:
    """Return True if a task did not fail by itself, and no health check failed."""
    is_scheduled = task.get("stopCode") == "ServiceSchedulerInitiated"
    return is_scheduled and "health checks" not in task.get("stoppedReason", "")


def failed_tasks(
    account: DeploymentAccount, cluster: str, service: str, revision: Revision, container: str
) -> Iterator[str]:
    """Yield why the newest stopped tasks of a revision failed, with the last log lines of each.

    The scheduler also stops the tasks that had not failed when the deployment was stopped, so these
    come last.
    """
    try:
        arns = account.request(
            "ecs",
            "list_tasks",
            cluster=cluster,
            serviceName=service,
            desiredStatus="STOPPED",
        )["taskArns"]
        tasks = (
            account.request("ecs", "describe_tasks", cluster=cluster, tasks=arns[:100])["tasks"]
            if arns
            else []
        )
    except OperationError as error:
        yield f"the stopped tasks are not known: {error.reason}"
        return
    failed = [task for task in tasks if task["taskDefinitionArn"] == revision.arn]
    failed.sort(key=lambda task: str(task.get("stoppedAt", "")), reverse=True)
    failed.sort(key=_was_stopped_by_scheduler)
    for task in failed[:MAX_FAILED_TASKS]:
        yield f"task {_id(task['taskArn'])}: {_reason(task, container)}"
        if (stream := log_stream(revision, container, _id(task["taskArn"]))) is not None:
            events = [event for event, _ in _log_events(account, *stream, token=None)]
            yield from (f"  {event['message']}" for event in events[-LOG_LINES:])
