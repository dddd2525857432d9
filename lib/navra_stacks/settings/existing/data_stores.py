"""A database or a cache that is managed elsewhere."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, refuse, rule
from navra_stacks.settings.model.field_types import (
    Cidr,
    EnvironmentVariableName,
    Port,
    SecurityGroupId,
)

__all__ = ["ExistingCache", "ExistingDatabase"]


def _check_database_arn(value: str) -> str:
    # Service Authorization Reference, Amazon RDS: the resource types db and cluster.
    if re.fullmatch(r"arn:aws:rds:[a-z0-9-]+:[0-9]{12}:(db|cluster):[A-Za-z0-9-]+", value) is None:
        raise refuse(
            f"{value!r} is not the ARN of a database",
            "as in 'arn:aws:rds:us-east-1:111122223333:db:orders'",
        )
    return value


DatabaseArn = Annotated[str, AfterValidator(_check_database_arn)]


class _Existing(Settings):
    """Something that somebody else manages, reached through a URL in a secret."""

    url_secret: EnvironmentVariableName
    """The secret that holds the URL."""

    port: Port | None = None
    """The port that it listens on. Together with `security_group_id` or `cidr` it says where it is
    reached, which restricted egress must know in order to let tasks out to it."""

    security_group_id: SecurityGroupId | None = None
    """The security group in front of it. No rule is written into that group."""

    cidr: Cidr | None = None
    """The addresses that it has, where no security group can be named."""

    @property
    def is_located(self) -> bool:
        """Whether it is known where it is reached."""
        return self.port is not None and (self.security_group_id or self.cidr) is not None

    @rule
    def _is_located_whole(self) -> Iterator[SettingsProblem]:
        if self.security_group_id is not None and self.cidr is not None:
            yield SettingsProblem(
                "cidr", "is given beside security_group_id", "keep the one that the traffic meets"
            )
        somewhere = self.security_group_id is not None or self.cidr is not None
        if somewhere and self.port is None:
            yield SettingsProblem(
                "port", "is missing, but it is said where this is reached", "give the port"
            )
        if self.port is not None and not somewhere:
            yield SettingsProblem(
                "port",
                f"{self.port} is given, but not the place",
                "give security_group_id or cidr too, or leave the port out",
            )


class ExistingDatabase(_Existing):
    """A database that somebody else manages, reached through a URL in a secret."""

    arn: DatabaseArn | None = None
    """Its ARN, needed only for backups of it."""


class ExistingCache(_Existing):
    """A cache that somebody else manages, reached through a URL in a secret."""
