"""The Route 53 hosted zone of a domain, and the alias record of its host name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cdktf import ITerraformDependable, TerraformProvider
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.settings.load_balancing.domain import Domain

__all__ = ["AliasTarget", "Dns"]


class AliasTarget(Protocol):
    """The DNS name of a load balancer, as the target of an alias record."""

    dns_name: str

    zone_id: str
    """The ID of the hosted zone that contains the DNS name; each Region has one for load
    balancers.
    """


class Dns(Construct):
    """The alias record of an environment's host name, and the lookup of the hosted zone for it.

    The public hosted zone is looked up, not created: environments share it, or another stack or
    account owns it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Domain,
        provider: TerraformProvider | None = None,
    ) -> None:
        """Look up the hosted zone.

        Args:
            scope: The stack.
            id_: The ID of this construct.
            settings: The host name and the name of its zone.
            provider: The provider of the account with the zone; None for the stack's account.
        """
        super().__init__(scope, id_)
        self.provider = provider
        """The provider that records in the zone need."""
        self._host = settings.host
        zone = with_logical_id(
            DataAwsRoute53Zone(
                self, "hosted_zone", name=settings.zone, private_zone=False, provider=provider
            ),
            "hosted_zone",
        )
        self.zone_id: str = zone.zone_id

    def alias(
        self, load_balancer: AliasTarget, *, depends_on: Sequence[ITerraformDependable] = ()
    ) -> None:
        """Create the alias record from the host name to `load_balancer`, with health evaluation.

        Args:
            load_balancer: The load balancer.
            depends_on: Resources without which the host must not be public.
        """
        with_logical_id(
            Route53Record(
                self,
                "alias_record",
                zone_id=self.zone_id,
                name=self._host,
                type="A",
                alias=Route53RecordAlias(
                    name=load_balancer.dns_name,
                    zone_id=load_balancer.zone_id,
                    evaluate_target_health=True,
                ),
                provider=self.provider,
                depends_on=list(depends_on) or None,
            ),
            "alias_record",
        )
