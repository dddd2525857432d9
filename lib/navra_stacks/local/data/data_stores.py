"""The databases and caches of a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from navra_stacks.local.static_values import static_scope
from navra_stacks.terraform.document import Block, TerraformDocument
from navra_stacks.terraform.expressions import UnresolvedError, evaluate

__all__ = ["ATTRIBUTES", "REFERENCE", "DataStore", "Kind", "data_stores"]

Kind = Literal["postgres", "redis"]

POSTGRES_PORT = 5432
REDIS_PORT = 6379

REFERENCE = re.compile(
    r"(?P<data>data\.)?(?P<type>aws_\w+)\.(?P<name>[\w-]+)(?P<index>\[[^\]]*\])?"
    r"(?P<attribute>(?:\.\w+|\[[^\]]*\])+)"
)

_TYPES: Mapping[str, tuple[Kind, Mapping[str, str]]] = {
    "aws_db_instance": (
        "postgres",
        {
            "address": "host",
            "endpoint": "endpoint",
            "username": "username",
            "password": "password",
            "password_wo": "password",
            "db_name": "database",
            "name": "database",
        },
    ),
    "aws_rds_cluster": (
        "postgres",
        {
            "endpoint": "host",
            "reader_endpoint": "host",
            "master_username": "username",
            "master_password": "password",
            "master_password_wo": "password",
            "database_name": "database",
        },
    ),
    "aws_rds_cluster_instance": ("postgres", {"endpoint": "host"}),
    "aws_elasticache_replication_group": (
        "redis",
        {
            "primary_endpoint_address": "host",
            "reader_endpoint_address": "host",
            "configuration_endpoint_address": "host",
            "auth_token": "password",
        },
    ),
    "aws_elasticache_cluster": (
        "redis",
        {"cache_nodes.address": "host", "cache_nodes.port": "port", "cluster_address": "host"},
    ),
    "aws_elasticache_serverless_cache": (
        "redis",
        {
            "endpoint.address": "host",
            "endpoint.port": "port",
            "reader_endpoint.address": "host",
            "reader_endpoint.port": "port",
        },
    ),
    "aws_memorydb_cluster": (
        "redis",
        {"cluster_endpoint.address": "host", "cluster_endpoint.port": "port"},
    ),
}
"""The part of a connection for each attribute (Terraform AWS provider 6, resource pages), without
indexes. All types have `port`."""

ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    type_: {"port": "port", **attributes} for type_, (_, attributes) in _TYPES.items()
}

_ENGINES: Mapping[str, tuple[Kind, str]] = {
    "postgres": ("postgres", "postgres"),
    "aurora-postgresql": ("postgres", "postgres"),
    "redis": ("redis", "redis"),
    "valkey": ("redis", "valkey"),
}


@dataclass(frozen=True, slots=True)
class DataStore:
    """A database or cache of a document."""

    address: str
    """The Terraform address, for example ``aws_db_instance.database``."""
    kind: Kind | None
    """None if no server of this engine can be started here."""
    engine: str
    """``postgres``, ``redis``, ``valkey``, or another engine, for which `kind` is None."""
    version: str | None
    """The engine version as the document has it, for example ``17`` or ``8.2``."""
    port: int
    tls: bool
    """Whether the server refuses connections without TLS."""
    username: str | None
    database: str | None
    password: str | None
    """The expression of the password in the document; None if the document sets no password."""

    def __repr__(self) -> str:
        return f"DataStore({self.address}, {self.engine} {self.version})"


def data_stores(document: TerraformDocument) -> dict[str, DataStore]:
    """Return the data stores by the addresses of their resources and data sources.

    A read replica and the instances of a cluster stand for the store whose data they have.
    """
    blocks = [*document.resources, *document.data_sources]
    stores = {
        block.address: _store(document, block)
        for block in blocks
        if block.type in _TYPES and block.type != "aws_rds_cluster_instance"
    }
    for block in blocks:
        for owner in _owners(block):
            if owner in stores and owner != block.address:
                stores[block.address] = stores[owner]
    return stores


def _owners(block: Block) -> Iterator[str]:
    """Yield the address of the store whose data a replica or instance has."""
    for argument in ("replicate_source_db", "cluster_identifier", "replication_group_id"):
        if block.type in _TYPES and isinstance(text := block.get(argument), str):
            for found in REFERENCE.finditer(text):
                yield f"{found['data'] or ''}{found['type']}.{found['name']}"


def _store(document: TerraformDocument, block: Block) -> DataStore:
    values = _Arguments(document, block)
    kind, attributes = _TYPES[block.type]
    default = "postgres" if kind == "postgres" else "redis"
    given = values.text("engine")
    if given is None:
        # The provider's default for a replication group; databases have none.
        given = default if block.type == "aws_elasticache_replication_group" else ""
    known, engine = _ENGINES.get(given, (None, given))
    if block.kind == "data":
        known, engine = (kind, default) if kind == "redis" else (None, "")
    arguments = {part: name for name, part in reversed(list(attributes.items()))}
    passwords = [name for name, part in attributes.items() if part == "password"]
    password = next((str(block[name]) for name in passwords if block.get(name)), None)
    version = values.text("engine_version") or values.text("major_engine_version")
    port = values.text("port")
    return DataStore(
        block.address,
        known,
        engine,
        version,
        int(port)
        if port and port.isdigit()
        else POSTGRES_PORT
        if kind == "postgres"
        else REDIS_PORT,
        _requires_tls(document, block, values, version),
        values.text(arguments.get("username", "")),
        values.text(arguments.get("database", "")),
        password,
    )


def _requires_tls(
    document: TerraformDocument, block: Block, values: _Arguments, version: str | None
) -> bool:
    match block.type:
        case "aws_elasticache_serverless_cache":  # always, ElastiCache User Guide, "In-transit"
            return True
        case "aws_memorydb_cluster":
            return values.text("tls_enabled") != "false"
        case "aws_elasticache_replication_group" | "aws_elasticache_cluster":
            return (
                values.text("transit_encryption_enabled") == "true"
                and values.text("transit_encryption_mode") != "preferred"
            )
    return _forces_ssl(document, block, version)


def _forces_ssl(document: TerraformDocument, block: Block, version: str | None) -> bool:
    """Return the value of ``rds.force_ssl``.

    The default is 1 from PostgreSQL 15 on, and from Aurora PostgreSQL 17 on (RDS User Guide and
    Aurora User Guide, "Requiring an SSL connection").
    """
    is_cluster = block.type == "aws_rds_cluster"
    argument = "db_cluster_parameter_group_name" if is_cluster else "parameter_group_name"
    type_ = "aws_rds_cluster_parameter_group" if is_cluster else "aws_db_parameter_group"
    for group in document.all(type_):
        text = str(block.get(argument) or "")
        if group.address + "." not in text and group.get("name") != text:
            continue
        parameters = group.get("parameter") or []
        for parameter in [parameters] if isinstance(parameters, Mapping) else parameters:
            if parameter.get("name") == "rds.force_ssl":
                return str(parameter.get("value")) == "1"
    major = re.match(r"\d+", version or "")
    return major is not None and int(major[0]) >= (17 if is_cluster else 15)


class _Arguments:
    """The arguments of a block whose values are known."""

    def __init__(self, document: TerraformDocument, block: Block) -> None:
        self._scope = static_scope(document)
        self._block = block

    def text(self, name: str) -> str | None:
        """Return the value of an argument as text; None if it is absent or not known."""
        try:
            value: Any = evaluate(self._block.get(name), self._scope)
        except UnresolvedError:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        return None if value is None else str(value)
