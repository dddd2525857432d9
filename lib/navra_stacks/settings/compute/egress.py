"""Outbound connections of a service, besides those that the library allows."""

from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import Cidr, Port

__all__ = ["Egress"]


class Egress(Settings):
    """TCP connections that the service's tasks open, for example to an SMTP server.

    It has an effect only with `Hardening.restricted_egress`; otherwise all connections are allowed.
    HTTPS, the database and the cache are allowed without it.
    """

    port: Port
    """The port of the destination, 1-65535. Port 25 stays blocked until AWS removes the block for
    the account (EC2, "Email sent using port 25")."""

    cidr: Cidr = "0.0.0.0/0"
    """The IPv4 range of the destination; by default every address."""

    @property
    def is_anywhere(self) -> bool:
        """True if every IPv4 address is allowed."""
        return self.cidr == "0.0.0.0/0"

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[EgressChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class EgressChanges(TypedDict, total=False):
        port: Port
        cidr: Cidr
