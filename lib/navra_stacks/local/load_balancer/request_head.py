"""The parts of a request that listener rules evaluate."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LOCAL_SUFFIX", "RequestHead"]

LOCAL_SUFFIX = ".localhost"
"""The end of host names that browsers resolve to this machine (RFC 6761, section 6.3)."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """Method, path, query, headers and source address of a request."""

    method: str
    """The HTTP method, for example ``GET``."""
    path: str
    """The path as the client sent it, still percent-encoded and without the query."""
    query: str = ""
    """The query as the client sent it, without the question mark."""
    headers: tuple[tuple[str, str], ...] = ()
    """Names and values of the headers, in the order of the request."""
    source_ip: str = "127.0.0.1"
    """The IP address of the client's connection."""

    def values_of(self, header: str) -> tuple[str, ...]:
        """Return all values of a header, whose name is not case-sensitive."""
        wanted = header.lower()
        return tuple(value for name, value in self.headers if name.lower() == wanted)

    @property
    def host(self) -> str:
        """The host of the ``Host`` header in lower case, without port; empty without the header.

        A suffix ``.localhost`` is removed: browsers resolve ``api.example.com.localhost`` to this
        machine, so that rules with a host condition can be used without a change of the resolver.
        """
        return self.local_name.removesuffix(LOCAL_SUFFIX)

    @property
    def local_name(self) -> str:
        """The host of the ``Host`` header in lower case, without port and with its suffix."""
        host = next(iter(self.values_of("host")), "").lower()
        if host.startswith("["):
            return host.partition("]")[0] + "]"
        return host.partition(":")[0]
