"""The emulated AWS: moto's server, on loopback, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from types import TracebackType
from typing import ClassVar, Self
from urllib.request import ProxyHandler, build_opener

from navra_stacks.errors import NavraError

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
    ...     boto3.client("sts", endpoint_url=emulator.endpoint, **emulator.credentials)
    """

    credentials: ClassVar[Mapping[str, str]] = {
        "aws_access_key_id": "rehearsal",
        "aws_secret_access_key": "rehearsal",
    }
    """What opens it: nothing of the machine's."""

    server: ClassVar[str] = "navra_stacks.rehearsal.server"
    """The module that serves it, and prints its address first."""

    def __init__(self, account: str = ACCOUNT) -> None:
        self.account = account
        self.endpoint = ""
        """Its address, once it runs: ``http://127.0.0.1:40123``."""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.log = tempfile.NamedTemporaryFile("w+", prefix="navra-emulator-", suffix=".log")
        self._process = subprocess.Popen(
            [sys.executable, "-m", self.server],
            env=_environ(self.account),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        # Its first line, told once it listens.
        self.endpoint = self._process.stdout.readline().strip()
        if not self.endpoint:
            self._process.wait()
            self.log.seek(0)
            raise EmulatorError(f"the emulator does not start:\n{self.log.read()}")
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
            assert self._process.stdout is not None
            self._process.stdout.close()
        self.log.close()

    def reset(self) -> None:
        """Forget everything."""
        with _loopback.open(f"{self.endpoint}/moto-api/reset", data=b"") as answer:
            answer.read()


def _environ(account: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_")) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "MOTO_ACCOUNT_ID": account,
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        # moto's own boto3 clients: no file and no metadata service is asked for credentials.
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
