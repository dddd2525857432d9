"""Discovery of the committed staging environment, with and without Terraform."""

from __future__ import annotations

import pytest

from tests.support.missing_terraform import without_terraform
from tests.support.synthesized import Built


@pytest.fixture
def synthesized(staging: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of staging there is no inventory, so what is synthesized without is the same document."""
    assert "import" not in staging.content
    monkeypatch.setattr("navra_stacks.cli.discover._synthesized", lambda *_: staging)


@pytest.fixture
def no_terraform(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Terraform, for what needs none."""
    without_terraform(monkeypatch)
