"""Access to the account of a deployment: reads, logs, and the operations that change ECS."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import boto3
from botocore.exceptions import ClientError, HTTPClientError, ProfileNotFound

from navra_stacks.account.aws_reader import AccountError, AwsAccount, OperationError

__all__ = ["CHANGES", "DeploymentAccount", "LostResponseError"]

CHANGES = frozenset({"RegisterTaskDefinition", "RunTask", "StopServiceDeployment", "UpdateService"})
"""The operations that a deployment calls in addition to those that only read."""

LOGS = frozenset({"FilterLogEvents", "GetLogEvents"})
"""The operations that read the logs of tasks."""

THROTTLED = (
    "Throttling",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
)
MAX_ATTEMPTS = 5
SERVER_ERROR = 500

MAX_FAILED_READS = 10
"""The number of reads in succession that may fail while a deployment or a task is followed: AWS
shows a new one with a delay, and throttles."""

T = TypeVar("T")


class LostResponseError(OperationError):
    """AWS may or may not have executed an operation: the connection ended, or AWS failed."""


class DeploymentAccount(AwsAccount):
    """Access to one Region of an account, which can register, run, update and stop in ECS.

    Each client refuses every other operation that changes something, before it is sent.

    Args:
        region: The Region.
        account_id: The required account ID; None for any account.
        endpoint_url: The endpoint of an emulator; None for AWS.
        session: A boto3 session with the credentials; None for boto3's default credential chain.
        sleep: A function that waits for a number of seconds.
    """

    def __init__(
        self, *arguments: Any, sleep: Callable[[float], None] = time.sleep, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.changed = False
        """True if an operation changed something, or may have."""
        self._sleep = sleep
        self._interrupted = threading.Event()
        self._thread = threading.local()

    @classmethod
    def open(
        cls,
        region: str,
        *,
        account_id: str | None,
        endpoint_url: str | None = None,
        profile: str | None = None,
    ) -> DeploymentAccount:
        """Return access with the credentials of a profile, or of boto3's default chain.

        Raises:
            AccountError: the profile does not exist.
        """
        try:
            session = boto3.Session(profile_name=profile, region_name=region)
        except ProfileNotFound as error:
            raise AccountError(f"{error}; pass a profile of the AWS config file") from error
        return cls(region, account_id=account_id, endpoint_url=endpoint_url, session=session)

    def sleep(self, seconds: float) -> None:
        """Wait for a number of seconds.

        Raises:
            KeyboardInterrupt: the command was interrupted; once in each worker thread.
        """
        if self._sleep is time.sleep and not _is_main_thread():
            self._interrupted.wait(seconds)
        else:
            self._sleep(seconds)
        self._end_interrupted_thread()

    def interrupt_threads(self) -> None:
        """Raise KeyboardInterrupt in each worker thread at its next wait or change.

        Python delivers signals to the main thread only.
        """
        self._interrupted.set()

    def _end_interrupted_thread(self) -> None:
        is_ending = getattr(self._thread, "is_ending", False)
        if self._interrupted.is_set() and not _is_main_thread() and not is_ending:
            self._thread.is_ending = True
            raise KeyboardInterrupt

    def change(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """Call an operation of ECS that changes something, and return its response.

        The SDK sends no request again, because a repeated request could start a second deployment.
        A throttled request was not executed, and is sent again here.

        Raises:
            LostResponseError: it is not known whether AWS executed the operation.
            OperationError: AWS did not execute the operation.
            AccountError: AWS rejected the credentials.
        """
        self._end_interrupted_thread()
        for attempt in range(1, MAX_ATTEMPTS + 1):
            with self._translated_errors("ecs", operation):
                try:
                    response = dict(getattr(self._changing_client, operation)(**arguments))
                except HTTPClientError as error:
                    self.changed = True
                    raise _lost(operation, str(error)) from error
                except ClientError as error:
                    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
                    is_throttled = error.response["Error"]["Code"] in THROTTLED
                    if is_throttled and attempt < MAX_ATTEMPTS:
                        self.sleep(2.0**attempt)
                        continue
                    if status >= SERVER_ERROR and not is_throttled:
                        self.changed = True
                        raise _lost(operation, str(error)) from error
                    raise
                self.changed = True
                return response
        raise AssertionError("the last attempt returns or raises")

    def read_repeatedly(self, read: Callable[[], T], seconds: float) -> T:
        """Return what a function reads, and repeat it up to `MAX_FAILED_READS` times if it fails.

        Args:
            read: The function.
            seconds: The time between two attempts.

        Raises:
            OperationError: the last attempt failed.
        """
        for _ in range(MAX_FAILED_READS - 1):
            try:
                return read()
            except OperationError:
                self.sleep(seconds)
        return read()

    @cached_property
    def _changing_client(self) -> Any:
        client = self._new_client("ecs", attempts=1)
        client.meta.events.register_first("before-call", self._require_read_only)
        return client

    def _allows(self, operation: str) -> bool:
        return super()._allows(operation) or operation in CHANGES or operation in LOGS


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _lost(operation: str, message: str) -> LostResponseError:
    return LostResponseError(f"ecs {operation}: {' '.join(message.split())}")
