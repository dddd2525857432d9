"""The headers of a forwarded request and of the returned response."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator

from navra_stacks.local.load_balancer.balancer import Listener, LoadBalancer

__all__ = ["request_headers", "response_headers"]

_HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-connection te trailer transfer-encoding upgrade".split()
)
"""Headers that concern one connection only (RFC 9110, section 7.6.1)."""

_VALID_NAME = re.compile(r"[-A-Za-z0-9]+")
"""Header names that ``drop_invalid_header_fields`` does not remove (ELB's documentation of
``routing.http.drop_invalid_header_fields.enabled``)."""

Headers = Iterable[tuple[str, str]]


def request_headers(
    headers: Headers,
    balancer: LoadBalancer,
    listener: Listener,
    client: tuple[str, int],
    *,
    upgrade: bool,
) -> list[tuple[str, str]]:
    """Return the headers of the request to the target.

    Args:
        headers: The headers of the client's request.
        balancer: The load balancer, whose attributes decide on ``X-Forwarded-For`` and on headers
            with invalid names.
        listener: The listener, whose described port and protocol the target receives.
        client: The address and the port of the client.
        upgrade: Whether the request opens a WebSocket.
    """
    given = list(headers)
    replaced = {"expect", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"}
    mode = balancer.xff_header_processing_mode
    if mode != "preserve":
        replaced.add("x-forwarded-for")
    forwarded = [
        (name, value)
        for name, value in _end_to_end(given)
        if name.lower() not in replaced
        and (not balancer.drop_invalid_header_fields or _VALID_NAME.fullmatch(name))
    ]
    if mode == "append":
        address = f"{client[0]}:{client[1]}" if balancer.xff_client_port else client[0]
        forwarded.append(("X-Forwarded-For", ", ".join([*_all(given, "x-forwarded-for"), address])))
    forwarded += [
        ("X-Forwarded-Proto", listener.protocol.lower()),
        ("X-Forwarded-Port", str(listener.port)),
        ("X-Amzn-Trace-Id", _trace_id(_all(given, "x-amzn-trace-id"))),
    ]
    if upgrade:
        forwarded += [("Connection", "Upgrade"), ("Upgrade", "websocket")]
    return forwarded


def response_headers(headers: Headers) -> list[tuple[str, str]]:
    """Return the headers of the response to the client."""
    return list(_end_to_end(list(headers)))


def _end_to_end(headers: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    named = {
        token.strip().lower() for value in _all(headers, "connection") for token in value.split(",")
    }
    for name, value in headers:
        if name.lower() not in _HOP_BY_HOP and name.lower() not in named:
            yield name, value


def _all(headers: list[tuple[str, str]], name: str) -> list[str]:
    return [value for given, value in headers if given.lower() == name]


def _trace_id(given: list[str]) -> str:
    """Return the value of ``X-Amzn-Trace-Id``; a root of the client is preserved."""
    own = f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"
    fields = [
        field.strip()
        for value in given
        for field in value.split(";")
        if field.strip() and not field.strip().startswith("Self=")
    ]
    if any(field.startswith("Root=") for field in fields):
        return ";".join([f"Self={own}", *fields])
    return ";".join([f"Root={own}", *fields])
