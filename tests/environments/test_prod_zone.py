"""The hosted zone of production, which a stack of its own creates."""

from __future__ import annotations

from tests.support.synthesized import Built, ref


def test_the_zone_of_production_is_created_by_a_stack_of_its_own(prod: Built, zone: Built) -> None:
    created = zone.one("aws_route53_zone")
    assert zone.addresses == ("aws_route53_zone.hosted_zone",)
    assert created["name"] == prod.data("aws_route53_zone")["name"] == "app.navralabs.com"
    assert created["lifecycle"] == {"prevent_destroy": True}
    assert {record["zone_id"] for record in prod.all("aws_route53_record")} == {
        ref(prod.data("aws_route53_zone"), "zone_id")
    }


def test_the_zone_has_its_state_in_the_bucket_of_production(prod: Built, zone: Built) -> None:
    backend = prod.content["terraform"]["backend"]["s3"]
    assert zone.content["terraform"]["backend"] == {
        "s3": backend | {"key": "aep/prod/zone.tfstate"}
    }
    assert zone.content["provider"] == prod.content["provider"]


def test_the_record_for_the_zone_navralabs_com_is_an_output(zone: Built) -> None:
    assert zone.content["output"]["name_server_record"] == {
        "description": "NS record to create in the zone navralabs.com",
        "value": {
            "name": "app.navralabs.com",
            "type": "NS",
            "ttl": 300,
            "records": ref(zone.one("aws_route53_zone"), "name_servers"),
        },
    }
