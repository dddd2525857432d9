"""The log events of a service."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.description import ServiceDescription
from navra_stacks.errors import NavraError

__all__ = ["log_lines", "parse_since"]

MAX_AGE = timedelta(days=3653)
"""The longest retention of log events, except without a limit."""

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_since(text: str) -> timedelta:
    """Return the duration of a text such as ``30s``, ``15m``, ``2h`` or ``1d``.

    Raises:
        NavraError: the text has another form.
    """
    if (found := re.fullmatch(r"([0-9]{1,6})([smhd])", text)) is None:
        raise NavraError(f"{text!r} is not a duration; write for example 30s, 15m, 2h or 1d")
    age = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if age > MAX_AGE:
        raise NavraError(f"{text!r} is longer than {MAX_AGE.days} days")
    return age


def log_lines(
    account: DeploymentAccount, service: ServiceDescription, *, since: datetime, task: str = ""
) -> Iterator[str]:
    """Yield the log events of a service, the oldest one first.

    Args:
        account: The account.
        service: The service.
        since: The time of the oldest event.
        task: The ID of a task; empty for all tasks.

    Raises:
        AccountError: the logs cannot be read.
    """
    _ = account.id
    arguments = {"logGroupName": service.log_group, "startTime": int(since.timestamp() * 1000)}
    while True:
        found = account.request("logs", "filter_log_events", **arguments)
        for event in sorted(found["events"], key=lambda event: event["timestamp"]):
            stream = event["logStreamName"]
            if not task or stream.endswith(f"/{task}"):
                time = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
                yield f"{time:%Y-%m-%dT%H:%M:%SZ} {stream}  {event['message'].rstrip()}"
        if "nextToken" not in found:
            return
        arguments["nextToken"] = found["nextToken"]
