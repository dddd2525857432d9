"""The shop with a second host name, whose requests all go to the API."""

import three_services

from navra_stacks import WebStack, synthesize

# isort: split
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.lb_listener_certificate import LbListenerCertificate
from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleCondition,
)
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias

HOST = "api.shop.example.com"


class TwoHostsStack(WebStack):
    """The library's stack with a certificate, a DNS record and a listener rule for `HOST`."""

    def before_services(self) -> None:
        zone, balancer = self.dns.zone_id, self.load_balancer
        listener, api = balancer.https_listener.arn, self.target_groups["api"].arn
        wanted = AcmCertificate(self, "api_cert", domain_name=HOST, validation_method="DNS")
        proof = wanted.domain_validation_options.get(0)
        record = Route53Record(
            self,
            "api_host_validation",
            zone_id=zone,
            name=proof.resource_record_name,
            type=proof.resource_record_type,
            records=[proof.resource_record_value],
            ttl=60,
        )
        names = [record.fqdn]
        issued = AcmCertificateValidation(
            self, "api_host_issued", certificate_arn=wanted.arn, validation_record_fqdns=names
        )
        certificate = issued.certificate_arn
        LbListenerCertificate(self, "api_sni", listener_arn=listener, certificate_arn=certificate)
        alias = Route53RecordAlias(
            name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=True
        )
        Route53Record(self, "api_host", zone_id=zone, name=HOST, type="A", alias=alias)
        LbListenerRule(
            self,
            "api_host_rule",
            listener_arn=listener,
            priority=10,
            condition=[LbListenerRuleCondition(host_header={"values": [HOST]})],
            action=[LbListenerRuleAction(type="forward", target_group_arn=api)],
        )


SHOP = three_services.SHOP.replace(stack_class="second_host:TwoHostsStack")

if __name__ == "__main__":
    synthesize([SHOP])
