"""A machine on which no Terraform is installed."""

from __future__ import annotations

import pytest

from navra_stacks.terraform import installation


def without_terraform(patch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise installation.NotAtHandError("neither terraform nor tofu is on the PATH")

    patch.setattr(installation, "find_terraform", missing)
