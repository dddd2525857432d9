"""An AWS account, and only the reading of it."""

from __future__ import annotations

import json
import re
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

from navra_stacks.errors import NavraError

__all__ = ["Account", "AccountError", "NotReadingError", "may_be_called"]

Answer = TypeVar("Answer")

# What an operation is called that changes nothing.
READING = re.compile(r"(Describe|List|Get|Head)[A-Z]")

# Among them those that hand out what is secret, what is stored, or a way in.
CONTENTS = re.compile(
    r"""(
    GetSecretValue | BatchGetSecretValue | GetRandomPassword
    | GetParameters? | GetParametersByPath | GetParameterHistory
    | (Get|Head)Object(?!LockConfiguration).* | GetItem | GetRecords
    | GetLogEvents | GetLogRecord | GetLogObject | GetQueryResults
    | GetDownloadUrlForLayer | GetLogin.* | GetCredentials.* | GetCredentialReport
    | [A-Z][a-z]+.*(Tokens?|TokensFrom.*|Credentials|ClientSecrets|A[Pp][Ii]Keys?)
    | GetPasswordData | GetConsoleOutput | GetConsoleScreenshot | GetParametersForImport
    | GetClusterCredentials.* | GetOpenIdToken.* | GetId | ListVirtualMFADevices
    | DescribeInstanceAttribute | GetLaunchTemplateData | DescribeLaunchTemplateVersions
    | (Get|List)Functions?(Configuration)? | DescribeUserPoolClient
    | (Describe|Get)VpnConnection.* | DescribeVerifiedAccessTrustProviders
    )""",
    re.VERBOSE,
)

# What AWS answers when there is no such thing; each service has words of its own.
ABSENT = re.compile(r"(?i)NotFound|NoSuch|DoesNotExist|NonExistent|Malformed$|^404$")
DENIED = re.compile(r"(?i)AccessDenied|UnauthorizedOperation|AuthorizationError|Forbidden|^403$")
EXPIRED = re.compile(r"(?i)Expired|RequestExpired")
INVALID = re.compile(
    r"InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch|AuthFailure"
)


class AccountError(NavraError):
    """The account cannot be read: no credentials, expired ones, too few rights, another account."""


class NotReadingError(AccountError):
    """A call that could change something, or would read a secret; it was not sent."""


def may_be_called(operation: str) -> bool:
    """Whether an operation, as AWS spells it (``DescribeVpcs``), reads, and reads no contents."""
    return READING.match(operation) is not None and CONTENTS.fullmatch(operation) is None


class Account:
    """What exists in one region of an AWS account, read through boto3's usual credentials.

    Every client refuses, before anything is sent, each operation that does not read
    (:func:`may_be_called`), so that no mistake here can change an account.

    Args:
        region: Which one: ``us-east-1``.
        account_id: The twelve digits of the account that it must be, ``None`` for any.
        endpoint_url: Where AWS is instead, for an emulator.
        session: A boto3 session with credentials of its own.
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
        self.expected = account_id
        self.calls: Counter[str] = Counter()
        """How often each operation was called: ``{"ec2:DescribeVpcs": 1}``."""
        self._endpoint = endpoint_url
        self._session = session
        self._clients: dict[str, Any] = {}
        self._answers: dict[str, Any] = {}
        self._id: str | None = None

    @property
    def id(self) -> str:
        """The account that the credentials belong to.

        Raises:
            AccountError: it is not the expected one, or the credentials do not work.
        """
        if self._id is None:
            found = str(self.call("sts", "get_caller_identity")["Account"])
            if self.expected is not None and found != self.expected:
                raise AccountError(
                    f"the credentials belong to account {found}, and the document allows "
                    f"{self.expected} alone; use those of {self.expected}"
                )
            self._id = found
        return self._id

    def client(self, service: str) -> Any:
        """A boto3 client of a service, which can only read; each is made once."""
        if service not in self._clients:
            with self._explained(service, ""):
                if self._session is None:
                    self._session = boto3.Session(region_name=self.region)
                client = self._session.client(
                    service,
                    region_name=self.region,
                    endpoint_url=self._endpoint,
                    config=Config(
                        connect_timeout=10,
                        read_timeout=60,
                        retries={"mode": "standard", "total_max_attempts": 8},
                        # No proxy leads to an emulator on this machine.
                        proxies={} if _is_here(self._endpoint) else None,
                    ),
                )
            client.meta.events.register_first("before-call", self._only_reading)
            self._clients[service] = client
        return self._clients[service]

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """One answer: ``call("sts", "get_caller_identity")``.

        Raises:
            AccountError: AWS refused, or could not be reached.
            NotReadingError: the operation does not read.
        """
        answer = self.look(service, operation, **arguments)
        if answer is None:
            raise AccountError(f"{service} {operation}: there is no {json.dumps(arguments)}")
        return answer

    def look(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """As :meth:`call`, and ``None`` where AWS says that there is no such thing."""

        def ask() -> dict[str, Any] | None:
            try:
                return dict(getattr(self.client(service), operation)(**arguments))
            except ClientError as error:
                if _says_absent(error):
                    return None
                raise

        return self._remembered("look", service, operation, arguments, ask)

    def all(self, service: str, operation: str, **arguments: Any) -> list[Any]:
        """Everything that a listing operation lists, on all its pages.

        It is nothing where AWS says that what it is asked about does not exist.

        Raises:
            AccountError: AWS refused, or could not be reached.
            NotReadingError: the operation does not read.
        """

        def ask() -> list[Any]:
            client = self.client(service)
            try:
                if not client.can_paginate(operation):
                    return _listed(getattr(client, operation)(**arguments))
                pages = client.get_paginator(operation).paginate(**arguments)
                return [one for page in pages for one in _listed(page, *pages.result_keys)]
            except ClientError as error:
                if _says_absent(error):
                    return []
                raise

        return list(self._remembered("all", service, operation, arguments, ask))

    def forget(self) -> None:
        """Ask AWS anew from here on: the same question is asked once until then."""
        self._answers.clear()

    def _remembered(
        self, how: str, service: str, operation: str, arguments: Any, ask: Callable[[], Answer]
    ) -> Answer:
        question = json.dumps([how, service, operation, arguments], sort_keys=True)
        if question not in self._answers:
            with self._explained(service, operation):
                self._answers[question] = ask()
        answer: Answer = self._answers[question]
        return answer

    def _only_reading(self, model: Any, **_: Any) -> None:
        service = model.service_model.endpoint_prefix
        if not may_be_called(model.name):
            raise NotReadingError(
                f"{service}:{model.name} was not called: adoption only describes, lists and gets, "
                "and reads no secret, object or log"
            )
        self.calls[f"{service}:{model.name}"] += 1

    @contextmanager
    def _explained(self, service: str, operation: str) -> Iterator[None]:
        """Errors of AWS's in the words of the person who ran the command."""
        try:
            yield
        except (NoCredentialsError, PartialCredentialsError) as error:
            raise AccountError(
                f"no AWS credentials were found ({error}); log in, or set AWS_PROFILE or "
                "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ) from error
        except ProfileNotFound as error:
            raise AccountError(f"{error}; AWS_PROFILE names one of the AWS config file") from error
        except (SSOTokenLoadError, TokenRetrievalError, UnauthorizedSSOTokenError) as error:
            raise AccountError(f"the login has expired ({error}); run `aws sso login`") from error
        except EndpointConnectionError as error:
            raise AccountError(
                f"AWS cannot be reached: {error}; is {self.region!r} a region, and is there a way "
                "to the network?"
            ) from error
        except ClientError as error:
            raise AccountError(self._said(error, service)) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise AccountError(f"{service} {operation}: {error}") from error

    def _said(self, error: ClientError, service: str) -> str:
        code, message = _code(error), error.response.get("Error", {}).get("Message", "")
        if EXPIRED.search(code):
            return f"the AWS credentials have expired ({message}); log in again"
        if DENIED.search(code):
            action = ACTIONS.get(error.operation_name, error.operation_name)
            return (
                f"the credentials may not call {PREFIXES.get(service, service)}:{action} "
                f"({message}); allow that to whoever searches: nothing is called that changes "
                "anything"
            )
        if INVALID.search(code):
            return f"AWS does not know these credentials ({message}); log in again"
        if code in ("OptInRequired", "RegionDisabledException"):
            return f"region {self.region} is not enabled in this account ({message})"
        return f"{service} {error.operation_name}: {code}: {message}"


# What policies call a service and an operation, where that is not what boto3 calls them.
PREFIXES: Mapping[str, str] = {"elbv2": "elasticloadbalancing"}
ACTIONS: Mapping[str, str] = {
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "ListBuckets": "ListAllMyBuckets",
}


def _is_here(endpoint: str | None) -> bool:
    return urlsplit(endpoint or "").hostname in ("127.0.0.1", "localhost", "::1")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _says_absent(error: ClientError) -> bool:
    # ECS has no code of its own for a task definition that is not there.
    ecs = "Unable to describe task definition" in str(error)
    return ecs or ABSENT.search(_code(error)) is not None


def _listed(page: Mapping[str, Any], *keys: Any) -> list[Any]:
    """The things of one answer: of the lists it has, that under `keys`, else the only one."""
    if keys:
        return [one for key in keys for one in (key.search(page) or ())]
    lists = [value for key, value in page.items() if isinstance(value, list) and key != "failures"]
    return lists[0] if len(lists) == 1 else []
