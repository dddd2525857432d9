"""AEP-STAGING-ARCHITECTURE.md, header: account, Region and URL."""

import pytest

from tests.support.synthesized import Built

pytestmark = pytest.mark.record(section=0)


def provider(built: Built) -> dict:
    (provider,) = built.content["provider"]["aws"]
    return provider


def test_the_region_is_us_east_1(staging: Built) -> None:
    assert provider(staging)["region"] == "us-east-1"


def test_the_provider_is_restricted_to_the_staging_account(staging: Built) -> None:
    assert provider(staging)["allowed_account_ids"] == ["625847798833"]


def test_the_primary_url_is_an_output(staging: Built) -> None:
    assert staging.content["output"]["url"]["value"] == "https://staging.navralabs.com"
