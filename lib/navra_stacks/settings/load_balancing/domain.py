"""The host name of an environment and its hosted zone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, format_value, rule
from navra_stacks.settings.model.field_types import DnsName

__all__ = ["Domain"]


CERTIFICATE_NAME_LIMIT = 64


class Domain(Settings):
    """The host name of an environment, and the hosted zone for its DNS records."""

    host: DnsName
    """The fully qualified host name, for which a certificate and an alias record are created; at
    most 64 characters."""

    zone: DnsName
    """The name of the public Route 53 hosted zone, which must exist."""

    @rule
    def _check_zone(self) -> Iterator[SettingsProblem]:
        if self.host != self.zone and not self.host.endswith(f".{self.zone}"):
            yield SettingsProblem(
                "host",
                f"{self.host!r} is not in the zone {self.zone!r}",
                f"did you mean '{self.host.partition('.')[0]}.{self.zone}'?",
            )

    @rule
    def _check_host_length(self) -> Iterator[SettingsProblem]:
        # ACM API, RequestCertificate: the first name of a certificate is its common name, which
        # RFC 5280 limits to 64 octets.
        if len(self.host) > CERTIFICATE_NAME_LIMIT:
            yield SettingsProblem(
                "host",
                f"{format_value(self.host)} has {len(self.host)} characters "
                f"(at most {CERTIFICATE_NAME_LIMIT} for a certificate)",
                "use a shorter host name",
            )

    @property
    def url(self) -> str:
        """The URL of the environment."""
        return f"https://{self.host}"

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[DomainChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class DomainChanges(TypedDict, total=False):
        host: DnsName
        zone: DnsName
