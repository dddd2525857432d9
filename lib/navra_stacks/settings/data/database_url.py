"""The URL of a PostgreSQL database, in the form that a client's driver accepts."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple
from urllib.parse import quote

from navra_stacks.errors import SettingsProblem

__all__ = ["Driver", "UrlForm", "option_problems", "url_form", "url_query"]

Driver = Literal["asyncpg", "libpq", "psycopg", "psycopg2"]
"""``asyncpg``, ``psycopg`` (version 3) and ``psycopg2`` stand for SQLAlchemy with that driver.
``libpq`` stands for clients that accept a URL of PostgreSQL's own library: `psql`, Django, Prisma,
pgx, and each of the three drivers without SQLAlchemy."""


class UrlForm(NamedTuple):
    """What differs between the URLs of drivers."""

    scheme: str

    tls_option: str
    """The name of the query parameter that requires TLS. Its values are those of `sslmode`."""


_FORMS: Mapping[Driver, UrlForm] = {
    # SQLAlchemy passes the parameters to asyncpg.connect, which has `ssl`, but no `sslmode`
    # (https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.asyncpg,
    # https://magicstack.github.io/asyncpg/current/api/index.html,
    # https://github.com/MagicStack/asyncpg/issues/737).
    "asyncpg": UrlForm("postgresql+asyncpg", "ssl"),
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
    tls_option = url_form(driver).tls_option
    for name, value in options.items():
        path = f"url_options.{name}"
        if name.lower() in _OVERRIDING_OPTIONS:
            yield SettingsProblem(
                path,
                "would replace another part of the URL in some drivers, so that services "
                "would connect to another database or as another user",
                "remove the parameter; for a database that is managed elsewhere, use "
                "ExistingDatabase",
            )
        elif name == tls_option and value not in _ENCRYPTED_MODES:
            yield SettingsProblem(
                path,
                f"{value!r} lets a client connect without TLS",
                f"use one of {', '.join(_ENCRYPTED_MODES)}",
            )
        elif name in ("ssl", "sslmode") and name != tls_option:
            yield SettingsProblem(
                path,
                f"is not a parameter of the driver {driver or 'libpq'!r}",
                f"use {tls_option!r}, or set the driver that the application uses",
            )
