"""The ACM certificate for a host name, with DNS validation."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate, AcmCertificateOptions
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.load_balancing.dns import Dns
from navra_stacks.settings.load_balancing.domain import Domain

__all__ = ["Certificate"]


class Certificate(Construct):
    """An ACM certificate for one host name, with the DNS record that validates it.

    `arn` refers to the validation resource, so that a listener is created only after ACM has issued
    the certificate.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Domain, dns: Dns) -> None:
        super().__init__(scope, id_)
        certificate = with_logical_id(
            AcmCertificate(
                self,
                "certificate",
                domain_name=settings.host,
                validation_method="DNS",
                options=AcmCertificateOptions(
                    certificate_transparency_logging_preference="ENABLED"
                ),
                # A listener uses the old certificate until the new one is issued.
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            ),
            "certificate",
        )
        record = with_logical_id(
            Route53Record(
                self,
                "validation_record",
                zone_id=dns.zone_id,
                name=_validation(settings.host, "name"),
                type=_validation(settings.host, "type"),
                records=[_validation(settings.host, "value")],
                ttl=60,
                # All certificates of the host in this account share the same validation record.
                allow_overwrite=True,
                provider=dns.provider,
            ),
            "certificate_validation_record",
        )
        validation = with_logical_id(
            AcmCertificateValidation(
                self,
                "validation",
                certificate_arn=certificate.arn,
                validation_record_fqdns=[record.fqdn],
            ),
            "certificate_validation",
        )
        self.arn: str = validation.certificate_arn


def _validation(host: str, part: str) -> str:
    """Return the Terraform expression of an attribute of the validation record for `host`.

    The expression selects the validation option by its domain name, because the options are an
    unordered set whose content is not known before the certificate exists.
    """
    return (
        "${one([for option in aws_acm_certificate.certificate.domain_validation_options : "
        f'option.resource_record_{part} if option.domain_name == "{host}"])}}'
    )
