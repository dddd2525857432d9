"""Nothing of the machine's reaches the provider or the emulator, and nothing beyond loopback."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks.terraform.provider_override import loopback_only, point_at_emulator, without_aws

MACHINE = {
    "PATH": "/bin",
    "AWS_ACCESS_KEY_ID": "somebody",
    "AWS_PROFILE": "production",
    "AWS_ENDPOINT_URL_S3": "https://s3.example",
    "https_proxy": "http://proxy.example",
    "NO_PROXY": "*",
}


def test_variables_of_aws_and_of_proxies_are_replaced() -> None:
    found = loopback_only("http://127.0.0.1:7", MACHINE)
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:7"
    assert found["AWS_ACCESS_KEY_ID"] == found["AWS_SECRET_ACCESS_KEY"] == "rehearsal"
    assert found["HTTPS_PROXY"] == found["HTTP_PROXY"] == "http://127.0.0.1:9"
    assert found["NO_PROXY"] == "127.0.0.1"
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_S3", "https_proxy"} & found.keys()


def test_the_way_to_a_registry_is_left_and_no_credentials_go_along() -> None:
    assert without_aws(MACHINE) == {
        "PATH": "/bin",
        "https_proxy": "http://proxy.example",
        "NO_PROXY": "*",
    }


@pytest.mark.parametrize("several", [True, False])
def test_a_provider_takes_no_credentials_or_endpoints_of_its_own(several: bool) -> None:
    own: dict[str, Any] = {
        "region": "eu-west-1",
        "profile": "production",
        "shared_credentials_files": ["~/.aws/credentials"],
        "assume_role": [{"role_arn": "arn:aws:iam::111122223333:role/deploy"}],
        "endpoints": [{"s3": "https://s3.example"}],
        "default_tags": [{"tags": {"a": "b"}}],
    }
    document = {"provider": {"aws": [own] if several else own}}
    (provider,) = point_at_emulator(document)["provider"]["aws"]
    assert provider["region"] == "eu-west-1"
    assert provider["default_tags"] == own["default_tags"]
    assert not {"profile", "shared_credentials_files", "assume_role", "endpoints"} & provider.keys()
    assert own["profile"] == "production"


@pytest.mark.parametrize("document", [{}, {"provider": {}}, {"provider": {"aws": [{}]}}])
def test_a_document_that_leaves_its_provider_to_the_machine_gets_one(document: Any) -> None:
    (provider,) = point_at_emulator(document)["provider"]["aws"]
    assert provider["region"] == "us-east-1"
    assert provider["skip_credentials_validation"] is True


def test_what_names_no_provider_gets_one_where_each_has_an_alias() -> None:
    found = point_at_emulator({"provider": {"aws": [{"alias": "one"}, {"alias": "two"}]}})
    assert [one.get("alias") for one in found["provider"]["aws"]] == ["one", "two", None]
    assert all(one["skip_credentials_validation"] for one in found["provider"]["aws"])
