"""Start moto's server on loopback in a process of its own, and connect to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self
from urllib.request import ProxyHandler, build_opener

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator.scripted_faults import SCRIPTED_KINDS
from navra_stacks.rehearsal.emulator.service_deployments.outcomes import validated

if TYPE_CHECKING:
    from boto3 import Session

__all__ = ["ACCOUNT", "Emulator", "EmulatorError"]

ACCOUNT = "123456789012"
"""The ID of the account that the emulator has by default."""

# All requests go to loopback, so the proxy settings of the machine are ignored.
_opener = build_opener(ProxyHandler({}))


class EmulatorError(NavraError):
    """The emulator does not start, or no longer responds."""


class Emulator:
    """An emulated AWS account that exists while the context is open.

    >>> with Emulator("111122223333") as emulator:
    ...     emulator.client("sts", "eu-west-1").get_caller_identity()
    """

    credentials: ClassVar[Mapping[str, str]] = {
        "aws_access_key_id": "rehearsal",
        "aws_secret_access_key": "rehearsal",
    }
    """Dummy credentials that the emulator accepts."""

    server: ClassVar[Sequence[str]] = ("-m", "navra_stacks.rehearsal.emulator.server")
    """The command line arguments for Python to start the server."""

    def __init__(self, account: str = ACCOUNT) -> None:
        self.account = account
        self._process: subprocess.Popen[str] | None = None
        # Cached: a session loads the model of each service once, which is slow.
        self._sessions: dict[str, Session] = {}
        self._clients: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Self:
        # An unnamed file: nothing remains on disk, however this process ends.
        self.log = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [sys.executable, *self.server],
            env=_environ(self.account),
            stdin=subprocess.PIPE,  # the server exits when this pipe closes
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                assert pipe is not None
                pipe.close()
        self.log.close()

    @cached_property
    def endpoint(self) -> str:
        """The URL of the emulator, for example ``http://127.0.0.1:40123``.

        The first access waits a few seconds until the server listens.

        Raises:
            EmulatorError: the server does not start, or the context is not open.
        """
        if self._process is None or self._process.stdout is None:
            raise EmulatorError("the emulator has not been started; open it in a with statement")
        # The server prints its URL once it listens.
        if url := self._process.stdout.readline().strip():
            return url
        self._process.wait()
        self.log.seek(0)
        raise EmulatorError(f"the emulator does not start:\n{self.log.read()}")

    def session(self, region: str) -> Session:
        """Return a boto3 session that has dummy credentials and ignores the user's AWS files."""
        if region not in self._sessions:
            self._sessions[region] = self._isolated_session(region)
        return self._sessions[region]

    def client(self, service: str, region: str) -> Any:
        """Return a boto3 client that is connected to the emulator. Clients are cached."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self.session(region).client(
                service, endpoint_url=self.endpoint
            )
        return self._clients[service, region]

    def client_with_role(self, service: str, region: str, role: str) -> Any:
        """Return a boto3 client for the account of the role with the ARN `role`."""
        sts = self.client("sts", region)
        assumed = sts.assume_role(RoleArn=role, RoleSessionName="rehearsal")["Credentials"]
        return self.session(region).client(
            service,
            endpoint_url=self.endpoint,
            aws_access_key_id=assumed["AccessKeyId"],
            aws_secret_access_key=assumed["SecretAccessKey"],
            aws_session_token=assumed["SessionToken"],
        )

    def reset(self) -> None:
        """Delete all resources in the emulator."""
        self._post("moto-api/reset", b"")

    def take_snapshot(self) -> None:
        """Record the existing resources, for a later :meth:`created_since_snapshot`."""
        self._call("take-snapshot")

    def created_since_snapshot(self) -> list[dict[str, str]]:
        """Return the resources that were created after :meth:`take_snapshot`.

        Each resource has the keys ``service``, ``region``, ``kind``, ``name`` and ``status``.
        """
        return list(self._call("created-since-snapshot"))

    def set_next_ids(self, ids: Iterable[str]) -> None:
        """Set the IDs that the next new VPCs, subnets, security groups and hosted zones get."""
        self._call("set-next-ids", list(ids))

    def add_zones(self, region: str, names: Iterable[str]) -> list[str]:
        """Add the zones that the emulator does not have; return their names."""
        arguments = {"account": self.account, "region": region, "names": list(names)}
        return list(self._call("add-zones", arguments))

    def set_arn(self, region: str, created: str, wanted: str) -> None:
        """Change the ARN of a resource from `created` to `wanted`; see `emulator.fixed_arns`."""
        arguments = {"region": region, "created": created, "wanted": wanted}
        self._call("set-arn", {"account": self.account, **arguments})

    def set_exit_code(
        self,
        region: str,
        family: str,
        exit_code: int | None,
        log_lines: Iterable[str] = (),
        *,
        runs_until_stopped: bool = False,
        stops_at_once: bool = False,
    ) -> None:
        """Set how the tasks of a family end; see `emulator.exit_codes`."""
        arguments = {
            "account": self.account,
            "region": region,
            "family": family,
            "exit_code": exit_code,
            "log_lines": list(log_lines),
            "runs_until_stopped": runs_until_stopped,
            "stops_at_once": stops_at_once,
        }
        self._call("set-exit-code", arguments)

    def script_deployments(
        self, region: str, service: str, outcomes: Iterable[str], **failure: Any
    ) -> None:
        """Script the coming deployments of a service, in place of earlier unused scripts.

        Args:
            region: The Region.
            service: The name of the service, which need not exist yet.
            outcomes: The outcome of each coming deployment: `OUTCOMES` in
                `emulator.service_deployments.outcomes`. Later deployments complete.
            **failure: How tasks fail: `cause`, `exit_code` and `log_lines` of `DeploymentScript`.

        Raises:
            ValueError: an outcome or the cause is unknown.
        """
        arguments = {"account": self.account, "region": region, "service": service}
        scripts = validated(list(outcomes), **failure)
        self._call("script-deployments", {**arguments, "scripts": scripts})

    def recreate_default_vpc(self, region: str, id_: str) -> None:
        """Delete all EC2 resources in a Region, and create a default VPC with the ID `id_`."""
        self._call("recreate-default-vpc", {"account": self.account, "region": region, "id_": id_})

    def start_failing(self, kind: str) -> None:
        """Make every API call that changes something fail.

        Args:
            kind: How the calls fail: one of `KINDS` in `rehearsal.emulator.fault_injection`.
        """
        self._call("start-failing", {"kind": kind})

    def stop_failing(self) -> list[str]:
        """Stop making calls fail; return the API actions of the calls that failed, in order."""
        return list(self._call("stop-failing"))

    def fail_call(
        self,
        operation: str,
        kind: str,
        *,
        occurrence: int = 1,
        attempts: int | None = None,
    ) -> None:
        """Make one coming call of an operation fail.

        Args:
            operation: The operation, for example ``ecs:UpdateService``, or ``*`` for any.
            kind: How it fails: one of `SCRIPTED_KINDS` in `rehearsal.emulator.scripted_faults`.
            occurrence: Which call fails: 1 is the next.
            attempts: The number of attempts of the SDK that fail; None for all.

        Raises:
            ValueError: the kind is unknown.
        """
        if kind not in SCRIPTED_KINDS:
            raise ValueError(f"{kind!r} is not a kind of fault; use one of {SCRIPTED_KINDS}")
        arguments = {"operation": operation, "kind": kind, "occurrence": occurrence}
        self._call("script-fault", {**arguments, "attempts": attempts})

    def expire_credentials(self, operation: str = "*", *, occurrence: int = 1) -> None:
        """Let the credentials expire with a coming call: it and all later calls fail.

        Args:
            operation: The operation of that call, or ``*`` for any.
            occurrence: Which call of the operation it is: 1 is the next.
        """
        arguments = {"operation": operation, "kind": "expired", "occurrence": occurrence}
        self._call("script-fault", arguments)

    def clear_faults(self) -> None:
        """Remove the faults of :meth:`fail_call` and :meth:`expire_credentials`."""
        self._call("clear-faults")

    def recorded_calls(self) -> list[dict[str, Any]]:
        """Return the latest API calls in their order; retries of the SDK are part of their call.

        Each call has the keys ``operation``, for example ``ecs:UpdateService`` (as in IAM
        policies), ``parameters`` and ``attempts``. The operation of a REST API is the method and
        the path of the URL, without parameters.
        """
        return list(self._call("recorded-calls"))

    def clear_recorded_calls(self) -> None:
        """Forget the API calls that were recorded so far."""
        self._call("clear-recorded-calls")

    def _isolated_session(self, region: str) -> Session:
        import boto3
        from botocore.config import Config
        from botocore.session import Session

        # So botocore reads none of these settings from the machine's files or variables.
        settings = {
            name: (None, None, value, None)
            for name, value in (
                ("profile", None),
                ("region", region),
                ("config_file", os.devnull),
                ("credentials_file", os.devnull),
                ("endpoint_url", self.endpoint),
            )
        }
        core = Session(session_vars=settings)
        core.set_default_client_config(Config(proxies={}))
        return boto3.Session(botocore_session=core, region_name=region, **self.credentials)

    def _call(self, name: str, argument: Any = None) -> Any:
        """Call the server's control API and return the response."""
        return json.loads(self._post(f"navra/{name}", json.dumps(argument).encode()))

    def _post(self, path: str, body: bytes) -> bytes:
        try:
            with _opener.open(f"{self.endpoint}/{path}", data=body) as response:
                return bytes(response.read())
        except OSError as error:
            raise EmulatorError(f"the emulator does not respond: {error}") from error


def _environ(account: str) -> dict[str, str]:
    others = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_")) and not name.lower().endswith("_proxy")
    }
    return others | {
        "MOTO_ACCOUNT_ID": account,
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # loading takes a second for each Region
        "MOTO_DISABLE_GLOBAL_CORS": "true",  # no browser uses the emulator
        # For moto's own boto3 clients: credentials from no file and no metadata service.
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
