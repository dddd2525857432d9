"""An account that cannot be adopted as it is: `navra discover` says why, and writes nothing.

What its search has found is looked at too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from navra_stacks import ImportInventory
from navra_stacks.account.lookup import Found, SearchError, search
from tests.support.adoption_run import ended
from tests.support.handmade_account import variations
from tests.support.handmade_account.environment import ByHand

pytestmark = pytest.mark.usefixtures("no_terraform", "synthesized")


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[Found]:
    """What the command's searches have found."""
    results: list[Found] = []

    def kept(*given: Any) -> Found:
        results.append(search(*given))
        return results[-1]

    monkeypatch.setattr("navra_stacks.adoption.discovery.search", kept)
    return results


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "staging.inventory.json"


def test_two_candidates_are_both_named_and_nothing_is_written(
    own: ByHand, path: Path, searched: list[Found]
) -> None:
    variations.second_certificate(own, in_use=False)
    told = ended(own.console, path)
    assert told.status == 2
    assert "aws_acm_certificate.certificate could be any of 2" in told.err
    assert own.arns["certificate"] in told.err
    assert own.arns["second certificate"] in told.err
    assert "Traceback" not in told.err
    assert not path.exists()
    # None of the two is on the listener.
    (found,) = searched
    candidates = found.ambiguous["aws_acm_certificate.certificate"]
    assert {one.partition(" ")[0] for one in candidates} == {
        own.arns["certificate"],
        own.arns["second certificate"],
    }
    assert all("(issued, created " in one and ", expires " in one for one in candidates)
    (third,) = (one for one in found.undescribed if one.type == "aws_acm_certificate")
    assert third.told == "presented by the listener on 443"


def test_a_second_load_balancer_that_takes_the_traffic_is_told_and_nothing_is_written(
    own: ByHand, path: Path, searched: list[Found]
) -> None:
    variations.second_load_balancer(own, takes_traffic=True)
    told = ended(own.console, path)
    assert told.status == 2
    assert own.arns["alb"] in told.err
    assert own.arns["second alb"] in told.err
    assert not path.exists()
    (found,) = searched
    first, second = found.ambiguous["aws_lb.load_balancer"]
    assert first.startswith(f"{own.arns['alb']} (aep-staging-alb, ")
    assert second.startswith(f"{own.arns['second alb']} (aep-staging-alb-new, ")
    # What is at the load balancer can neither be found nor called missing.
    assert "which 2 could be" in found.unsearched["aws_lb_listener.https_listener"]
    with pytest.raises(SearchError, match=r"aws_lb.load_balancer could be any of 2: arn:.*; arn:"):
        found.check()


def test_a_second_load_balancer_beside_the_one_that_takes_the_traffic_is_named(
    own: ByHand, path: Path, searched: list[Found]
) -> None:
    variations.second_load_balancer(own, takes_traffic=False)
    told = ended(own.console, path)
    assert told.status == 3
    assert own.arns["second alb"] in told.out
    assert ImportInventory.read(path).resources["aws_lb.load_balancer"].id == own.arns["alb"]
    (found,) = searched
    found.check()
    assert found.ids["aws_lb.load_balancer"] == own.arns["alb"]
    assert [one.id for one in found.undescribed if one.type == "aws_lb"] == [own.arns["second alb"]]


def test_a_secret_that_is_scheduled_for_deletion_must_be_put_right_first(
    own: ByHand, path: Path, searched: list[Found]
) -> None:
    variations.secret_scheduled_for_deletion(own, "DATABASE_URL")
    path.write_text("the one before", encoding="utf-8")
    told = ended(own.console, path)
    assert told.status == 2
    assert "data.aws_secretsmanager_secret.database_url_secret" in told.err
    assert "deletion" in told.err
    assert path.read_text(encoding="utf-8") == "the one before"
    (found,) = searched
    with pytest.raises(SearchError, match=r"DATABASE_URL is scheduled for deletion .* restore it"):
        found.check()
    assert list(found.faults) == ["data.aws_secretsmanager_secret.database_url_secret"]
    assert len(found.ids) == 31
