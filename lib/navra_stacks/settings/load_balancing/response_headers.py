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
            f"{format_value(value)} is not a valid header value",
            "use one line of printable ASCII characters",
        )
    return value


class ResponseHeaders(Settings):
    """Headers that the HTTPS listener adds to every response.

    They replace headers of the same name from the application. If a field is None, the listener
    does not change the header.
    """

    hsts_max_age_seconds: Annotated[int, int_range(0, 63_072_000, "age", "seconds")] = 31_536_000
    """``max-age`` of ``Strict-Transport-Security`` (HSTS): the time for which browsers require
    HTTPS, 0-63,072,000 seconds. With 0, browsers stop requiring HTTPS."""

    hsts_include_subdomains: bool = False
    """True to make browsers require HTTPS for the subdomains of the host name as well. False by
    default, because a browser that has received the header requires HTTPS until
    `hsts_max_age_seconds` have passed, and because the subdomains can belong to other owners."""

    hsts_preload: bool = False
    """True to allow the host name in the browsers' preload list. Removal from the list takes
    months. Requires `hsts_include_subdomains` and an `hsts_max_age_seconds` of at least one
    year."""

    content_type_options: Literal["nosniff"] | None = "nosniff"
    """``X-Content-Type-Options``: with ``nosniff``, browsers use the declared content type
    instead of guessing it."""

    frame_options: Literal["DENY", "SAMEORIGIN"] | None = "SAMEORIGIN"
    """``X-Frame-Options``: the pages that can show the site in a frame."""

    content_security_policy: Annotated[str, AfterValidator(_check_policy_text)] | None = None
    """``Content-Security-Policy`` in one line: the sources from which a page can load resources.
    There is no default, because the policy depends on the application."""

    server_header: bool = False
    """True to keep ``Server: awselb/2.0`` in responses that the load balancer itself generates."""

    @property
    def strict_transport_security(self) -> str:
        """The value of the header ``Strict-Transport-Security``."""
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
                "is on, but hsts_include_subdomains, which the preload list requires, is off",
                "turn hsts_include_subdomains on, or turn hsts_preload off",
            )
        if self.hsts_max_age_seconds < PRELOAD_AGE_SECONDS:
            yield SettingsProblem(
                "hsts_max_age_seconds",
                f"{self.hsts_max_age_seconds} is too short for hsts_preload "
                f"(at least {PRELOAD_AGE_SECONDS} seconds)",
                "raise hsts_max_age_seconds, or turn hsts_preload off",
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
