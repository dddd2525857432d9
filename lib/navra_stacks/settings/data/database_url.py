"""The URL of a PostgreSQL database, in the form that a client's driver accepts."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, NamedTuple, get_args
from urllib.parse import quote

from pydantic import AfterValidator, BeforeValidator

from navra_stacks.errors import SettingsProblem, did_you_mean
from navra_stacks.settings.model.base import invalid
from navra_stacks.settings.model.field_types import suggest_repair

__all__ = ["DatabaseOption", "Driver", "UrlForm", "option_problems", "url_form", "url_query"]

_Driver = Literal["asyncpg", "libpq", "psycopg", "psycopg2"]


def _check_driver(value: object) -> object:
    known = get_args(_Driver)
    if isinstance(value, str) and value not in known:
        schemes = {form.scheme: driver for driver, form in _FORMS.items()} | {"postgres": "libpq"}
        *others, last = map(repr, known)
        raise invalid(
            f"{value!r} is not one of {', '.join(others)} or {last}",
            f"use {schemes[value]!r} for a URL with that scheme"
            if value in schemes
            else did_you_mean(value, known),
        )
    return value


Driver = Annotated[_Driver, BeforeValidator(_check_driver)]
"""``asyncpg``, ``psycopg`` (version 3) and ``psycopg2`` stand for SQLAlchemy with that driver.
``libpq`` stands for clients that accept a URL of PostgreSQL's own library: `psql`, Django, Prisma,
pgx, and each of the three drivers without SQLAlchemy."""


class UrlForm(NamedTuple):
    """What differs between the URLs of drivers."""

    scheme: str

    tls_option: str
    """The name of the query parameter that requires TLS. Its values are those of `sslmode`."""

    options: tuple[str, ...] = ()
    """All query parameters that the client accepts; empty if they are not limited."""


_FORMS: Mapping[Driver, UrlForm] = {
    # SQLAlchemy passes the parameters to asyncpg.connect, which has `ssl`, but no `sslmode`
    # (https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.asyncpg,
    # https://magicstack.github.io/asyncpg/current/api/index.html,
    # https://github.com/MagicStack/asyncpg/issues/737).
    # Only these arguments accept the text of a query parameter. The dialect has
    # prepared_statement_cache_size.
    "asyncpg": UrlForm(
        "postgresql+asyncpg",
        "ssl",
        (
            *("command_timeout", "gsslib", "krbsrvname", "prepared_statement_cache_size"),
            *("ssl", "target_session_attrs"),
        ),
    ),
    # https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-CONNSTRING-URIS. Without
    # SQLAlchemy, asyncpg parses the same URLs (its page above).
    "libpq": UrlForm("postgresql", "sslmode"),
    # https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.psycopg
    "psycopg": UrlForm("postgresql+psycopg", "sslmode"),
    # https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.psycopg2
    "psycopg2": UrlForm("postgresql+psycopg2", "sslmode"),
}
"""pg8000 is not included, because it takes TLS settings as a Python object, not from a URL
(https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.pg8000).
"""

_VARIABLES = {
    "sslcert": "PGSSLCERT",
    "sslcrl": "PGSSLCRL",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
    "ssl_max_protocol_version": "PGSSLMAXPROTOCOLVERSION",
    "ssl_min_protocol_version": "PGSSLMINPROTOCOLVERSION",
}
"""The environment variables that asyncpg and libpq read, by the query parameter of libpq
(https://github.com/MagicStack/asyncpg/blob/master/asyncpg/connect_utils.py,
https://www.postgresql.org/docs/17/libpq-envars.html)."""

_UNENCRYPTED_MODES = ("allow", "disable", "prefer")
"""The other values of `sslmode`
(https://www.postgresql.org/docs/17/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS)."""

_ENCRYPTED_MODES = ("require", "verify-ca", "verify-full")
"""The values of `sslmode` that never fall back to an unencrypted connection."""

_OVERRIDING_OPTIONS = frozenset(
    # libpq (https://www.postgresql.org/docs/17/libpq-connect.html#LIBPQ-PARAMKEYWORDS).
    "host hostaddr port dbname user password passfile service servicefile sslpassword"
    # asyncpg, and the URL parser of node-postgres, also use these names.
    " database dsn username"
    # pgjdbc (https://jdbc.postgresql.org/documentation/use/).
    " pghost pgport pgdbname".split()
)
"""Query parameters, in lower case, that replace another part of the URL in a PostgreSQL driver, or
contain a password."""


def _check_option(name: str) -> str:
    if name.lower() in _OVERRIDING_OPTIONS:
        raise invalid(
            "would replace another part of the URL in some drivers, so that services would "
            "connect to another database or as another user",
            "remove the parameter; for a database that is managed elsewhere, use ExistingDatabase",
        )
    return name


DatabaseOption = Annotated[str, AfterValidator(_check_option)]
"""A query parameter of a URL that replaces no other part of the URL."""


def url_form(driver: Driver | None) -> UrlForm:
    """Return the form of the URL for `driver`; None stands for a driver that is not known yet."""
    return _FORMS["libpq" if driver is None else driver]


def url_query(options: Mapping[str, str]) -> str:
    """Return the query string of a URL, including the question mark; empty without `options`."""
    pairs = [
        f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in sorted(options.items())
    ]
    return f"?{'&'.join(pairs)}" if pairs else ""


def option_problems(options: Mapping[str, str], driver: Driver | None) -> Iterator[SettingsProblem]:
    """Yield the problems of query parameters, with paths below ``url_options``."""
    form = url_form(driver)
    for name, value in options.items():
        path = f"url_options.{name}"
        if name == form.tls_option:
            yield from _mode_problems(path, value)
        elif name in ("ssl", "sslmode"):
            yield SettingsProblem(
                path,
                f"is not a parameter of the driver {driver or 'libpq'!r}",
                f"use {form.tls_option!r}, or set the driver that the application uses",
            )
        elif form.options and name not in form.options:
            variable = _VARIABLES.get(name)
            yield SettingsProblem(
                path,
                f"is not a parameter of the driver {driver!r} ({', '.join(form.options)})",
                "remove the parameter"
                if variable is None
                else f"set the variable {variable} in the `environment` of the containers instead",
            )


def _mode_problems(path: str, mode: str) -> Iterator[SettingsProblem]:
    if mode in _UNENCRYPTED_MODES:
        yield SettingsProblem(
            path,
            f"{mode!r} lets a client connect without TLS",
            f"use one of {', '.join(_ENCRYPTED_MODES)}",
        )
    elif mode not in _ENCRYPTED_MODES:
        yield SettingsProblem(
            path,
            f"{mode!r} is not a valid value ({', '.join(_ENCRYPTED_MODES)})",
            suggest_repair(mode, _ENCRYPTED_MODES),
        )
