"""Patches for Route 53 hosted zones."""

from __future__ import annotations

from typing import Any

from moto.route53.models import Route53Backend

from navra_stacks.rehearsal.emulator.moto_patches.patching import around

__all__ = ["list_reusable_delegation_sets_only"]


def list_reusable_delegation_sets_only() -> None:
    """Make CreateHostedZone store no reusable delegation set for the name servers of the zone.

    Without the patch, the delegation set remains when the zone is deleted. Remove this patch when
    moto's ListReusableDelegationSets does not list it.
    """

    @around(Route53Backend)
    def create_hosted_zone(create: Any, backend: Any, *arguments: Any, **named: Any) -> Any:
        zone = create(backend, *arguments, **named)
        # moto removes the ID of a delegation set that is not reusable.
        sets = backend.delegation_sets.items()
        backend.delegation_sets = {id_: one for id_, one in sets if one.id}
        return zone
