"""Create resources in the emulator with given ids, since documents refer to some ids literally."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

__all__ = ["FixedIds"]


class FixedIds:
    """The ids of the next resources of each kind; moto's random ids when none is left.

    A kind is the prefix of an id: ``vpc``, ``subnet``, ``sg``. Hosted zones have a kind without a
    prefix.
    """

    def __init__(self) -> None:
        self._queues: defaultdict[str, deque[str]] = defaultdict(deque)

    def install(self) -> None:
        """Patch moto in this process to use these ids."""
        from moto.ec2 import utils
        from moto.route53 import models

        original, original_zone = utils.random_id, models.create_route53_zone_id

        def random_id(prefix: str = "", size: int = 17) -> str:
            queue = self._queues[prefix]
            return queue.popleft() if queue else str(original(prefix, size))

        def zone_id(*arguments: Any, **named: Any) -> str:
            queue = self._queues["Z"]
            return queue.popleft() if queue else str(original_zone(*arguments, **named))

        utils.random_id, models.create_route53_zone_id = random_id, zone_id

    def set_next(self, ids: Iterable[str]) -> None:
        """Set the ids of the next resources, and discard earlier ids that were not used."""
        self._queues.clear()
        for id_ in ids:
            kind, dash, _ = id_.partition("-")
            self._queues[kind if dash else "Z"].append(id_)

    def recreate_default_vpc(self, account: str, region: str, id_: str) -> None:
        """Delete a Region's EC2 resources and create a default VPC with this id."""
        from moto.ec2.models import ec2_backends

        backend = ec2_backends[account][region]
        self.set_next([id_])
        backend.reset()
