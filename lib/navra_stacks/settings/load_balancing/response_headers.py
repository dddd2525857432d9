"""Security headers that the HTTPS listener adds to responses."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, refuse, rule, shown
from navra_stacks.settings.model.field_types import between

__all__ = ["ResponseHeaders"]


# What the browsers' preload list asks for (hstspreload.org, "Submission Requirements").
PRELOAD_AGE_SECONDS = 31_536_000


def _check_policy_text(value: str) -> str:
    if not value.isascii() or not value.isprintable() or not value.strip():
        raise refuse(
            f"{shown(value)} is not the value of a header",
            "write it in one line of printable ASCII characters",
        )
    return value


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
    def _preload_is_earned(self) -> Iterator[SettingsProblem]:
        if not self.hsts_preload:
            return
        if not self.hsts_include_subdomains:
            yield SettingsProblem(
                "hsts_preload",
                "is on, but hsts_include_subdomains is off (the preload list takes both or none)",
                "turn hsts_include_subdomains on, or leave hsts_preload off",
            )
        if self.hsts_max_age_seconds < PRELOAD_AGE_SECONDS:
            yield SettingsProblem(
                "hsts_max_age_seconds",
                f"{self.hsts_max_age_seconds} is too short for hsts_preload "
                f"({PRELOAD_AGE_SECONDS} at least)",
                "raise it, or leave hsts_preload off",
            )
