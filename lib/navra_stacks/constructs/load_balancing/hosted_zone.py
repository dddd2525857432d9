"""A public Route 53 hosted zone that the zone of a parent domain delegates."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.route53_zone import Route53Zone
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.settings.load_balancing.domain import Domain
from navra_stacks.settings.load_balancing.hosted_zone import DelegatedZone

__all__ = ["DelegatedHostedZone"]

DELEGATION_TTL_SECONDS = 300
"""Time for which resolvers cache the NS record: short, so that a mistake in it does not last."""


class DelegatedHostedZone(Construct):
    """A public hosted zone, and the NS record with which its parent zone delegates to it.

    Terraform never destroys the zone, whatever the settings: a recreated zone has other name
    servers, and the host would not resolve until the NS record in the parent zone is changed.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: Domain, env: EnvironmentContext
    ) -> None:
        super().__init__(scope, id_)
        assert isinstance(settings.hosted_zone, DelegatedZone)
        self.parent: str = settings.hosted_zone.parent
        zone = with_logical_id(
            Route53Zone(
                self,
                "zone",
                name=settings.zone,
                comment=f"{env.names.stack}, delegated by {self.parent}",
                lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
            ),
            "hosted_zone",
        )
        self.name_server_record: dict[str, Any] = {
            "name": settings.zone,
            "type": "NS",
            "ttl": DELEGATION_TTL_SECONDS,
            "records": zone.name_servers,
        }
        """The record to create in the parent zone."""
