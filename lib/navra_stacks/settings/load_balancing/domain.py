"""The host of an environment and the hosted zone that holds its records."""

from collections.abc import Iterator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, rule, shown
from navra_stacks.settings.model.field_types import DnsName

__all__ = ["Domain"]


CERTIFICATE_NAME_LIMIT = 64


class Domain(Settings):
    """The host under which an environment is reached, and the zone that holds its records."""

    host: DnsName
    """The fully qualified host name; its certificate and its alias record are made for it."""

    zone: DnsName
    """The public Route 53 hosted zone, which must exist."""

    @rule
    def _host_in_zone(self) -> Iterator[SettingsProblem]:
        if self.host != self.zone and not self.host.endswith(f".{self.zone}"):
            yield SettingsProblem(
                "host",
                f"{self.host!r} is not in the zone {self.zone!r}",
                f"did you mean '{self.host.partition('.')[0]}.{self.zone}'?",
            )

    @rule
    def _host_fits_a_certificate(self) -> Iterator[SettingsProblem]:
        # ACM API, RequestCertificate: the first name of a certificate is its common name, which
        # RFC 5280 gives 64 octets.
        if len(self.host) > CERTIFICATE_NAME_LIMIT:
            yield SettingsProblem(
                "host",
                f"{shown(self.host)} has {len(self.host)} characters "
                f"(certificates: {CERTIFICATE_NAME_LIMIT} at most)",
                "shorten it",
            )

    @property
    def url(self) -> str:
        """The address that a browser is given."""
        return f"https://{self.host}"
