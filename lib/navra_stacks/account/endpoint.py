"""The URL of an emulator that takes the place of AWS."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from navra_stacks.errors import NavraError

__all__ = ["check_endpoint"]

SCHEMES = ("http", "https")
LARGEST_PORT = 65535


def check_endpoint(url: str, source: str) -> str:
    """Return a URL to which requests can be sent.

    Args:
        url: The URL, for example ``http://127.0.0.1:5000``.
        source: The option or the variable that contains the URL, for messages.

    Raises:
        NavraError: `url` has no scheme, another one than http and https, no host, or no valid port.
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url) is None:
        raise NavraError(f"{source}: {url!r} has no scheme; write it as {f'http://{url}'!r}")
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        raise NavraError(f"{source}: {url!r} is not a URL; {_repair()}") from None
    if parts.scheme not in SCHEMES:
        raise NavraError(
            f"{source}: {url!r} has the scheme {parts.scheme!r}; write it with http or https"
        )
    if not host or re.fullmatch(r"[A-Za-z0-9._:%-]+", host) is None:
        raise NavraError(f"{source}: {url!r} has no valid host; {_repair()}")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise NavraError(f"{source}: {url!r} has no valid port; use 1-{LARGEST_PORT}")
    return url


def _repair() -> str:
    return "write a URL such as 'http://127.0.0.1:5000'"
