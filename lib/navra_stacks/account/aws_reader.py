"""Read-only client of an AWS account."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.parsers import ResponseParserError

from navra_stacks.account.endpoint import check_endpoint
from navra_stacks.account.iam_actions import iam_action
from navra_stacks.account.read_only import is_allowed_operation
from navra_stacks.errors import NavraError

__all__ = [
    "AccessDeniedError",
    "AccountError",
    "AwsAccount",
    "NotReadOnlyError",
    "OperationError",
    "WrongAccountError",
]

Response = TypeVar("Response")

# Error codes for a resource that does not exist. Each service has its own.
NOT_FOUND = re.compile(r"(?i)NotFound|NoSuch|DoesNotExist|NonExistent|Malformed$|^404$")
ACCESS_DENIED = re.compile(
    r"(?i)AccessDenied|UnauthorizedOperation|AuthorizationError|Forbidden|^403$"
)
EXPIRED = re.compile(r"(?i)Expired|RequestExpired")
INVALID_CREDENTIALS = re.compile(
    r"InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure"
)


class AccountError(NavraError):
    """The account cannot be read, for example because credentials or permissions are missing."""


class WrongAccountError(AccountError):
    """The credentials belong to another account than the required one."""


class OperationError(AccountError):
    """One operation failed. Others can succeed with the same credentials."""

    @property
    def reason(self) -> str:
        """The reason why the result of the operation is not known, as a phrase."""
        return str(self)


class AccessDeniedError(OperationError):
    """The credentials lack a permission to read."""

    def __init__(self, action: str, message: str) -> None:
        is_read = is_allowed_operation(action.partition(":")[2])
        note = ". Only read operations are called" if is_read else ""
        super().__init__(
            f"the credentials are not allowed to call {action} ({message}); add this action to "
            f"their IAM policy{note}"
        )
        self.action = action
        """The missing IAM action, for example ``ec2:DescribeVpcs``."""

    @property
    def reason(self) -> str:
        return f"needs the permission {self.action}"


class NotReadOnlyError(AccountError):
    """An operation was not called, because it could change something or return secrets or data."""


class AwsAccount:
    """Read-only access to one Region of an AWS account.

    Before a request is sent, each client rejects every operation that :func:`is_allowed_operation`
    does not allow, so a bug in this package cannot change an account.

    Args:
        region: The Region, for example ``us-east-1``.
        account_id: The required account ID, 12 digits; None for any account.
        endpoint_url: The endpoint of an emulator; None for AWS.
        session: A boto3 session with the credentials; None for the credentials that boto3's default
            credential chain finds.
    """

    def __init__(
        self,
        region: str,
        *,
        account_id: str | None = None,
        endpoint_url: str | None = None,
        session: boto3.Session | None = None,
    ) -> None:
        self.region = region
        self.expected_id = account_id
        self.calls: Counter[str] = Counter()
        """The number of requests by service and operation, for example ``{"ec2:DescribeVpcs": 1}``.
        Cached responses and retries are not counted.
        """
        self.retries: Counter[str] = Counter()
        """The number of retries by service and operation. AWS throttles most of these requests."""
        self._endpoint = endpoint_url
        self._session = session
        self._clients: dict[str, Any] = {}
        # Clients can be shared by threads, but not created by several at a time ("Multithreading
        # and multiprocessing" in the documentation of boto3).
        self._creation = threading.Lock()
        self._cache: dict[str, Any] = {}
        self._id: str | None = None
        self._assumed: dict[str, AwsAccount] = {}
        self._others: dict[str, AwsAccount] = {}

    @property
    def id(self) -> str:
        """The ID of the account to which the credentials belong.

        Raises:
            WrongAccountError: the account is not the required one.
            AccountError: AWS rejected the credentials, or AWS could not be reached.
        """
        if self._id is None:
            found = str(self.call("sts", "get_caller_identity")["Account"])
            if self.expected_id is not None and found != self.expected_id:
                raise WrongAccountError(
                    f"the credentials belong to account {found}, but only account "
                    f"{self.expected_id} is allowed; use credentials of {self.expected_id}"
                )
            self._id = found
        return self._id

    def assume_role(self, role: str) -> AwsAccount:
        """Return read-only access to the account of an IAM role, with the credentials of the role.

        STS returns temporary credentials and changes nothing.

        Args:
            role: The ARN of the role.

        Raises:
            AccountError: the role cannot be assumed.
        """
        if role not in self._assumed:
            with self._translated_errors("sts", "assume_role"):
                sts = self._new_client("sts")
                assumed = sts.assume_role(RoleArn=role, RoleSessionName="navra")["Credentials"]
                session = boto3.Session(
                    aws_access_key_id=assumed["AccessKeyId"],
                    aws_secret_access_key=assumed["SecretAccessKey"],
                    aws_session_token=assumed["SessionToken"],
                    region_name=self.region,
                )
            self._assumed[role] = AwsAccount(
                self.region,
                account_id=role.split(":")[4],
                endpoint_url=self._endpoint,
                session=session,
            )
        return self._assumed[role]

    def in_region(self, region: str) -> AwsAccount:
        """Return read-only access to another Region of the same account."""
        if region == self.region:
            return self
        if region not in self._others:
            self._others[region] = AwsAccount(
                region,
                account_id=self.expected_id,
                endpoint_url=self._endpoint,
                session=self._session,
            )
        return self._others[region]

    def client(self, service: str) -> Any:
        """Return the read-only boto3 client of an AWS service, created on the first call."""
        if service not in self._clients:
            with self._translated_errors(service, ""):
                client = self._new_client(service)
            client.meta.events.register_first("before-call", self._require_read_only)
            client.meta.events.register("after-call", self._count_retries)
            self._clients[service] = client
        return self._clients[service]

    def _new_client(self, service: str, attempts: int = 8) -> Any:
        config = Config(
            connect_timeout=10,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": attempts},
            # A proxy cannot reach an emulator on this machine.
            proxies={} if _is_loopback(self._endpoint) else None,
        )
        try:
            with self._creation:
                if self._session is None:
                    self._session = boto3.Session(region_name=self.region)
                client = self._session.client(
                    service, region_name=self.region, endpoint_url=self._endpoint, config=config
                )
        except ValueError as error:  # boto3 also reads endpoints from AWS_ENDPOINT_URL and files
            raise AccountError(
                f"{error}; write the URL of an emulator in AWS_ENDPOINT_URL or in the AWS config "
                "file with its scheme, for example http://127.0.0.1:5000"
            ) from error
        check_endpoint(client.meta.endpoint_url, "the endpoint")
        return client

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """Return the response of an operation, for example ``call("sts", "get_caller_identity")``.

        The response is cached until :meth:`clear_cache` is called.

        Raises:
            AccountError: the resource in `arguments` does not exist, or AWS returned another error
                or could not be reached.
            NotReadOnlyError: the operation is not allowed.
        """
        response = self.find(service, operation, **arguments)
        if response is None:
            raise OperationError(f"{service} {operation} found nothing for {json.dumps(arguments)}")
        return response

    def find(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """Return the response as :meth:`call` does, or None if the resource does not exist."""

        def request() -> dict[str, Any] | None:
            try:
                return dict(getattr(self.client(service), operation)(**arguments))
            except ClientError as error:
                if _is_not_found(error):
                    return None
                raise

        return self._cached("find", service, operation, arguments, request)

    def list_all(self, service: str, operation: str, **arguments: Any) -> list[Any]:
        """Return the items from all pages of a listing operation.

        The list is empty if AWS reports that the resource in `arguments` does not exist.

        Raises:
            AccountError: AWS returned an error or could not be reached.
            NotReadOnlyError: the operation is not allowed.
        """

        def request() -> list[Any]:
            client = self.client(service)
            try:
                if not client.can_paginate(operation):
                    return _items(getattr(client, operation)(**arguments))
                pages = client.get_paginator(operation).paginate(**arguments)
                return [item for page in pages for item in _items(page, *pages.result_keys)]
            except ClientError as error:
                if _is_not_found(error):
                    return []
                raise

        return list(self._cached("list_all", service, operation, arguments, request))

    def request(self, service: str, operation: str, /, **arguments: Any) -> dict[str, Any]:
        """Return the response as :meth:`call` does, but always of a new request."""
        with self._translated_errors(service, operation):
            return dict(getattr(self.client(service), operation)(**arguments))

    def clear_cache(self) -> None:
        """Discard the cached responses, so that the next call of each operation sends a request."""
        self._cache.clear()
        self._assumed.clear()
        self._others.clear()

    def _cached(
        self,
        method: str,
        service: str,
        operation: str,
        arguments: Any,
        request: Callable[[], Response],
    ) -> Response:
        key = json.dumps([method, service, operation, arguments], sort_keys=True)
        if key not in self._cache:
            with self._translated_errors(service, operation):
                self._cache[key] = request()
        response: Response = self._cache[key]
        return response

    def _require_read_only(self, model: Any, **_: Any) -> None:
        service = model.service_model.endpoint_prefix
        if not self._allows(model.name):
            raise NotReadOnlyError(
                f"{service}:{model.name} was not called: only Describe, List, Get and Head "
                "operations that return no secret, object or log are allowed"
            )
        self.calls[f"{service}:{model.name}"] += 1

    def _allows(self, operation: str) -> bool:
        return is_allowed_operation(operation)

    def _count_retries(self, model: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        if retries := parsed.get("ResponseMetadata", {}).get("RetryAttempts", 0):
            self.retries[f"{model.service_model.endpoint_prefix}:{model.name}"] += retries

    @contextmanager
    def _translated_errors(self, service: str, operation: str) -> Iterator[None]:
        """Raise an `AccountError` in place of an error from boto3 or AWS."""
        try:
            yield
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise AccountError(
                f"no complete AWS credentials were found ({error}); log in, or set AWS_PROFILE or "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ) from error
        except ProfileNotFound as error:
            raise AccountError(
                f"{error}; set AWS_PROFILE to a profile of the AWS config file"
            ) from error
        except (SSOTokenLoadError, TokenRetrievalError, UnauthorizedSSOTokenError) as error:
            raise AccountError(
                f"the SSO login is missing or has expired ({error}); run `aws sso login`"
            ) from error
        except EndpointConnectionError as error:
            repair = (
                f"check that {self.region!r} is a Region and that the network is available"
                if self._endpoint is None
                else f"check that an emulator runs at {self._endpoint}"
            )
            raise OperationError(f"AWS cannot be reached: {error}; {repair}") from error
        except ClientError as error:
            raise self._translated(error, service) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise OperationError(f"{service} {operation}: {_one_line(str(error))}") from error

    def _translated(self, error: ClientError, service: str) -> AccountError:
        code, message = _error_code(error), error.response.get("Error", {}).get("Message", "")
        if EXPIRED.search(code):
            return AccountError(f"the AWS credentials have expired ({message}); log in again")
        if ACCESS_DENIED.search(code):
            return AccessDeniedError(iam_action(service, error.operation_name), message)
        if INVALID_CREDENTIALS.search(code):
            return AccountError(
                f"AWS rejected the credentials ({message}); log in again, or correct the keys"
            )
        if code in ("OptInRequired", "RegionDisabledException"):
            return OperationError(
                f"Region {self.region} or the service {service} is not enabled in this account "
                f"({message}); enable it, or use another Region"
            )
        return OperationError(f"{service} {error.operation_name}: {code}: {_one_line(message)}")


def _is_loopback(endpoint: str | None) -> bool:
    return urlsplit(endpoint or "").hostname in ("127.0.0.1", "localhost", "::1")


def _one_line(message: str) -> str:
    """Return a message without line breaks and markup; a web page is no message at all."""
    if "<html" in (lower := message.lower()) or "<!doctype" in lower:
        return "the response is a web page, not one of the AWS API"
    return " ".join(message.split())


def _error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _is_not_found(error: ClientError) -> bool:
    # ECS has no error code for a task definition that does not exist.
    ecs = "Unable to describe task definition" in str(error)
    return ecs or NOT_FOUND.search(_error_code(error)) is not None


def _items(page: Mapping[str, Any], *keys: Any) -> list[Any]:
    """Return the items that the JMESPath expressions `keys` select in a response.

    Without `keys`, return the only list in the response, or an empty list if it has several.
    """
    if keys:
        return [item for key in keys for item in (key.search(page) or ())]
    lists = [value for key, value in page.items() if isinstance(value, list) and key != "failures"]
    return lists[0] if len(lists) == 1 else []
