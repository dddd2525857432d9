"""The responses that an Application Load Balancer creates itself."""

from __future__ import annotations

from aiohttp import web

from navra_stacks.local.load_balancer.actions import FixedResponse

__all__ = ["SERVER", "error_page", "fixed_response", "redirect_response"]

SERVER = "awselb/2.0"
"""The ``Server`` header of the load balancer's own responses."""

_REASONS = {
    301: "Moved Permanently",
    302: "Found",
    400: "Bad Request",
    405: "Not Allowed",
    408: "Request Time-out",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}


def error_page(status: int) -> web.Response:
    """Return the page of a status, in the form that Application Load Balancers use."""
    reason = _REASONS[status]
    title = f"{status} {reason}"
    text = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )
    return web.Response(
        status=status,
        reason=reason,
        body=text.encode(),
        headers={"Server": SERVER, "Content-Type": "text/html"},
    )


def redirect_response(status: int, location: str) -> web.Response:
    """Return a redirect to a URL."""
    response = error_page(status)
    response.headers["Location"] = location
    return response


def fixed_response(action: FixedResponse) -> web.Response:
    """Return the response of a ``fixed-response`` action."""
    return web.Response(
        status=action.status,
        body=action.body.encode(),
        headers={"Server": SERVER, "Content-Type": f"{action.content_type}; charset=utf-8"},
    )
