"""Simulate a machine without Terraform."""

from __future__ import annotations

import pytest

from navra_stacks.terraform import installation


def without_terraform(patch: pytest.MonkeyPatch) -> None:
    """Patch the search for Terraform to fail."""

    def missing() -> None:
        raise installation.NotInstalledError("neither terraform nor tofu is on the PATH")

    patch.setattr(installation, "find_terraform", missing)
