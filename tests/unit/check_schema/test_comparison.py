"""Another version of the provider is compared for the arguments of a document."""

from __future__ import annotations

import json
from typing import Any

from navra_stacks.check.schema.comparison import compare_schemas
from navra_stacks.check.schema.provider_schema import ProviderSchema, pack
from navra_stacks.terraform.document import TerraformDocument


def schema(version: str, **types: list[dict[str, Any]]) -> ProviderSchema:
    lines = [f"resource {type_}\t{json.dumps(structures)}" for type_, structures in types.items()]
    return ProviderSchema(pack({"assembly": "x", "provider": version}, sorted(lines)))


OLD = schema(
    "5.0.0",
    aws_eip=[{"a": {"vpc": "b", "tags": "ms"}}],
    aws_lb=[{"a": {"name": "s", "logs": "11"}}, {"a": {"bucket": "s", "prefix": "s"}}],
    aws_gone=[{"a": {}}],
)
NEW = schema(
    "6.0.0",
    aws_eip=[{"a": {"domain": "s", "tags": "ms"}}],
    aws_lb=[{"a": {"name": "!s", "logs": "11"}}, {"a": {"bucket": "s"}}],
)
DOCUMENT = TerraformDocument(
    {
        "terraform": {"required_providers": {"aws": {"source": "aws", "version": "5.0.0"}}},
        "resource": {
            "aws_eip": {"nat": {"vpc": True, "unknown": 1}},
            "aws_lb": {"main": {"logs": {"bucket": "b", "prefix": "p"}}},
            "aws_gone": {"x": {}},
            "aws_never": {"x": {}},
        },
    }
)


def test_arguments_that_the_other_version_lacks_are_found():
    found = {finding.place: finding.message for finding in compare_schemas(DOCUMENT, OLD, NEW)}
    assert found == {
        "aws_eip.nat.vpc": 'hashicorp/aws 6.0.0 has no argument "vpc"',
        "aws_gone.x": "hashicorp/aws 6.0.0 has no resource aws_gone",
        "aws_lb.main.logs.prefix": 'block logs of hashicorp/aws 6.0.0 has no argument "prefix"',
        "aws_lb.main.name": 'hashicorp/aws 6.0.0 requires the argument "name"',
    }


def test_the_same_version_has_no_differences():
    assert list(compare_schemas(DOCUMENT, OLD, OLD)) == []
    assert list(compare_schemas(DOCUMENT, NEW, NEW)) == []


def test_a_version_that_adds_arguments_has_no_differences():
    document = TerraformDocument({"resource": {"aws_eip": {"nat": {"tags": {}}}}})
    assert list(compare_schemas(document, OLD, NEW)) == []
