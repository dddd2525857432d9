"""Create resources in the emulator with chosen IDs, because documents contain literal IDs."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

__all__ = ["FixedIds"]


class FixedIds:
    """Chooses the IDs of new resources in moto: prepared IDs first, then random IDs.

    The IDs are prepared by kind. A kind is the prefix of an ID, for example ``vpc``, ``subnet`` or
    ``sg``; the IDs of hosted zones have no prefix.
    """

    def __init__(self) -> None:
        self._queues: defaultdict[str, deque[str]] = defaultdict(deque)

    def install(self) -> None:
        """Patch moto in this process to create resources with the prepared IDs."""
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
        """Prepare the IDs of the next resources, in place of earlier IDs that were not used."""
        self._queues.clear()
        for id_ in ids:
            kind, dash, _ = id_.partition("-")
            self._queues[kind if dash else "Z"].append(id_)

    def recreate_default_vpc(self, account: str, region: str, id_: str) -> None:
        """Delete all EC2 resources in a Region, and create a default VPC with the ID `id_`."""
        from moto.ec2.models import ec2_backends

        backend = ec2_backends[account][region]
        self.set_next([id_])
        backend.reset()
