"""The Application Load Balancer: timeouts, TLS policy and invalid headers."""

from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from navra_stacks.settings.load_balancing.tls_policy import TlsPolicy
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import int_range

__all__ = ["LoadBalancer"]


class LoadBalancer(Settings):
    """Timeouts, TLS policy and invalid headers of the Application Load Balancer."""

    idle_timeout_seconds: Annotated[int, int_range(1, 4000, "idle timeout", "seconds")] = 60
    """Time after which an idle connection is closed, 1-4000 seconds. The keep-alive timeout of the
    applications must be longer, or clients occasionally get a 502 response."""

    client_keep_alive_seconds: Annotated[
        int, int_range(60, 604_800, "client keep-alive time", "seconds")
    ] = 3600
    """Maximum lifetime of a client connection, 60-604,800 seconds. After that time the load
    balancer closes the connection with the next response, even if the connection is in use.
    AWS's default is 3600."""

    tls_policy: TlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    """The security policy, which determines the protocols and ciphers of the HTTPS listener. The
    policy must require TLS 1.2 or newer, offer TLS 1.3, and have only ciphers with forward
    secrecy.
    """

    drop_invalid_headers: bool = True
    """True to remove request headers whose names contain other characters than letters, digits and
    hyphens (FSBP ELB.4). False for applications that require such headers, for example
    ``access_token``."""

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[LoadBalancerChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class LoadBalancerChanges(TypedDict, total=False):
        idle_timeout_seconds: int
        client_keep_alive_seconds: int
        tls_policy: TlsPolicy
        drop_invalid_headers: bool
