"""The actions of a listener rule that end the evaluation: forward, redirect, fixed response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from navra_stacks.local.load_balancer.request_head import LOCAL_SUFFIX, RequestHead

__all__ = ["Action", "FixedResponse", "Forward", "Redirect", "WeightedTargetGroup"]


@dataclass(frozen=True, slots=True)
class WeightedTargetGroup:
    """A target group of a forward action."""

    target_group: str
    """The Terraform address of the target group."""
    weight: int = 1
    """The share of the requests, 0-999. A target group with the weight 0 receives none. The default
    is that of the provider (``aws_lb_listener_rule``)."""


@dataclass(frozen=True, slots=True)
class Forward:
    """Forward to one of the target groups, chosen by weight."""

    target_groups: tuple[WeightedTargetGroup, ...]

    @property
    def main_target_group(self) -> str:
        """The address of the target group with the highest weight."""
        return max(self.target_groups, key=lambda group: group.weight).target_group

    def target_group(self, position: float) -> str | None:
        """Return the target group at a position from 0 to below 1; None if all weights are 0."""
        remaining = position * sum(group.weight for group in self.target_groups)
        for group in self.target_groups:
            if remaining < group.weight:
                return group.target_group
            remaining -= group.weight
        return None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Redirect to a URL. The defaults are those of ``RedirectActionConfig`` in the ELB API."""

    status: int
    """301 or 302."""
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"

    def location(
        self,
        request: RequestHead,
        protocol: str,
        port: int,
        local_ports: Mapping[int, int] | None = None,
    ) -> str:
        """Return the value of the ``Location`` header.

        Args:
            request: The request.
            protocol: The protocol of the described listener, in lower case.
            port: The port of the described listener.
            local_ports: The local port of each described port. A redirect to one of these goes to
                the local port over HTTP, so that a browser on this machine can follow it. A
                redirect to another host does so only if the request's host ends in ``.localhost``.
        """
        placeholders = {
            "#{protocol}": protocol,
            "#{host}": request.host,
            "#{port}": str(port),
            "#{path}": request.path.removeprefix("/"),
            "#{query}": request.query,
        }

        def filled(template: str) -> str:
            for placeholder, value in placeholders.items():
                template = template.replace(placeholder, value)
            return template

        path = filled(self.path)
        query = f"?{filled(self.query)}" if filled(self.query) else ""
        to_protocol, to_host = filled(self.protocol).lower(), filled(self.host)
        to_port = filled(self.port)
        local_port = (local_ports or {}).get(int(to_port)) if to_port.isdigit() else None
        if local_port is not None:
            if to_host.lower() == request.host:
                return f"http://{request.local_name}:{local_port}{path}{query}"
            if request.local_name.endswith(LOCAL_SUFFIX):
                return f"http://{to_host}{LOCAL_SUFFIX}:{local_port}{path}{query}"
        return f"{to_protocol}://{to_host}:{to_port}{path}{query}"


@dataclass(frozen=True, slots=True)
class FixedResponse:
    """Answer with a status and a body."""

    status: int
    """A status of the classes 2, 4 or 5."""
    content_type: str = "text/plain"
    body: str = ""


Action = Forward | Redirect | FixedResponse
"""An action that ends the evaluation of a request."""
