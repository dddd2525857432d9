"""A DNS server on loopback that answers queries for NS records."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from dns import flags, message, rcode, rrset

__all__ = ["DnsServer"]


class DnsServer:
    """A recursive resolver that knows the delegations of some zones.

    Args:
        zones: The name servers of each zone; a response code instead of them is returned as it is.
            Other names do not exist.
    """

    def __init__(self, zones: Mapping[str, Sequence[str] | rcode.Rcode]) -> None:
        self._zones = zones
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> str:
        """The address as ``IP:PORT``."""
        return "{}:{}".format(*self._socket.getsockname())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())  # ends the thread
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, sender = self._socket.recvfrom(4096)
            if not data:
                return
            self._socket.sendto(self._answer(message.from_wire(data)).to_wire(), sender)

    def _answer(self, query: message.Message) -> message.Message:
        response = message.make_response(query)
        response.flags |= flags.RA
        name = query.question[0].name
        zone = self._zones.get(str(name).rstrip("."))
        if zone is None:
            response.set_rcode(rcode.NXDOMAIN)
        elif isinstance(zone, rcode.Rcode):
            response.set_rcode(zone)
        elif zone:
            response.answer.append(rrset.from_text(name, 60, "IN", "NS", *(f"{z}." for z in zone)))
        return response
