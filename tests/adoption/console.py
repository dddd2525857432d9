"""Somebody at the console of an emulated account."""

from __future__ import annotations

from typing import Any, ClassVar

import boto3
from botocore.config import Config

from navra_stacks.rehearsal.emulator import Emulator

__all__ = ["ACCOUNT", "REGION", "Console", "RecordedEmulator", "tags"]

ACCOUNT = "625847798833"
REGION = "us-east-1"


class RecordedEmulator(Emulator):
    """An emulator in which the VPC and the groups of the record get the recorded ids."""

    server: ClassVar[str] = "tests.adoption.server"

    def __init__(self, account: str = ACCOUNT) -> None:
        super().__init__(account)


class Console:
    """Somebody who calls AWS at an endpoint: ``console("ec2").describe_vpcs()``."""

    def __init__(self, endpoint: str, region: str = REGION) -> None:
        self.endpoint = endpoint
        self.region = region
        self._session = boto3.Session(region_name=region, **Emulator.credentials)
        self._clients: dict[str, Any] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(
                service,
                endpoint_url=self.endpoint,
                config=Config(retries={"total_max_attempts": 1}, proxies={}),
            )
        return self._clients[service]


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]
