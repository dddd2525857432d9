"""What the internet meets first: the domain, the load balancer, the firewall before it."""

from typing import Annotated

from navra_stacks.settings.load_balancing.tls_policy import TlsPolicy
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import between

__all__ = ["LoadBalancer"]


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
