"""URLs of emulators that a command accepts and refuses."""

from __future__ import annotations

import pytest

from navra_stacks.account.endpoint import check_endpoint
from navra_stacks.errors import NavraError


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9",
        "https://emulator.example.com",
        "http://localhost:5000/",
        "http://[::1]:5000",
        "HTTP://motoserver:65535",
    ],
)
def test_a_url_is_accepted(url: str) -> None:
    assert check_endpoint(url, "--endpoint-url") == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("127.0.0.1:9", "'127.0.0.1:9' has no scheme; write it as 'http://127.0.0.1:9'"),
        ("localhost:9", "'localhost:9' has no scheme; write it as 'http://localhost:9'"),
        ("http://127.0.0.1:99999", "has no valid port; use 1-65535"),
        ("http://127.0.0.1:0", "has no valid port; use 1-65535"),
        ("http://127.0.0.1:x", "has no valid port; use 1-65535"),
        ("ftp://x", "has the scheme 'ftp'; write it with http or https"),
        ("http://", "has no valid host; write a URL such as 'http://127.0.0.1:5000'"),
        ("http://:5000", "has no valid host"),
        ("http://a b", "has no valid host"),
        ("http://[::1", "is not a URL"),
        ("", "has no scheme"),
    ],
)
def test_another_text_is_refused(url: str, message: str) -> None:
    with pytest.raises(NavraError) as error:
        check_endpoint(url, "--endpoint-url")
    assert str(error.value).startswith(f"--endpoint-url: {url!r}")
    assert message in str(error.value)
