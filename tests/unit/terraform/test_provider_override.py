"""Terraform and its provider get no AWS settings of this machine, and reach only loopback."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.terraform.provider_override import (
    emulator_environment,
    point_at_emulator,
    without_aws_variables,
)

MACHINE = {
    "PATH": "/bin",
    "AWS_ACCESS_KEY_ID": "real",
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL_S3": "https://s3.example",
    "https_proxy": "http://proxy.example",
    "NO_PROXY": "*",
}


def test_aws_and_proxy_variables_are_replaced() -> None:
    found = emulator_environment("http://127.0.0.1:7", MACHINE)
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:7"
    assert found["AWS_ACCESS_KEY_ID"] == found["AWS_SECRET_ACCESS_KEY"] == "rehearsal"
    assert found["HTTPS_PROXY"] == found["HTTP_PROXY"] == "http://127.0.0.1:9"
    assert found["NO_PROXY"] == "127.0.0.1"
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "https_proxy"} & found.keys()


def test_the_environment_for_a_registry_has_the_proxies_and_no_aws_variables() -> None:
    assert without_aws_variables(MACHINE) == {
        "PATH": "/bin",
        "https_proxy": "http://proxy.example",
        "NO_PROXY": "*",
    }


def test_credentials_and_endpoints_of_a_provider_are_removed() -> None:
    original: dict[str, Any] = {
        "region": "eu-west-1",
        "profile": "production",
        "shared_credentials_files": ["~/.aws/credentials"],
        "assume_role": [{"role_arn": "arn:aws:iam::111122223333:role/deploy"}],
        "endpoints": [{"s3": "https://s3.example"}],
        "default_tags": [{"tags": {"a": "b"}}],
    }
    document = {"provider": {"aws": [original]}}
    (provider,) = point_at_emulator(document)["provider"]["aws"]
    assert provider["region"] == "eu-west-1"
    assert provider["default_tags"] == original["default_tags"]
    assert not {"profile", "shared_credentials_files", "assume_role", "endpoints"} & provider.keys()
    assert original["profile"] == "production"


def test_a_provider_with_an_alias_assumes_its_role_in_the_emulator() -> None:
    role = [{"role_arn": "arn:aws:iam::444455556666:role/dns"}]
    own = {"region": "eu-west-1", "assume_role": role}
    document = {"provider": {"aws": [own, own | {"alias": "zone", "profile": "network"}]}}
    default, zone = point_at_emulator(document)["provider"]["aws"]
    assert "assume_role" not in default
    assert zone["assume_role"] == role
    assert "profile" not in zone


@pytest.mark.parametrize("document", [{}, {"provider": {}}, {"provider": {"aws": [{}]}}])
def test_a_document_without_a_configured_provider_gets_one(document: Any) -> None:
    (provider,) = point_at_emulator(document)["provider"]["aws"]
    assert provider["region"] == "us-east-1"
    assert provider["skip_credentials_validation"] is True


def test_a_default_provider_is_added_if_all_have_an_alias() -> None:
    document = {"provider": {"aws": [{"alias": "one"}, {"alias": "two"}]}}
    providers = point_at_emulator(document)["provider"]["aws"]
    assert [provider.get("alias") for provider in providers] == ["one", "two", None]
    assert all(provider["skip_credentials_validation"] for provider in providers)
