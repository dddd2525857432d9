"""The hosted zone of a domain: in the environment's account, delegated, or in another account."""

from __future__ import annotations

from pathlib import Path

import pytest

from navra_stacks import CrossAccountZone, DelegatedZone, Domain, S3State, synthesize
from tests.support.shop import shop
from tests.support.synthesized import Build, Built, difference

HOST = "qa.shop.example"
ROLE = "arn:aws:iam::444455556666:role/network/dns"
RECORDS = {"aws_route53_record.alias_record", "aws_route53_record.certificate_validation_record"}
LOOKUP = "data.aws_route53_zone.hosted_zone"


@pytest.fixture(scope="module")
def cross_account(build: Build) -> Built:
    zone = CrossAccountZone(role_arn=ROLE)
    return build(
        domain=Domain(host=HOST, zone="shop.example", hosted_zone=zone), tags={"Owner": "shop"}
    )


def test_only_the_lookup_and_the_records_use_the_account_of_the_zone(
    build: Build, cross_account: Built
) -> None:
    before = build(tags={"Owner": "shop"})
    assert difference(before, cross_account) == (set(), set(), RECORDS | {LOOKUP})
    for address in RECORDS | {LOOKUP}:
        expected = before.bodies[address] | {"provider": "aws.zone"}
        assert cross_account.bodies[address] == expected


def test_the_provider_of_the_zone_accepts_the_account_of_the_role_only(
    cross_account: Built,
) -> None:
    own, zone = cross_account.content["provider"]["aws"]
    assert own["allowed_account_ids"] == ["111122223333"]
    assert zone == own | {
        "alias": "zone",
        "allowed_account_ids": ["444455556666"],
        "assume_role": [{"role_arn": ROLE}],
    }


def test_an_environment_without_a_role_has_one_provider(build: Build) -> None:
    (provider,) = build().content["provider"]["aws"]
    assert "alias" not in provider


def test_a_delegated_zone_changes_only_the_name_that_the_environment_looks_up(
    build: Build, tmp_path: Path
) -> None:
    domain = Domain(host=HOST, zone=HOST, hosted_zone=DelegatedZone(parent="shop.example"))
    zone, environment = synthesize([shop(domain=domain)], tmp_path)
    assert (zone.stack, zone.resources, zone.data_sources) == ("shop-qa-zone", 1, 0)
    after = Built.at(environment.path)
    assert difference(build(), after) == (set(), set(), {LOOKUP})
    assert after.bodies[LOOKUP]["name"] == HOST


@pytest.mark.parametrize("bootstrapped", [True, False])
def test_stacks_are_written_in_the_order_of_their_applies(
    bootstrapped: bool, tmp_path: Path
) -> None:
    domain = Domain(host=HOST, zone=HOST, hosted_zone=DelegatedZone(parent="shop.example"))
    state = S3State(bucket="shop-states", bootstrapped=bootstrapped)
    written = synthesize([shop(domain=domain, state=state)], tmp_path)
    expected = ["shop-qa-state"] * bootstrapped + ["shop-qa-zone", "shop-qa"]
    assert [one.stack for one in written] == expected
    zone = Built.at(written[-2].path)
    assert zone.content["terraform"]["backend"]["s3"]["key"] == "shop/qa/zone.tfstate"


def test_the_state_of_the_zone_is_a_local_file_beside_that_of_the_environment(
    tmp_path: Path,
) -> None:
    domain = Domain(host=HOST, zone=HOST, hosted_zone=DelegatedZone(parent="shop.example"))
    zone = Built.at(synthesize([shop(domain=domain)], tmp_path)[0].path)
    assert zone.content["terraform"]["backend"] == {
        "local": {"path": "../../../terraform.shop-qa-zone.tfstate"}
    }
    assert zone.content["output"].keys() == {"name_server_record", "state_file"}
