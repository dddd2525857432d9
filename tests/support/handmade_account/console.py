"""Somebody at the console of an emulated account."""

from __future__ import annotations

from typing import Any

from navra_stacks.rehearsal.emulator.client import Emulator

__all__ = ["ACCOUNT", "REGION", "Console", "tags"]

ACCOUNT = "625847798833"
REGION = "us-east-1"


class Console:
    """Somebody who calls an emulator of AWS: ``console("ec2").describe_vpcs()``."""

    def __init__(self, emulator: Emulator, region: str = REGION) -> None:
        self.emulator = emulator
        self.region = region

    def __call__(self, service: str) -> Any:
        return self.emulator.client(service, self.region)

    def choose_default_vpc(self, id_: str) -> None:
        """Have the default VPC of a new account made under this id."""
        self.emulator.default_vpc(self.region, id_)

    def choose_ids(self, *ids: str) -> None:
        """Have the next things of EC2 made under these ids, which AWS would draw."""
        self.emulator.next_ids(ids)


def tags(**given: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]
