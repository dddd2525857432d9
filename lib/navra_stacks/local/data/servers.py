"""Descriptions of the containers of throw-away databases and caches."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from navra_stacks.local.data.certificates import ServerCertificate
from navra_stacks.local.data.composed import Connection
from navra_stacks.local.data.data_stores import Kind
from navra_stacks.local.secrets.secret_values import SecretValues

__all__ = ["DataServer", "generate_password", "postgres_server", "redis_server"]

PASSWORD_BYTES = 24

# The texts come from variables, so that no command line contains them, and printf is a part of the
# shell. The official entrypoints run as root and continue as the server's user.
_TLS_FILES = """\
umask 077
mkdir -p /run/navra
printf '%s\\n' "$NAVRA_TLS_CERTIFICATE" > /run/navra/server.crt
printf '%s\\n' "$NAVRA_TLS_KEY" > /run/navra/server.key
unset NAVRA_TLS_CERTIFICATE NAVRA_TLS_KEY
"""

# RDS refuses connections without TLS if rds.force_ssl is 1. The entrypoint sets up the database
# through the Unix socket.
_POSTGRES = """\
set -e
{tls}mkdir -p /run/navra
printf 'local all all trust\\n{host} all all all scram-sha-256\\n' > /run/navra/pg_hba.conf
if [ "$(id -u)" = 0 ]; then chown -R postgres /run/navra; fi
umask 022
exec docker-entrypoint.sh postgres "$@"
"""

_REDIS = """\
set -e
umask 077
mkdir -p /run/navra
{tls}printf '%s\\n' "$NAVRA_CONFIGURATION" > /run/navra/server.conf
unset NAVRA_CONFIGURATION
server=redis-server
if command -v valkey-server > /dev/null; then server=valkey-server; fi
if [ "$(id -u)" = 0 ]; then
  for user in valkey redis; do
    if id "$user" > /dev/null 2>&1; then chown -R "$user" /run/navra; break; fi
  done
fi
umask 022
if command -v docker-entrypoint.sh > /dev/null; then
  exec docker-entrypoint.sh "$server" /run/navra/server.conf
fi
exec "$server" /run/navra/server.conf
"""

# An image has one of both clients, which read the password from their variable.
_PING = """\
client=redis-cli
if command -v valkey-cli > /dev/null; then client=valkey-cli; fi
"$client" {options} ping | grep -q PONG
"""


@dataclass(frozen=True, slots=True)
class DataServer:
    """The container of a throw-away server, for images with the interface of the official ones.

    The data are in the container's own layer, and are removed with it. The container runs as the
    image's user, with a writable root file system.
    """

    name: str
    """The name of the server, for example ``database``; unique."""
    kind: Kind
    image: str
    alias: str
    """The host name under which containers reach the server."""
    port: int
    """The port on which the server listens in its container."""
    tls: bool
    """Whether the server refuses connections without TLS."""
    entrypoint: str
    """The program that replaces the image's entrypoint."""
    command: tuple[str, ...]
    """The arguments of `entrypoint`."""
    environment: Mapping[str, str]
    """Environment variables that are not secret."""
    secrets: SecretValues
    """Environment variables that must not be on a command line. Values can have several lines."""
    readiness: tuple[str, ...]
    """A command that exits with 0 in the container when the server accepts connections."""
    connection: Connection
    """How containers connect to the server."""
    variables: tuple[str, ...] = ()
    """The variables of containers that contain parts of the connection, as SERVICE.VARIABLE."""
    notes: tuple[str, ...] = field(default=())
    """How the server differs from that in AWS, as sentences."""


def generate_password() -> str:
    """Return a random password, which is the same in a URL with and without escapes."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def postgres_server(
    name: str,
    image: str,
    connection: Connection,
    *,
    alias: str,
    certificate: ServerCertificate | None,
    tls: bool,
    variables: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> DataServer:
    """Return the container of a PostgreSQL server.

    Args:
        name: The name of the server.
        image: The image, with the interface of ``postgres`` on Docker Hub.
        connection: How containers connect to the server.
        alias: The host name of the server.
        certificate: The certificate; None for a server without TLS.
        tls: Whether the server refuses connections without TLS.
        variables: The variables that contain parts of the connection.
        notes: How the server differs from that in AWS.
    """
    options = [
        "listen_addresses=*",
        "hba_file=/run/navra/pg_hba.conf",
        f"port={connection.port}",
    ]
    values = {"POSTGRES_PASSWORD": connection.password}
    if certificate is not None:
        options += [
            "ssl=on",
            "ssl_cert_file=/run/navra/server.crt",
            "ssl_key_file=/run/navra/server.key",
        ]
        values |= _certificate_variables(certificate)
    script = _POSTGRES.format(
        tls="" if certificate is None else _TLS_FILES,
        host="hostssl" if tls and certificate is not None else "host",
    )
    return DataServer(
        name=name,
        kind="postgres",
        image=image,
        alias=alias,
        port=connection.port,
        tls=tls,
        entrypoint="sh",
        command=("-c", script, "sh", *(part for option in options for part in ("-c", option))),
        environment={
            "POSTGRES_USER": connection.username,
            "POSTGRES_DB": connection.database,
            # The image's scripts and pg_isready use it too.
            "PGPORT": str(connection.port),
        },
        secrets=SecretValues(values),
        # Over TCP, because the server that sets up the database has the Unix socket only.
        readiness=(
            "pg_isready",
            *("-q", "-h", "127.0.0.1", "-p", str(connection.port)),
            *("-U", connection.username, "-d", connection.database),
        ),
        connection=connection,
        variables=variables,
        notes=notes,
    )


def redis_server(
    name: str,
    image: str,
    connection: Connection,
    *,
    alias: str,
    certificate: ServerCertificate | None,
    variables: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> DataServer:
    """Return the container of a Redis or Valkey server.

    The arguments are those of `postgres_server`. With a certificate, the server accepts connections
    with TLS only. Without a password in `connection`, the server requires none.
    """
    lines = ["bind * -::*", "protected-mode no", 'save ""', "appendonly no"]
    values: dict[str, str] = {}
    options = f"-h 127.0.0.1 -p {connection.port}"
    if certificate is None:
        lines.append(f"port {connection.port}")
    else:
        lines += [
            "port 0",
            f"tls-port {connection.port}",
            "tls-cert-file /run/navra/server.crt",
            "tls-key-file /run/navra/server.key",
            "tls-auth-clients no",
        ]
        options += " --tls --insecure"
        values |= _certificate_variables(certificate)
    if connection.password:
        if connection.username in ("", "default"):
            lines.append(f"requirepass {connection.password}")
        else:
            lines += [
                "user default off",
                f"user {connection.username} on >{connection.password} ~* &* +@all",
            ]
            options += f" --user {connection.username}"
        values |= dict.fromkeys(("REDISCLI_AUTH", "VALKEYCLI_AUTH"), connection.password)
    values["NAVRA_CONFIGURATION"] = "\n".join(lines)
    return DataServer(
        name=name,
        kind="redis",
        image=image,
        alias=alias,
        port=connection.port,
        tls=certificate is not None,
        entrypoint="sh",
        command=("-c", _REDIS.format(tls="" if certificate is None else _TLS_FILES)),
        environment={},
        secrets=SecretValues(values),
        readiness=("sh", "-c", _PING.format(options=options)),
        connection=connection,
        variables=variables,
        notes=notes,
    )


def _certificate_variables(certificate: ServerCertificate) -> dict[str, str]:
    return {
        "NAVRA_TLS_CERTIFICATE": certificate.certificate,
        "NAVRA_TLS_KEY": certificate.key,
    }
