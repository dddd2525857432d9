"""Somebody at the console of an emulated account."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import ProxyHandler, build_opener

import boto3
from botocore.config import Config

from navra_stacks.rehearsal.emulator import Emulator

__all__ = ["ACCOUNT", "REGION", "Console", "tags"]

ACCOUNT = "625847798833"
REGION = "us-east-1"


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

    def choose_default_vpc(self, id_: str) -> None:
        """Have the default VPC of a new account made under this id."""
        account = self("sts").get_caller_identity()["Account"]
        self._ask("default-vpc", {"account": account, "region": self.region, "id_": id_})

    def choose_ids(self, *ids: str) -> None:
        """Have the next things of EC2 made under these ids, which AWS would draw."""
        self._ask("next-ids", list(ids))

    def _ask(self, what: str, body: object) -> None:
        opener = build_opener(ProxyHandler({}))
        with opener.open(f"{self.endpoint}/navra/{what}", json.dumps(body).encode()) as answer:
            answer.read()


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]
