"""The host name of an environment and its hosted zone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.load_balancing.hosted_zone import DelegatedZone, HostedZone
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
    """The name of the public Route 53 hosted zone."""

    hosted_zone: HostedZone | None = None
    """Where the hosted zone is: a `DelegatedZone` that a separate stack creates, or a
    `CrossAccountZone`. None if it exists in the environment's account."""

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

    @rule
    def _check_parent(self) -> Iterator[SettingsProblem]:
        if not isinstance(self.hosted_zone, DelegatedZone):
            return
        parent = self.hosted_zone.parent
        if self.zone == parent:
            yield SettingsProblem(
                "hosted_zone.parent",
                f"{parent!r} is the zone itself, but a zone is delegated by the zone of another "
                "domain",
                f"set `zone` to a name below the parent, for example '{self._below(parent)}'",
            )
        elif not self.zone.endswith(f".{parent}"):
            above = self.zone.partition(".")[2]
            yield SettingsProblem(
                "hosted_zone.parent",
                f"the zone {self.zone!r} is not below {parent!r}",
                f"did you mean {above!r}?" if "." in above else "use a zone below the parent",
            )

    def _below(self, parent: str) -> str:
        """Return the host if it is below `parent`, else another name that is."""
        return self.host if self.host.endswith(f".{parent}") else f"app.{parent}"

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
        hosted_zone: HostedZone | None
