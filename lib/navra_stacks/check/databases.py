"""The databases and caches of a document whose settings other resources determine."""

from __future__ import annotations

from navra_stacks.check.values import Values

__all__ = ["is_restored", "is_secondary"]

_SOURCES = (
    "replicate_source_db",
    "replication_source_identifier",
    "restore_to_point_in_time",
    "s3_import",
    "snapshot_identifier",
)


def is_restored(database: Values) -> bool:
    """Return True if an argument that is not set can have the value of the source of a database."""
    return any(not database.is_absent(name) for name in _SOURCES)


def is_secondary(cache: Values) -> bool:
    """Return True if a cache is in a global datastore, whose primary cache has the settings.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Redis-Global-Datastore.html
    """
    return not cache.is_absent("global_replication_group_id")
