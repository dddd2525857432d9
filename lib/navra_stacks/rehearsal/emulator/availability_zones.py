"""Add the zones to the emulator that a document names and that moto does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count

__all__ = ["add_zones"]

_KINDS = (
    # EC2 User Guide, "Regions and Zones": the names and the IDs of each kind of zone.
    ("availability-zone", re.compile(r"[a-z]"), "az{number}"),
    ("local-zone", re.compile(r"-([a-z]{3})-(\d)[a-z]"), "{place}{index}-az{number}"),
    ("wavelength-zone", re.compile(r"-(wl\d-[a-z]{3})-wlz-(\d)"), "{place}-wlz{number}"),
)


def add_zones(account: str, region: str, names: Iterable[str]) -> list[str]:
    """Add the zones in `names` that moto does not have; return their names.

    AWS gives every account its own selection of a Region's zones, and moto has one selection for
    all of them: us-west-1 has no zone c, and no Region has a local zone. The default VPC gets a
    subnet in each new availability zone, as on AWS.

    Args:
        account: The account of the emulator.
        region: The Region of the zones.
        names: The names of zones, for example ``us-west-1c`` or ``us-west-2-lax-1a``.
    """
    from moto.ec2.models import ec2_backends
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend, Zone

    zones = RegionsAndZonesBackend.zones.get(region)
    if zones is None:  # not a Region
        return []
    known = {zone.name for zone in zones}
    prefix = zones[0].zone_id.partition("-")[0]
    added = []
    for name in sorted(set(names) - known):
        for kind, pattern, id_ in _KINDS:
            if (found := pattern.fullmatch(name.removeprefix(region))) is None:
                continue
            # Created before the zone is added: the default VPC has no subnets in other kinds.
            backend = ec2_backends[account][region]
            place, index = found.groups() or ("", "")
            used = {zone.zone_id for zone in zones}
            ids = (
                f"{prefix}-{id_.format(place=place, index=index, number=number)}"
                for number in count(1)
            )
            zones.append(Zone(name, region, next(free for free in ids if free not in used), kind))
            if kind == "availability-zone":
                backend.create_default_subnet(name)
            added.append(name)
    return added
