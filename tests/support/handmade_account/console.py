"""Call the AWS API of an emulated account as a user of the AWS console would."""

from __future__ import annotations

from typing import Any

from navra_stacks.rehearsal.emulator.client import Emulator

__all__ = ["ACCOUNT", "REGION", "Console", "tags"]

ACCOUNT = "625847798833"
REGION = "us-east-1"


class Console:
    """The boto3 clients of an emulated account: ``console("ec2").describe_vpcs()``."""

    def __init__(self, emulator: Emulator, region: str = REGION) -> None:
        self.emulator = emulator
        self.region = region

    def __call__(self, service: str) -> Any:
        return self.emulator.client(service, self.region)

    def set_default_vpc_id(self, id_: str) -> None:
        """Set the id of the default VPC of a new account."""
        self.emulator.recreate_default_vpc(self.region, id_)

    def set_next_ids(self, *ids: str) -> None:
        """Set the ids of the next EC2 resources, which are random otherwise."""
        self.emulator.set_next_ids(ids)


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]
