"""An account that cannot be adopted as it is: `navra discover` says why, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from navra_stacks import Inventory
from tests.adoption import variations
from tests.adoption.adopting import ended
from tests.adoption.by_hand import ByHand
from tests.conftest import Built

pytestmark = pytest.mark.usefixtures("no_terraform", "synthesized")


@pytest.fixture
def synthesized(staging: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of staging there is no inventory, so what is synthesized without is the same document."""
    assert "import" not in staging.content
    monkeypatch.setattr("navra_stacks.commands.discover._synthesized", lambda *_: staging)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "staging.inventory.json"


def test_two_candidates_are_both_named_and_nothing_is_written(own: ByHand, path: Path) -> None:
    variations.second_certificate(own, in_use=False)
    found = ended(own.console, path)
    assert found.status == 2
    assert "aws_acm_certificate.certificate could be any of 2" in found.err
    assert own.arns["certificate"] in found.err
    assert own.arns["second certificate"] in found.err
    assert "Traceback" not in found.err
    assert not path.exists()


def test_a_second_load_balancer_that_takes_the_traffic_is_told_and_nothing_is_written(
    own: ByHand, path: Path
) -> None:
    variations.second_load_balancer(own, takes_traffic=True)
    found = ended(own.console, path)
    assert found.status == 2
    assert own.arns["alb"] in found.err
    assert own.arns["second alb"] in found.err
    assert not path.exists()


def test_a_second_load_balancer_beside_the_one_that_takes_the_traffic_is_named(
    own: ByHand, path: Path
) -> None:
    variations.second_load_balancer(own, takes_traffic=False)
    found = ended(own.console, path)
    assert found.status == 3
    assert own.arns["second alb"] in found.out
    assert Inventory.read(path).resources["aws_lb.load_balancer"].id == own.arns["alb"]


def test_a_secret_that_is_scheduled_for_deletion_must_be_put_right_first(
    own: ByHand, path: Path
) -> None:
    variations.secret_scheduled_for_deletion(own, "DATABASE_URL")
    path.write_text("the one before", encoding="utf-8")
    found = ended(own.console, path)
    assert found.status == 2
    assert "data.aws_secretsmanager_secret.database_url_secret" in found.err
    assert "deletion" in found.err
    assert path.read_text(encoding="utf-8") == "the one before"
