"""Unsupported blocks are removed from a rehearsed document and reported, or are an error."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.rehearsal.transforms.unsupported_blocks import (
    ForeignProviderError,
    strip_unsupported,
)


def test_imports_are_removed_and_reported() -> None:
    copy, omissions = strip_unsupported({"import": [{"to": "aws_lb.one", "id": "arn"}]})
    assert copy == {}
    assert omissions == (
        "import of aws_lb.one: the emulated account is empty, so the resource is created",
    )


def test_provisioners_are_removed_and_reported() -> None:
    body: dict[str, Any] = {"input": 1, "provisioner": [{"local-exec": {"command": "deploy"}}]}
    document = {"resource": {"terraform_data": {"one": body}}}
    copy, omissions = strip_unsupported(document)
    assert copy == {"resource": {"terraform_data": {"one": {"input": 1}}}}
    assert omissions == ("terraform_data.one.provisioner: it would run commands on a real machine",)
    assert "provisioner" in body


def test_a_resource_that_would_be_created_for_real_is_an_error() -> None:
    document = {"resource": {"github_team": {"one": {}}, "aws_lb": {"one": {}}}}
    with pytest.raises(ForeignProviderError, match=r"^github_team\.one: .* created for real"):
        strip_unsupported(document)


def test_resources_of_providers_without_a_service_are_supported() -> None:
    providers = ("random", "null", "tls")
    document = {"resource": {f"{provider}_thing": {"one": {}} for provider in providers}}
    assert strip_unsupported(document) == (document, ())
