"""Fixtures with the real Terraform and an AWS provider that is on this machine."""

from __future__ import annotations

import pytest

from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.terraform_validate import Validator


@pytest.fixture(scope="session")
def validator(
    installed: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Validator:
    """A directory for `terraform validate`, initialised once."""
    return Validator(*installed, tmp_path_factory.mktemp("terraform"))
