"""Existing databases and caches that are managed elsewhere."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import invalid, rule
from navra_stacks.settings.model.data_store import DataStore
from navra_stacks.settings.model.field_types import (
    PRIVATE_RANGES,
    Cidr,
    EnvironmentVariableName,
    Port,
    SecurityGroupId,
)

__all__ = ["ExistingCache", "ExistingDatabase"]

SHORTEST_PUBLIC_PREFIX = 16
"""The shortest prefix of a data store's network outside the private ranges. A shorter prefix would
make `Hardening.restricted_egress` useless for that port."""


def _check_database_arn(value: str) -> str:
    # Service Authorization Reference, Amazon RDS, resource types db and cluster.
    if re.fullmatch(r"arn:aws:rds:[a-z0-9-]+:[0-9]{12}:(db|cluster):[A-Za-z0-9-]+", value) is None:
        raise invalid(
            f"{value!r} is not a valid ARN of an RDS database",
            "use an ARN such as 'arn:aws:rds:us-east-1:111122223333:db:orders'",
        )
    return value


DatabaseArn = Annotated[str, AfterValidator(_check_database_arn)]


class _ExistingDataStore(DataStore):
    """A data store that is managed elsewhere, with its URL in a secret."""

    url_secret: EnvironmentVariableName
    """The name of the secret that contains the URL."""

    further_secrets: tuple[EnvironmentVariableName, ...] = ()
    """Names of other secrets of the data store, for example of a URL for another driver. A service
    into which one of them is injected gets network access, as with `url_secret`."""

    port: Port | None = None
    """The port that the data store listens on; None if it is not known. With
    `Hardening.restricted_egress`, the port and either `security_group_id` or `cidr` are
    required, so that tasks can connect to the data store."""

    security_group_id: SecurityGroupId | None = None
    """The id of the data store's security group; None if there is none or it is not known. The
    library adds no rule to that group."""

    cidr: Cidr | None = None
    """The network that contains the IP addresses of the data store. Set it only if there is no
    security group that can be referenced."""

    @property
    def secret_fields(self) -> Mapping[str, str]:
        further = {f"further_secrets.{n}": name for n, name in enumerate(self.further_secrets)}
        return {"url_secret": self.url_secret, **further}

    @property
    def is_located(self) -> bool:
        """True if `port` and either `security_group_id` or `cidr` are set."""
        return self.port is not None and (self.security_group_id or self.cidr) is not None

    @rule
    def _check_cidr_size(self) -> Iterator[SettingsProblem]:
        if self.cidr is None:
            return
        network = IPv4Network(self.cidr)
        is_private = any(network.subnet_of(private) for private in PRIVATE_RANGES)
        if not is_private and network.prefixlen < SHORTEST_PUBLIC_PREFIX:
            yield SettingsProblem(
                "cidr",
                f"{self.cidr!r} is larger than the network of a data store (a network in a "
                f"private range, or /{SHORTEST_PUBLIC_PREFIX} to /32), so tasks could connect to "
                "other hosts",
                "use the network of the data store, for example '10.20.0.0/16', or its security "
                "group in security_group_id",
            )

    @rule
    def _check_location(self) -> Iterator[SettingsProblem]:
        if self.security_group_id is not None and self.cidr is not None:
            yield SettingsProblem(
                "cidr",
                "is set together with `security_group_id`, but only one of the two is allowed",
                "remove `cidr` or `security_group_id`",
            )
        has_address = self.security_group_id is not None or self.cidr is not None
        if has_address and self.port is None:
            yield SettingsProblem(
                "port", "is missing, but security_group_id or cidr is set", "set the port"
            )
        if self.port is not None and not has_address:
            yield SettingsProblem(
                "port",
                f"{self.port} is set without security_group_id or cidr",
                "set security_group_id or cidr as well, or remove the port",
            )


class ExistingDatabase(_ExistingDataStore):
    """A database that is managed elsewhere, with its URL in a secret."""

    arn: DatabaseArn | None = None
    """The ARN of the database, required only for `Hardening.backups`."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ExistingDatabaseChanges]") -> Self: ...


class ExistingCache(_ExistingDataStore):
    """A cache that is managed elsewhere, with its URL in a secret."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ExistingCacheChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class ExistingCacheChanges(TypedDict, total=False):
        url_secret: EnvironmentVariableName
        further_secrets: tuple[EnvironmentVariableName, ...]
        port: Port | None
        security_group_id: SecurityGroupId | None
        cidr: Cidr | None

    class ExistingDatabaseChanges(TypedDict, total=False):
        url_secret: EnvironmentVariableName
        further_secrets: tuple[EnvironmentVariableName, ...]
        port: Port | None
        security_group_id: SecurityGroupId | None
        cidr: Cidr | None
        arn: DatabaseArn | None
