"""What the internet meets first: the domain, the load balancer, the firewall before it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator

from navra_stacks.errors import Problem
from navra_stacks.settings.base import Settings, refuse, rule, shown
from navra_stacks.settings.scalars import DnsName, between
from navra_stacks.settings.state import BucketName
from navra_stacks.settings.tls import TlsPolicy
from navra_stacks.settings.waf import Waf

__all__ = ["AccessLogs", "Domain", "LoadBalancer", "ResponseHeaders", "TlsPolicy", "Waf"]

CERTIFICATE_NAME_LIMIT = 64

# What the browsers' preload list asks for (hstspreload.org, "Submission Requirements").
PRELOAD_AGE_SECONDS = 31_536_000


def _check_policy_text(value: str) -> str:
    if not value.isascii() or not value.isprintable() or not value.strip():
        raise refuse(
            f"{shown(value)} is not the value of a header",
            "write it in one line of printable ASCII characters",
        )
    return value


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

    @rule
    def _host_fits_a_certificate(self) -> Iterator[Problem]:
        # ACM API, RequestCertificate: the first name of a certificate is its common name, which
        # RFC 5280 gives 64 octets.
        if len(self.host) > CERTIFICATE_NAME_LIMIT:
            yield Problem(
                "host",
                f"{shown(self.host)} has {len(self.host)} characters "
                f"(certificates: {CERTIFICATE_NAME_LIMIT} at most)",
                "shorten it",
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

    client_keep_alive_seconds: Annotated[
        int, between(60, 604_800, "a keep-alive of clients", "seconds")
    ] = 3600
    """Time after which a client's connection is closed with its next answer, however busy it is,
    60-604,800 seconds; AWS's own value is 3600."""

    tls_policy: TlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """Protocols and ciphers of the HTTPS listener; TLS 1.2 at least."""


class AccessLogs(Settings):
    """Request and connection logs of the load balancer, in a bucket of their own."""

    retention_days: Annotated[int, between(1, 3650, "a retention", "days")] = 365
    """How long the logs are kept, 1-3650 days."""

    bucket_name: BucketName | None = None
    """The bucket's name, unique among all of AWS; made of the project, the environment, the account
    and the Region where absent."""


class ResponseHeaders(Settings):
    """Headers that the HTTPS listener adds to every response, in place of the application's own.

    What is None here is left to the application.
    """

    hsts_max_age_seconds: Annotated[int, between(0, 63_072_000, "an age", "seconds")] = 31_536_000
    """How long browsers insist on HTTPS, 0-63,072,000 seconds; 0 lets them forget it."""

    hsts_include_subdomains: bool = False
    """Browsers insist on HTTPS for the subdomains of the host too. Asked for, never assumed: it
    cannot be taken back from browsers that have seen it, and others may own those names."""

    hsts_preload: bool = False
    """The host may be built into browsers, which takes months to undo; needs the subdomains and an
    age of a year."""

    content_type_options: Literal["nosniff"] | None = "nosniff"
    """``X-Content-Type-Options``: browsers believe the declared type."""

    frame_options: Literal["DENY", "SAMEORIGIN"] | None = "SAMEORIGIN"
    """``X-Frame-Options``: who may show the site in a frame."""

    content_security_policy: Annotated[str, AfterValidator(_check_policy_text)] | None = None
    """``Content-Security-Policy`` in one line: where a page may load from. Every application needs
    one of its own, so there is no default."""

    server_header: bool = False
    """Whether the load balancer's own answers carry ``Server: awselb/2.0``."""

    @property
    def strict_transport_security(self) -> str:
        """The value of ``Strict-Transport-Security``."""
        parts = [f"max-age={self.hsts_max_age_seconds}"]
        parts += ["includeSubDomains"] * self.hsts_include_subdomains
        parts += ["preload"] * self.hsts_preload
        return "; ".join(parts)

    @rule
    def _preload_is_earned(self) -> Iterator[Problem]:
        if not self.hsts_preload:
            return
        if not self.hsts_include_subdomains:
            yield Problem(
                "hsts_preload",
                "is on, but hsts_include_subdomains is off (the preload list takes both or none)",
                "turn hsts_include_subdomains on, or leave hsts_preload off",
            )
        if self.hsts_max_age_seconds < PRELOAD_AGE_SECONDS:
            yield Problem(
                "hsts_max_age_seconds",
                f"{self.hsts_max_age_seconds} is too short for hsts_preload "
                f"({PRELOAD_AGE_SECONDS} at least)",
                "raise it, or leave hsts_preload off",
            )
