"""Fixtures for the tests of the schema check."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.check.finding import Finding
from navra_stacks.check.schema.body import LiteralCheck
from navra_stacks.check.schema.cache import provider_schema
from navra_stacks.check.schema.checker import schema_findings
from navra_stacks.check.schema.provider_schema import ProviderSchema
from navra_stacks.check.schema.service_models import api_limits
from navra_stacks.terraform.document import TerraformDocument
from tests.support.built_once import build_once
from tests.unit.check_schema.mistake import Check


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A cache that only the test run uses."""

    def fill(directory: Path) -> None:
        provider_schema(directory=directory)
        api_limits(directory=directory)

    return build_once("schemas", fill, tmp_path_factory, request)


@pytest.fixture(scope="session")
def schema(cache: Path) -> ProviderSchema:
    """The schema of the provider for which the bindings were generated."""
    return provider_schema(directory=cache)


@pytest.fixture(scope="session")
def limits(cache: Path) -> Mapping[str, LiteralCheck]:
    """The limits of the AWS API from the installed botocore."""
    return api_limits(directory=cache)


@pytest.fixture
def check(schema: ProviderSchema, limits: Mapping[str, LiteralCheck]) -> Check:
    """Check the content of a document, and return its findings."""

    def check(content: Mapping[str, Any]) -> list[Finding]:
        return list(schema_findings(TerraformDocument(content), schema, limits))

    return check
