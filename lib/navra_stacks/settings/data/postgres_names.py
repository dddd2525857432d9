"""Names of users and databases that RDS for PostgreSQL accepts."""

import re

from navra_stacks.settings.model.base import invalid

__all__ = ["check_database_name", "check_user"]

_RESERVED_USERS = frozenset(
    "admin administrator master postgres public rdsadmin rdsrepladmin rds_superuser root sa"
    " superuser user".split()
)
"""User names that are not allowed: names that RDS reserves, keywords of PostgreSQL, and default
names that attackers try first (FSBP RDS.25)."""

_RESERVED_DATABASES = frozenset("postgres rdsadmin template0 template1".split())

_RESERVED_WORDS = frozenset(
    """all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window
    with""".split()
)
"""Key words that PostgreSQL accepts as names only in quotes (PostgreSQL, Appendix C "SQL Key
Words": reserved, also those that can be a function or type); RDS rejects them."""


def _check_name(value: str, kind: str) -> str:
    """Check what applies to the names of users and of databases alike."""
    if value.lower() in _RESERVED_WORDS:
        raise invalid(f"{value!r} is a reserved word of PostgreSQL", "choose another name")
    if re.fullmatch(r"[a-z][a-z0-9_]{0,62}", value) is None:
        raise invalid(
            f"{value!r} is not a valid {kind} name",
            "use 1-63 lower-case letters, digits and underscores, starting with a letter",
        )
    return value


def check_user(value: str) -> str:
    """Return a name of a master user; raise a validation error for another text."""
    if value.lower() in _RESERVED_USERS or value.lower().startswith("pg_"):
        raise invalid(
            f"{value!r} is reserved or a common target of attacks", "choose another user name"
        )
    return _check_name(value, "user")


def check_database_name(value: str) -> str:
    """Return a name of a database; raise a validation error for another text."""
    if value in _RESERVED_DATABASES:
        raise invalid(
            f"{value!r} exists in every instance of PostgreSQL", "choose another database name"
        )
    return _check_name(value, "database")
