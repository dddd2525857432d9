"""Real Terraform, with a provider that the machine holds already."""

from __future__ import annotations

import os

import pytest

from tests.terraform.provider_at_hand import NotAtHandError, find_provider, find_terraform
from tests.terraform.validation import Validator


@pytest.fixture(scope="session")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Validator:
    """`terraform validate`, initialised once; skips, or fails with NAVRA_REQUIRE_TERRAFORM=1."""
    try:
        terraform = find_terraform()
        provider = find_provider(terraform.platform)
    except NotAtHandError as missing:
        if os.environ.get("NAVRA_REQUIRE_TERRAFORM") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    return Validator(terraform, provider, tmp_path_factory.mktemp("terraform"))
