"""The hosted zone, its delegation, and the records of the host."""

from __future__ import annotations

from typing import Any

import pytest

from navra_stacks import CrossAccountZone, DelegatedZone, Domain
from navra_stacks.preflight.dns_resolver import Delegation, DnsResolver
from navra_stacks.preflight.finding import Outcome
from navra_stacks.preflight.target import Target
from navra_stacks.preflight.zone import check_zone
from navra_stacks.settings.load_balancing.hosted_zone import HostedZone
from tests.support.fake_account import FakeAccount, denied
from tests.support.shop import shop

OWN = ("ns-1.aws.example", "ns-2.aws.example")
ZONE = {"Id": "/hostedzone/Z1", "Name": "shop.org.example.", "Config": {"PrivateZone": False}}
PRIVATE = {**ZONE, "Id": "/hostedzone/Z2", "Config": {"PrivateZone": True}}


class PreparedResolver(DnsResolver):
    def __init__(self, delegation: Delegation) -> None:
        super().__init__()
        self.prepared = delegation

    def delegation(self, zone: str) -> Delegation:
        assert zone == "shop.org.example"
        return self.prepared


def findings(
    *,
    zones: tuple[dict[str, Any], ...] = (ZONE,),
    delegation: Delegation = Delegation(frozenset(OWN)),  # noqa: B008 - a tuple
    records: tuple[dict[str, Any], ...] = (),
    balancer: str = "",
    host: str = "qa.shop.org.example",
    hosted_zone: HostedZone | None = None,
    tags: tuple[dict[str, str], ...] = (),
    role: Exception | None = None,
) -> list[tuple[Outcome, str]]:
    def load_balancers(**_: Any) -> dict[str, Any]:
        live = {"LoadBalancerArn": "arn:x:loadbalancer/y", "LoadBalancerName": "shop-qa-alb"}
        return {"LoadBalancers": [{**live, "DNSName": balancer}] if balancer else []}

    account = FakeAccount(
        {
            "list_hosted_zones": zones,
            "get_hosted_zone": {"DelegationSet": {"NameServers": [f"{OWN[0].upper()}.", OWN[1]]}},
            "list_resource_record_sets": {"ResourceRecordSets": records},
            "describe_load_balancers": load_balancers,
            "list_tags_for_resource": {"ResourceTagSet": {"Tags": tags}},
            "assume_role": role,
        }
    )
    environment = shop(domain=Domain(host=host, zone="shop.org.example", hosted_zone=hosted_zone))
    target = Target(environment, account, {}, PreparedResolver(delegation))
    return [(finding.outcome, str(finding)) for finding in check_zone(target)]


def only(outcome: Outcome, found: list[tuple[Outcome, str]]) -> str:
    (text,) = (text for other, text in found if other is outcome)
    return text


def test_a_delegated_zone_with_a_free_host_is_right() -> None:
    assert [outcome for outcome, _ in findings()] == [Outcome.PASSED] * 3


def test_a_zone_of_another_account_is_a_problem() -> None:
    for zones in ((), (PRIVATE,)):
        ((outcome, text),) = findings(zones=zones)
        assert outcome is Outcome.PROBLEM
        assert "account 111122223333 has no public zone of this name" in text


def test_a_second_zone_of_the_same_name_is_a_problem() -> None:
    ((outcome, text),) = findings(zones=(ZONE, {**ZONE, "Id": "/hostedzone/Z3"}))
    assert outcome is Outcome.PROBLEM
    assert "2 public hosted zones of this name (Z1, Z3)" in text


@pytest.mark.parametrize(
    ("delegation", "message"),
    [
        (Delegation(), "is not delegated in public DNS"),
        (Delegation(frozenset({"ns.old.example"})), "is delegated to other name servers (ns.old"),
        (Delegation(broken="SERVFAIL"), "is delegated, but SERVFAIL"),
    ],
)
def test_a_zone_that_dns_does_not_use_is_a_problem(delegation: Delegation, message: str) -> None:
    text = only(Outcome.PROBLEM, findings(delegation=delegation))
    assert message in text
    assert "set the NS record of shop.org.example to ns-1.aws.example ns-2.aws.example" in text


@pytest.mark.parametrize("servers", [{OWN[0]}, {*OWN, "ns.old.example"}])
def test_a_delegation_that_differs_in_part_is_a_note(servers: set[str]) -> None:
    found = findings(delegation=Delegation(frozenset(servers)))
    assert "has other name servers as well, or not all of them" in only(Outcome.NOTE, found)
    assert Outcome.PROBLEM not in dict(found)


def test_a_resolver_that_does_not_answer_is_no_problem_of_the_zone() -> None:
    found = findings(delegation=Delegation(unreadable="no answer"))
    assert "no answer; pass the address of another resolver" in only(Outcome.UNKNOWN, found)


def record(name: str, type_: str, alias: str = "") -> dict[str, Any]:
    live: dict[str, Any] = {"Name": f"{name}.", "Type": type_}
    return {**live, "AliasTarget": {"DNSName": f"dualstack.{alias}."}} if alias else live


@pytest.mark.parametrize("type_", ["A", "CNAME"])
def test_a_record_of_the_host_is_a_problem(type_: str) -> None:
    text = only(Outcome.PROBLEM, findings(records=(record("qa.shop.org.example", type_),)))
    assert f"has a {type_} record of this name" in text


def test_the_record_of_the_environment_itself_is_a_note() -> None:
    own = record("qa.shop.org.example", "A", "lb-1.elb.example")
    found = findings(records=(own,), balancer="lb-1.elb.example")
    assert "points to this environment" in only(Outcome.NOTE, found)
    found = findings(records=(own,), balancer="lb-2.elb.example")
    assert "has a A record" in only(Outcome.PROBLEM, found)


@pytest.mark.parametrize("name", ["qa.shop.org.example", "a.qa.shop.org.example"])
def test_a_delegation_between_the_zone_and_the_host_is_a_problem(name: str) -> None:
    found = findings(records=(record(name, "NS"),), host="a.qa.shop.org.example")
    assert f"{name}: hosted zone Z1 delegates this name" in only(Outcome.PROBLEM, found)


def test_the_ns_record_of_the_zone_itself_is_no_delegation_below_it() -> None:
    found = findings(records=(record("shop.org.example", "NS"),), host="shop.org.example")
    assert {outcome for outcome, _ in found} == {Outcome.PASSED}


DELEGATED = DelegatedZone(parent="org.example")
TAGS = tuple({"Key": key, "Value": value} for key, value in shop().names.tags({}).items())


def test_a_missing_zone_of_another_account_is_created_in_that_account() -> None:
    other = CrossAccountZone(role_arn="arn:aws:iam::444455556666:role/dns")
    ((_, text),) = findings(zones=(), hosted_zone=other)
    assert "account 444455556666 has no public zone of this name" in text
    assert "create the zone in account 444455556666" in text
    assert "set `domain.hosted_zone.role_arn` to a role in the account of the zone" in text
    assert "CrossAccountZone" not in text


def test_a_delegated_zone_that_does_not_exist_yet_comes_from_its_stack() -> None:
    ((outcome, text),) = findings(zones=(), hosted_zone=DELEGATED)
    assert outcome is Outcome.PROBLEM
    assert (
        "shop-qa-zone apply`, and create the NS record of its output in the zone org.example"
        in text
    )


def test_a_delegated_zone_of_another_origin_would_exist_twice() -> None:
    ((outcome, text),) = findings(hosted_zone=DELEGATED)
    assert outcome is Outcome.PROBLEM
    assert "shop-qa-zone would create a second one" in text
    found = findings(hosted_zone=DELEGATED, tags=TAGS)
    assert {outcome for outcome, _ in found} == {Outcome.PASSED}


def test_a_zone_in_another_account_is_read_with_the_role() -> None:
    zone = CrossAccountZone(role_arn="arn:aws:iam::444455556666:role/dns")
    found = findings(hosted_zone=zone)
    assert {outcome for outcome, _ in found} == {Outcome.PASSED}
    assert "is in account 444455556666" in str(found)


def test_a_role_that_cannot_be_assumed_is_a_problem() -> None:
    zone = CrossAccountZone(role_arn="arn:aws:iam::444455556666:role/dns")
    ((outcome, text),) = findings(hosted_zone=zone, role=denied("sts:AssumeRole"))
    assert outcome is Outcome.PROBLEM
    assert "let the credentials assume arn:aws:iam::444455556666:role/dns" in text
