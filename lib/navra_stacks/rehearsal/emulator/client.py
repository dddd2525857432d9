"""The emulated AWS: moto's server, on loopback, in a process of its own."""

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

if TYPE_CHECKING:
    from boto3 import Session

__all__ = ["ACCOUNT", "Emulator", "EmulatorError"]

ACCOUNT = "123456789012"
"""Whose resources they are where nobody says."""

# It speaks to loopback only, whatever proxies the machine is set to use.
_loopback = build_opener(ProxyHandler({}))


class EmulatorError(NavraError):
    """The emulator does not start, or has died."""


class Emulator:
    """An AWS without an account, for as long as the context lasts.

    >>> with Emulator("111122223333") as emulator:
    ...     emulator.client("sts", "eu-west-1").get_caller_identity()
    """

    credentials: ClassVar[Mapping[str, str]] = {
        "aws_access_key_id": "rehearsal",
        "aws_secret_access_key": "rehearsal",
    }
    """What opens it: nothing of the machine's."""

    server: ClassVar[Sequence[str]] = ("-m", "navra_stacks.rehearsal.emulator.server")
    """What Python is to run."""

    def __init__(self, account: str = ACCOUNT) -> None:
        self.account = account
        self._process: subprocess.Popen[str] | None = None
        # A session reads the description of each service once, which takes long.
        self._sessions: dict[str, Session] = {}
        self._clients: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Self:
        # Without a name: nothing of it stays, however this process ends.
        self.log = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [sys.executable, *self.server],
            env=_environ(self.account),
            stdin=subprocess.PIPE,  # it ends with us
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
        """Its address, ``http://127.0.0.1:40123``; waits until it listens, some seconds at most.

        Raises:
            EmulatorError: it does not start.
        """
        if self._process is None or self._process.stdout is None:
            raise EmulatorError("the emulator has not been started")
        # Its first line, told once it listens.
        if address := self._process.stdout.readline().strip():
            return address
        self._process.wait()
        self.log.seek(0)
        raise EmulatorError(f"the emulator does not start:\n{self.log.read()}")

    def session(self, region: str) -> Session:
        """A boto3 session that knows the emulator's credentials, and nothing of this machine."""
        if region not in self._sessions:
            self._sessions[region] = self._own_session(region)
        return self._sessions[region]

    def client(self, service: str, region: str) -> Any:
        """A boto3 client of the emulator; each is made once."""
        if (service, region) not in self._clients:
            self._clients[service, region] = self.session(region).client(
                service, endpoint_url=self.endpoint
            )
        return self._clients[service, region]

    def reset(self) -> None:
        """Forget everything."""
        self._post("moto-api/reset", b"")

    def remember(self) -> None:
        """Take what it holds now for granted; :meth:`since` tells what came after."""
        self.ask("remember")

    def since(self) -> list[dict[str, str]]:
        """What came since :meth:`remember`: its ``service``, ``region``, ``kind`` and ``name``."""
        return list(self.ask("since"))

    def next_ids(self, ids: Iterable[str]) -> None:
        """Give the next VPCs, subnets and security groups that are made these ids."""
        self.ask("next-ids", list(ids))

    def default_vpc(self, region: str, id_: str) -> None:
        """Give a Region's default VPC this id; nothing of EC2 may be there yet."""
        self.ask("default-vpc", {"account": self.account, "region": region, "id_": id_})

    def fail(self, kind: str) -> None:
        """Fail every call that changes something: see `rehearsal.emulator.fault_injection`."""
        self.ask("fail", {"kind": kind})

    def recover(self) -> list[str]:
        """Fail no more, and tell the calls that were struck."""
        return list(self.ask("recover"))

    def _own_session(self, region: str) -> Session:
        import boto3
        from botocore.config import Config
        from botocore.session import Session

        # Neither files nor variables of the machine are asked for any of these.
        own = {
            name: (None, None, value, None)
            for name, value in (
                ("profile", None),
                ("region", region),
                ("config_file", os.devnull),
                ("credentials_file", os.devnull),
                ("endpoint_url", self.endpoint),
            )
        }
        core = Session(session_vars=own)
        core.set_default_client_config(Config(proxies={}))
        return boto3.Session(botocore_session=core, region_name=region, **self.credentials)

    def ask(self, name: str, about: Any = None) -> Any:
        """Ask what runs beside moto in the server."""
        return json.loads(self._post(f"navra/{name}", json.dumps(about).encode()))

    def _post(self, path: str, body: bytes) -> bytes:
        try:
            with _loopback.open(f"{self.endpoint}/{path}", data=body) as answer:
                return bytes(answer.read())
        except OSError as error:
            raise EmulatorError(f"the emulator does not answer: {error}") from error


def _environ(account: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_")) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "MOTO_ACCOUNT_ID": account,
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # they take a second for each Region
        "MOTO_DISABLE_GLOBAL_CORS": "true",  # no browser asks
        # moto's own boto3 clients: no file and no metadata service is asked for credentials.
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
