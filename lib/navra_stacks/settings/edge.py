"""What the internet meets first: the domain, the load balancer, the firewall before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from navra_stacks.errors import Problem
from navra_stacks.settings.base import Settings, rule
from navra_stacks.settings.scalars import DnsName, between

__all__ = ["AccessLogs", "Domain", "LoadBalancer", "ResponseHeaders", "TlsPolicy", "Waf"]

TlsPolicy = Literal[
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
]
"""Predefined policies without anything older than TLS 1.2 or a CBC suite by default (FSBP ELB.17;
Elastic Load Balancing, "Security policies for your Application Load Balancer")."""


class Domain(Settings):
    """The host under which an environment is reached, and the zone that holds its records."""

    host: DnsName
    """The fully qualified host name; its certificate and its alias record are made for it."""

    zone: DnsName
    """The public Route 53 hosted zone, which must exist."""

    @rule
    def _host_in_zone(self) -> Iterator[Problem]:
        if self.host != self.zone and not self.host.endswith(f".{self.zone}"):
            yield Problem(
                "host",
                f"{self.host!r} is not in the zone {self.zone!r}",
                f"did you mean '{self.host.partition('.')[0]}.{self.zone}'?",
            )

    @property
    def url(self) -> str:
        """The address that a browser is given."""
        return f"https://{self.host}"


class LoadBalancer(Settings):
    """The Application Load Balancer's own values."""

    idle_timeout_seconds: Annotated[int, between(1, 4000, "an idle timeout", "seconds")] = 60
    """Time that a silent connection is kept, 1-4000 seconds. The keep-alive of the applications
    behind it must be longer, else clients see 502 now and then."""

    tls_policy: TlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """Protocols and ciphers of the HTTPS listener; TLS 1.2 at least."""


class Waf(Settings):
    """A web ACL before the load balancer."""

    rate_limit: Annotated[int, between(10, 2_000_000_000, "a number of requests")] = 2000
    """Requests that one address may send in five minutes before it is blocked."""

    count_only: tuple[str, ...] = ("AWSManagedRulesAnonymousIpList",)
    """Managed rule groups that only count what they would block."""


class AccessLogs(Settings):
    """Request and connection logs of the load balancer, in a bucket of their own."""

    retention_days: Annotated[int, between(1, 3650, "a retention", "days")] = 365
    """How long the logs are kept, in days."""


class ResponseHeaders(Settings):
    """Headers that the HTTPS listener adds to every response."""

    hsts_max_age_seconds: Annotated[int, between(0, 63_072_000, "an age", "seconds")] = 31_536_000
    """How long browsers insist on HTTPS, in seconds."""

    content_type_options: Literal["nosniff"] | None = "nosniff"
    """``X-Content-Type-Options``."""

    frame_options: Literal["DENY", "SAMEORIGIN"] | None = "SAMEORIGIN"
    """``X-Frame-Options``."""
