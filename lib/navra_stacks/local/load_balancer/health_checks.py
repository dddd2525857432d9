"""Send the health checks of an Application Load Balancer to a target."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from functools import cache

from navra_stacks.local.load_balancer.target_group import HealthCheck
from navra_stacks.local.load_balancer.target_health import CheckResult, Target

__all__ = ["check_target"]

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3})(?: .*)?")
_LOCATION = re.compile(rb"(?im)^location:[ \t]*(.*?)[ \t]*\r?$")
_MAXIMUM_HEAD = 65_536
"""Bytes of a response's status line and headers that are read."""


async def check_target(
    target: Target, check: HealthCheck, host_header: str | None = None
) -> CheckResult:
    """Send one health check and return its result.

    The request is that of the load balancer: the ``Host`` header has the private address of the
    target with the port of the check, the user agent is ``ELB-HealthChecker/2.0``, and the
    connection is not used again. Only the status counts; the body is not read.

    Args:
        target: The target.
        check: The health check of its target group.
        host_header: Another ``Host`` header, for a diagnosis.
    """
    start = time.monotonic()

    def result(kind: str, status: int | None = None, location: str = "") -> CheckResult:
        return CheckResult(kind, status, location, time.monotonic() - start)

    try:
        async with asyncio.timeout(check.timeout):
            head = await _exchange(target, check, host_header or target.health_host(check))
    except TimeoutError:
        return result("timeout")
    except ConnectionRefusedError:
        return result("refused")
    except (ConnectionError, asyncio.IncompleteReadError):
        return result("closed")
    except asyncio.LimitOverrunError:
        return result("malformed")
    except OSError:
        return result("failed")
    if (status_line := _STATUS_LINE.match(head)) is None:
        return result("malformed")
    status = int(status_line[1])
    location = _LOCATION.search(head)
    return result(
        "passed" if check.passes(status) else "status",
        status,
        location[1].decode("latin-1") if location else "",
    )


async def _exchange(target: Target, check: HealthCheck, host_header: str) -> bytes:
    """Return the status line and the headers of the target's response."""
    reader, writer = await asyncio.open_connection(
        target.host,
        target.health_port,
        ssl=_without_verification() if check.protocol == "HTTPS" else None,
        limit=_MAXIMUM_HEAD,
    )
    try:
        writer.write(
            f"GET {check.path} HTTP/1.1\r\n"
            f"Host: {host_header}\r\n"
            "Connection: close\r\n"
            "User-Agent: ELB-HealthChecker/2.0\r\n"
            "Accept-Encoding: gzip, compressed\r\n\r\n".encode()
        )
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith((b"HTTP/1.1 100", b"HTTP/1.1 103")):
                return head
    finally:
        writer.close()


@cache
def _without_verification() -> ssl.SSLContext:
    """Return a context that accepts every certificate, as the load balancer does for targets.

    Cached, because a context reads all certificate authorities of the machine.
    """
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
