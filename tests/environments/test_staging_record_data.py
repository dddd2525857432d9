"""AEP-STAGING-ARCHITECTURE.md, sections 8 and 9: data layer and Redis."""

import re

import pytest

from tests.support.synthesized import Built


@pytest.mark.record(section=8)
@pytest.mark.record(section=9)
@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_the_database_and_redis_are_referenced_only_through_a_secret(
    staging: Built, name: str
) -> None:
    """The only references are the data source of the secret and the container that injects it."""
    without_metadata = re.sub(r'"(path|uniqueId)": "[^"]*"', "", staging.text)
    references = set(re.findall(rf"[\w/.]*{name}[\w/.]*", without_metadata, re.IGNORECASE))
    assert references == {
        f"aep/staging/{name}",
        name,
        f"{name.lower()}_secret",
        f"data.aws_secretsmanager_secret.{name.lower()}_secret.arn",
    }


@pytest.mark.record(section=8)
@pytest.mark.record(section=9)
def test_terraform_creates_no_database_and_no_redis(staging: Built) -> None:
    prefixes = ("aws_db_", "aws_rds_", "aws_elasticache_", "aws_memorydb_")
    assert not [block.address for block in staging.resources if block.type.startswith(prefixes)]
