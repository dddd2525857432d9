"""Fixtures for the discovery of the committed staging environment."""

from __future__ import annotations

import pytest

from tests.support.missing_terraform import without_terraform
from tests.support.synthesized import Built


@pytest.fixture
def synthesized(staging: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reuse the synthesized staging document instead of another synthesis.

    Staging has no inventory, so the document without an inventory is the same.
    """
    assert "import" not in staging.content
    monkeypatch.setattr("navra_stacks.cli.discover._synthesized", lambda *_: staging)


@pytest.fixture
def no_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a machine without Terraform, for tests that do not need it."""
    without_terraform(monkeypatch)
