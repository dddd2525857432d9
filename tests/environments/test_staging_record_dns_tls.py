"""AEP-STAGING-ARCHITECTURE.md, section 2: DNS and TLS."""

import pytest

from tests.support.synthesized import Built, ref

pytestmark = pytest.mark.record(section=2)


def test_the_hosted_zone_navralabs_com_is_looked_up(staging: Built) -> None:
    assert staging.data("aws_route53_zone", name="navralabs.com")["private_zone"] is False
    assert not staging.all("aws_route53_zone")


def test_the_host_is_an_alias_record_to_the_load_balancer(staging: Built) -> None:
    record = staging.one("aws_route53_record", name="staging.navralabs.com")
    load_balancer = staging.one("aws_lb", name="aep-staging-alb")
    assert record["type"] == "A"
    assert record["zone_id"] == ref(staging.data("aws_route53_zone"), "zone_id")
    assert record["alias"]["name"] == ref(load_balancer, "dns_name")
    assert record["alias"]["zone_id"] == ref(load_balancer, "zone_id")


def test_the_certificate_covers_the_host_only(staging: Built) -> None:
    certificate = staging.one("aws_acm_certificate")
    assert certificate["domain_name"] == "staging.navralabs.com"
    assert certificate.get("subject_alternative_names") is None


def test_the_certificate_is_validated_by_dns(staging: Built) -> None:
    certificate = staging.one("aws_acm_certificate")
    assert certificate["validation_method"] == "DNS"
    validation = staging.one("aws_acm_certificate_validation")
    assert validation["certificate_arn"] == ref(certificate)
    (fqdn,) = validation["validation_record_fqdns"]
    record = staging.referred(fqdn)
    assert record["zone_id"] == ref(staging.data("aws_route53_zone"), "zone_id")
    for argument, option in (("name", "name"), ("type", "type")):
        assert f"option.resource_record_{option} if" in record[argument]
    (value,) = record["records"]
    assert "option.resource_record_value if" in value
    assert 'option.domain_name == "staging.navralabs.com"' in value


def test_the_certificate_is_in_the_region_of_the_load_balancer(staging: Built) -> None:
    # There is one provider, and the certificate does not override its Region.
    assert len(staging.content["provider"]["aws"]) == 1
    (provider,) = staging.content["provider"]["aws"]
    assert provider["region"] == "us-east-1"
    assert staging.one("aws_acm_certificate").get("region") is None
    assert staging.one("aws_acm_certificate").get("provider") is None


def test_the_load_balancer_has_listeners_on_443_and_80(staging: Built) -> None:
    listeners = {
        (listener["port"], listener["protocol"], listener["load_balancer_arn"])
        for listener in staging.all("aws_lb_listener")
    }
    arn = ref(staging.one("aws_lb", name="aep-staging-alb"))
    assert listeners == {(443, "HTTPS", arn), (80, "HTTP", arn)}


def test_https_forwards_to_the_frontend_by_default(staging: Built) -> None:
    listener = staging.listener(443)
    assert staging.target_group_of(listener, "default_action") == "aep-staging-tg-frontend"


def test_http_is_redirected_to_https_with_301(staging: Built) -> None:
    (action,) = staging.listener(80)["default_action"]
    assert action["type"] == "redirect"
    assert action["redirect"] == {"port": "443", "protocol": "HTTPS", "status_code": "HTTP_301"}


def test_https_uses_the_certificate_of_the_host(staging: Built) -> None:
    validation = staging.referred(staging.listener(443)["certificate_arn"])
    assert staging.referred(validation["certificate_arn"])["domain_name"] == "staging.navralabs.com"
    assert not staging.all("aws_lb_listener_certificate")
