"""The ACM certificate of a domain, proven by DNS."""

from __future__ import annotations

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.acm_certificate import AcmCertificate, AcmCertificateOptions
from cdktf_cdktf_provider_aws.acm_certificate_validation import AcmCertificateValidation
from cdktf_cdktf_provider_aws.route53_record import Route53Record
from constructs import Construct

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.settings.load_balancing.domain import Domain

__all__ = ["Certificate"]


class Certificate(Construct):
    """A certificate for the host, validated before anyone uses it.

    `arn` is that of the validation, so a listener waits until the certificate is issued.
    """

    def __init__(self, scope: Construct, id_: str, *, settings: Domain, zone_id: str) -> None:
        super().__init__(scope, id_)
        certificate = addressed(
            AcmCertificate(
                self,
                "certificate",
                domain_name=settings.host,
                validation_method="DNS",
                options=AcmCertificateOptions(
                    certificate_transparency_logging_preference="ENABLED"
                ),
                # A listener uses the old one until the new one is issued.
                lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
            ),
            "certificate",
        )
        record = addressed(
            Route53Record(
                self,
                "validation_record",
                zone_id=zone_id,
                name=_proof(settings.host, "name"),
                type=_proof(settings.host, "type"),
                records=[_proof(settings.host, "value")],
                ttl=60,
                # The same record proves the host to every certificate of the account.
                allow_overwrite=True,
            ),
            "certificate_validation_record",
        )
        validation = addressed(
            AcmCertificateValidation(
                self,
                "validation",
                certificate_arn=certificate.arn,
                validation_record_fqdns=[record.fqdn],
            ),
            "certificate_validation",
        )
        self.arn: str = validation.certificate_arn


def _proof(host: str, part: str) -> str:
    """The part of the validation record that ACM wants for `host`.

    Chosen by the literal host, since the options are a set whose order means nothing, and whose
    members are unknown before the certificate exists.
    """
    return (
        "${one([for option in aws_acm_certificate.certificate.domain_validation_options : "
        f'option.resource_record_{part} if option.domain_name == "{host}"])}}'
    )
