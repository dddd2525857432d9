"""Accounts that cannot be adopted: the report and the inventory contain the reasons.

The tests also check the result of the lookup.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import ImportInventory
from navra_stacks.account.lookup import FoundResources, find_resources
from tests.support.adoption_run import run_discover_without_provider
from tests.support.handmade_account import variations
from tests.support.handmade_account.environment import HandmadeEnvironment

pytestmark = pytest.mark.usefixtures("no_terraform", "synthesized")


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> list[FoundResources]:
    """The results of the command's lookups."""
    results: list[FoundResources] = []

    def recording(*arguments: Any) -> FoundResources:
        results.append(find_resources(*arguments))
        return results[-1]

    monkeypatch.setattr("navra_stacks.adoption.discovery.find_resources", recording)
    return results


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "staging.inventory.json"


def test_an_ambiguous_certificate_is_reported_with_both_matches(
    handmade_copy: HandmadeEnvironment, path: Path, lookups: list[FoundResources]
) -> None:
    variations.second_certificate(handmade_copy, in_use=False)
    result = run_discover_without_provider(handmade_copy.console, path)
    assert result.status == 3
    assert "aws_acm_certificate.certificate: matches 2 existing resources" in result.out
    assert handmade_copy.arns["certificate"] in result.out
    assert handmade_copy.arns["second certificate"] in result.out
    assert "Traceback" not in result.err
    inventory = ImportInventory.read(path)
    (blocker,) = inventory.blockers
    assert blocker.startswith("aws_acm_certificate.certificate: matches 2 existing resources")
    assert "aws_lb.load_balancer" in inventory.resources
    assert "aws_acm_certificate.certificate" not in inventory.resources
    # The listener uses neither of the two certificates.
    (found,) = lookups
    candidates = found.ambiguous["aws_acm_certificate.certificate"]
    assert {candidate.partition(" ")[0] for candidate in candidates} == {
        handmade_copy.arns["certificate"],
        handmade_copy.arns["second certificate"],
    }
    assert all("(issued, created " in text and ", expires " in text for text in candidates)
    (third,) = (resource for resource in found.unmanaged if resource.type == "aws_acm_certificate")
    assert third.description == "presented by the listener on port 443"


def test_a_second_load_balancer_that_receives_the_traffic_is_ambiguous(
    handmade_copy: HandmadeEnvironment, path: Path, lookups: list[FoundResources]
) -> None:
    variations.second_load_balancer(handmade_copy, receives_traffic=True)
    result = run_discover_without_provider(handmade_copy.console, path)
    assert result.status == 3
    (blocker,) = ImportInventory.read(path).blockers
    assert blocker.startswith("aws_lb.load_balancer: ")
    for load_balancer in ("alb", "second alb"):
        assert handmade_copy.arns[load_balancer] in result.out
        assert handmade_copy.arns[load_balancer] in blocker
    (found,) = lookups
    first, second = found.ambiguous["aws_lb.load_balancer"]
    assert first.startswith(f"{handmade_copy.arns['alb']} (aep-staging-alb, ")
    assert second.startswith(f"{handmade_copy.arns['second alb']} (aep-staging-alb-new, ")
    # Resources of the load balancer are neither found nor missing.
    assert (
        "which matches 2 existing resources"
        in found.not_searchable["aws_lb_listener.https_listener"]
    )


def test_a_second_load_balancer_without_traffic_is_listed(
    handmade_copy: HandmadeEnvironment, path: Path, lookups: list[FoundResources]
) -> None:
    variations.second_load_balancer(handmade_copy, receives_traffic=False)
    result = run_discover_without_provider(handmade_copy.console, path)
    assert result.status == 3
    assert handmade_copy.arns["second alb"] in result.out
    assert (
        ImportInventory.read(path).resources["aws_lb.load_balancer"].id == handmade_copy.arns["alb"]
    )
    (found,) = lookups
    assert found.problems == {}
    assert found.ids["aws_lb.load_balancer"] == handmade_copy.arns["alb"]
    assert [resource.id for resource in found.unmanaged if resource.type == "aws_lb"] == [
        handmade_copy.arns["second alb"]
    ]


def test_a_secret_that_is_scheduled_for_deletion_is_a_problem(
    handmade_copy: HandmadeEnvironment, path: Path, lookups: list[FoundResources]
) -> None:
    variations.secret_scheduled_for_deletion(handmade_copy, "DATABASE_URL")
    result = run_discover_without_provider(handmade_copy.console, path)
    assert result.status == 3
    address = "data.aws_secretsmanager_secret.database_url_secret"
    (blocker,) = ImportInventory.read(path).blockers
    assert re.match(rf"{address}: .*DATABASE_URL is scheduled for deletion .* restore", blocker)
    assert f"  {blocker}" in result.out
    (found,) = lookups
    assert list(found.unusable) == [address]
    assert len(found.ids) == 31
