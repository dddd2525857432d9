"""The credentials of local tasks, without any request to AWS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from navra_stacks.account import aws_reader
from navra_stacks.account.task_credentials import credentials_of_endpoint, credentials_of_profile
from navra_stacks.errors import NavraError

KEY = "not-a-real-key"


@pytest.fixture
def profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "credentials"
    file.write_text(
        f"[static]\naws_access_key_id = id\naws_secret_access_key = {KEY}\n"
        f"[session]\naws_access_key_id = id\naws_secret_access_key = {KEY}\n"
        "aws_session_token = token\n[empty]\nregion = eu-west-1\n"
    )
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "absent"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def valid(monkeypatch: pytest.MonkeyPatch) -> None:
    def call(*_: Any, **__: Any) -> dict[str, str]:
        return {"Account": "111122223333"}

    monkeypatch.setattr(aws_reader.AwsAccount, "call", call)


@pytest.mark.usefixtures("profiles", "valid")
def test_a_profile_gives_its_keys_and_the_region() -> None:
    found = credentials_of_profile("static", "eu-west-1")
    assert dict(found) == {
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_SECRET_ACCESS_KEY": KEY,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    assert credentials_of_profile("session", "eu-west-1")["AWS_SESSION_TOKEN"] == "token"
    assert KEY not in repr(found) + str(found)


@pytest.mark.usefixtures("profiles")
def test_a_profile_that_does_not_exist_is_reported() -> None:
    with pytest.raises(NavraError, match=r"\(absent\) could not be found; pass a profile"):
        credentials_of_profile("absent", "eu-west-1")


@pytest.mark.usefixtures("profiles")
def test_a_profile_without_credentials_is_reported() -> None:
    with pytest.raises(NavraError, match="no complete AWS credentials were found"):
        credentials_of_profile("empty", "eu-west-1")


@pytest.mark.usefixtures("profiles")
def test_credentials_are_checked_before_they_are_used() -> None:
    with pytest.raises(NavraError, match="AWS cannot be reached"):
        credentials_of_profile("static", "eu-west-1", endpoint_url="http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("url", "reached"),
    [
        ("http://127.0.0.1:5000", "http://gateway:5000"),
        ("http://localhost:5000/", "http://gateway:5000/"),
        ("http://[::1]:5000", "http://gateway:5000"),
        ("http://0.0.0.0:5000", "http://gateway:5000"),
        ("https://emulator.example.com", "https://emulator.example.com"),
    ],
)
def test_an_emulator_of_this_machine_has_the_name_that_containers_use(
    url: str, reached: str
) -> None:
    found = credentials_of_endpoint(url, "eu-west-1", host="gateway")
    assert found["AWS_ENDPOINT_URL"] == reached
    assert found["AWS_REGION"] == "eu-west-1"


def test_an_invalid_endpoint_is_reported() -> None:
    with pytest.raises(NavraError, match="has no scheme"):
        credentials_of_endpoint("localhost:5000", "eu-west-1")
