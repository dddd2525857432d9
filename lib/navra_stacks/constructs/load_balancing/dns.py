"""The hosted zone of a domain and the record that leads to the load balancer."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.settings.load_balancing.domain import Domain

__all__ = ["Dns"]


class Dns(Construct):
    """Finds the public hosted zone, which belongs to more than this environment."""

    def __init__(self, scope: Construct, id_: str, *, settings: Domain) -> None:
        super().__init__(scope, id_)
        self._host = settings.host
        zone = addressed(
            DataAwsRoute53Zone(self, "hosted_zone", name=settings.zone, private_zone=False),
            "hosted_zone",
        )
        self.zone_id: str = zone.zone_id

    def alias(self, *, dns_name: str, zone_id: str) -> None:
        """Lead the host to a load balancer, for as long as that is healthy."""
        addressed(
            Route53Record(
                self,
                "alias_record",
                zone_id=self.zone_id,
                name=self._host,
                type="A",
                alias=Route53RecordAlias(
                    name=dns_name, zone_id=zone_id, evaluate_target_health=True
                ),
            ),
            "alias_record",
        )
