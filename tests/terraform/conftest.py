"""Real Terraform, with a provider that the machine holds already."""

from __future__ import annotations

import pytest

from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.terraform_validate import Validator


@pytest.fixture(scope="session")
def validator(
    at_hand: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Validator:
    """`terraform validate`, initialised once."""
    return Validator(*at_hand, tmp_path_factory.mktemp("terraform"))
