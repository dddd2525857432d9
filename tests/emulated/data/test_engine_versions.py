"""Plans after AWS has upgraded a database and a cache."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.applied_document import AppliedDocument

CACHE = "aws_elasticache_replication_group.cache"


@pytest.fixture(scope="module")
def upgraded(applied: AppliedDocument) -> AppliedDocument:
    """The data stores with versions above those of the document."""
    applied.client("rds").modify_db_instance(
        DBInstanceIdentifier="shop-qa-db", EngineVersion="17.9", ApplyImmediately=True
    )
    applied.client("elasticache").modify_replication_group(
        ReplicationGroupId="shop-qa-cache", EngineVersion="8.4"
    )
    return applied


def test_a_version_above_that_of_the_settings_is_no_change(upgraded: AppliedDocument) -> None:
    assert upgraded.actions() == {}


def test_without_the_rule_the_provider_would_recreate_the_cache(
    upgraded: AppliedDocument, changed_document: dict[str, Any]
) -> None:
    cache = changed_document["resource"]["aws_elasticache_replication_group"]["cache"]
    cache["lifecycle"]["ignore_changes"].remove("engine_version")
    upgraded.write(changed_document)
    assert upgraded.actions()[CACHE] == "replace"


def test_a_requested_upgrade_changes_the_cache_in_place(
    upgraded: AppliedDocument, changed_document: dict[str, Any]
) -> None:
    cache = changed_document["resource"]["aws_elasticache_replication_group"]["cache"]
    cache["lifecycle"]["ignore_changes"].remove("engine_version")  # as with `major_upgrade`
    cache["engine_version"] = "8.5"
    upgraded.write(changed_document)
    assert upgraded.actions()[CACHE] == "update"
