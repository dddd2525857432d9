"""Security headers that the HTTPS listener adds to responses."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, format_value, invalid, rule
from navra_stacks.settings.model.field_types import int_range

__all__ = ["ResponseHeaders"]


# Required by the browsers' preload list (hstspreload.org, "Submission Requirements").
PRELOAD_AGE_SECONDS = 31_536_000


def _check_policy_text(value: str) -> str:
    if not value.isascii() or not value.isprintable() or not value.strip():
        raise invalid(
            f"{format_value(value)} is not the value of a header",
            "write it in one line of printable ASCII characters",
        )
    return value


class ResponseHeaders(Settings):
    """Headers that the HTTPS listener adds to every response; they replace the application's own.

    With None, the application's header is not changed.
    """

    hsts_max_age_seconds: Annotated[int, int_range(0, 63_072_000, "an age", "seconds")] = 31_536_000
    """``max-age`` of HSTS: the time for which browsers require HTTPS, 0-63,072,000 seconds; 0 ends
    it."""

    hsts_include_subdomains: bool = False
    """True if browsers must require HTTPS for the subdomains of the host too. Off by default, since
    browsers that have received it cannot be reset, and the subdomains can belong to others."""

    hsts_preload: bool = False
    """True to allow the host in the browsers' preload list, which takes months to undo; requires
    `hsts_include_subdomains` and an age of one year."""

    content_type_options: Literal["nosniff"] | None = "nosniff"
    """``X-Content-Type-Options``: browsers use the declared type and do not guess it."""

    frame_options: Literal["DENY", "SAMEORIGIN"] | None = "SAMEORIGIN"
    """``X-Frame-Options``: which pages can show the site in a frame."""

    content_security_policy: Annotated[str, AfterValidator(_check_policy_text)] | None = None
    """``Content-Security-Policy`` in one line: the sources from which a page can load resources. It
    depends on the application, so there is no default."""

    server_header: bool = False
    """True if the load balancer's own responses contain ``Server: awselb/2.0``."""

    @property
    def strict_transport_security(self) -> str:
        """The value of ``Strict-Transport-Security``."""
        parts = [f"max-age={self.hsts_max_age_seconds}"]
        parts += ["includeSubDomains"] * self.hsts_include_subdomains
        parts += ["preload"] * self.hsts_preload
        return "; ".join(parts)

    @rule
    def _check_preload(self) -> Iterator[SettingsProblem]:
        if not self.hsts_preload:
            return
        if not self.hsts_include_subdomains:
            yield SettingsProblem(
                "hsts_preload",
                "is on, but hsts_include_subdomains is off (the preload list requires both)",
                "turn hsts_include_subdomains on, or turn hsts_preload off",
            )
        if self.hsts_max_age_seconds < PRELOAD_AGE_SECONDS:
            yield SettingsProblem(
                "hsts_max_age_seconds",
                f"{self.hsts_max_age_seconds} is too short for hsts_preload "
                f"({PRELOAD_AGE_SECONDS} at least)",
                "raise it, or turn hsts_preload off",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[ResponseHeadersChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class ResponseHeadersChanges(TypedDict, total=False):
        hsts_max_age_seconds: int
        hsts_include_subdomains: bool
        hsts_preload: bool
        content_type_options: Literal["nosniff"] | None
        frame_options: Literal["DENY", "SAMEORIGIN"] | None
        content_security_policy: str | None
        server_header: bool
