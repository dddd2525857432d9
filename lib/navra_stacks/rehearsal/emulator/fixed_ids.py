"""Lets who fills the emulator choose ids that AWS would draw: documents write some down."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

__all__ = ["ChosenIds"]


class ChosenIds:
    """The next ids of a kind, in order; drawn as always where none is left.

    A kind is what an id begins with: ``vpc``, ``subnet``, ``sg``; hosted zones have their own.
    """

    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[str]] = defaultdict(deque)

    def install(self) -> None:
        """Have moto, in this process, take these."""
        from moto.ec2 import utils
        from moto.route53 import models

        drawn, drawn_zone = utils.random_id, models.create_route53_zone_id

        def random_id(prefix: str = "", size: int = 17) -> str:
            waiting = self._waiting[prefix]
            return waiting.popleft() if waiting else str(drawn(prefix, size))

        def zone_id(*given: Any, **named: Any) -> str:
            waiting = self._waiting["Z"]
            return waiting.popleft() if waiting else str(drawn_zone(*given, **named))

        utils.random_id, models.create_route53_zone_id = random_id, zone_id

    def next(self, ids: Iterable[str]) -> None:
        """Give the next things these ids, and forget those that nobody took."""
        self._waiting.clear()
        for one in ids:
            kind, dash, _ = one.partition("-")
            self._waiting[kind if dash else "Z"].append(one)

    def default_vpc(self, account: str, region: str, id_: str) -> None:
        """Begin a Region's EC2 anew, with a default VPC of this id."""
        from moto.ec2.models import ec2_backends

        backend = ec2_backends[account][region]
        self.next([id_])
        backend.reset()
