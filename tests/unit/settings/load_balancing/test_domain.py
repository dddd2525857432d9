"""Validation of the host name and its hosted zone."""

import pytest

from navra_stacks import CrossAccountZone, DelegatedZone, Domain
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import Build, case, problems_of

LABELS = (
    "use two or more labels of 1-63 lower-case letters, digits and inner hyphens, separated by "
    "dots, with at most 253 characters in total"
)


def delegated(zone: str, *, parent: str, host: str | None = None) -> Domain:
    """Build a domain whose zone is delegated by `parent`; by default, the zone is the host."""
    return Domain(host=host or zone, zone=zone, hosted_zone=DelegatedZone(parent=parent))


INVALID_DOMAINS = [
    case(
        "a host outside its zone",
        lambda: Domain(host="qa.shop.test", zone="shop.example"),
        "host: 'qa.shop.test' is not in the zone 'shop.example'; did you mean 'qa.shop.example'?",
    ),
    case(
        "a host that only ends alike",
        lambda: Domain(host="qashop.example", zone="shop.example"),
        "host: 'qashop.example' is not in the zone 'shop.example'; did you mean "
        "'qashop.shop.example'?",
    ),
    case(
        "an underscore",
        lambda: Domain(host="q_a.shop.example", zone="shop.example"),
        "host: 'q_a.shop.example' is not a valid DNS name, because 'q_a' is not a valid label; "
        f"{LABELS}",
    ),
    case(
        "capitals",
        lambda: Domain(host="QA.shop.example", zone="shop.example"),
        "host: 'QA.shop.example' is not a valid DNS name, because 'QA' is not a valid label; "
        f"{LABELS}",
    ),
    case(
        "an outer hyphen",
        lambda: Domain(host="-qa.shop.example", zone="shop.example"),
        "host: '-qa.shop.example' is not a valid DNS name, because '-qa' is not a valid label; "
        f"{LABELS}",
    ),
    case(
        "a label of 64 characters",
        lambda: Domain(host=f"{'a' * 64}.shop.example", zone="shop.example"),
        f"host: '{'a' * 64}.shop.example' is not a valid DNS name, because '{'a' * 64}' is not a "
        f"valid label; {LABELS}",
    ),
    case(
        "a host that no certificate holds",
        lambda: Domain(host=f"{'a' * 52}.shop.example", zone="shop.example"),
        f"host: '{'a' * 52}.shop.example' has 65 characters (at most 64 for a "
        "certificate); use a shorter host name",
    ),
    case(
        "a final dot",
        lambda: Domain(host="shop.example", zone="shop.example."),
        f"zone: 'shop.example.' is not a valid DNS name, because '' is not a valid label; {LABELS}",
    ),
    case(
        "one label",
        lambda: Domain(host="localhost", zone="localhost"),
        f"host: 'localhost' is not a valid DNS name; {LABELS}",
        f"zone: 'localhost' is not a valid DNS name; {LABELS}",
    ),
    case(
        "a wildcard",
        lambda: Domain(host="*.shop.example", zone="shop.example"),
        "host: '*.shop.example' is not a valid DNS name, because '*' is not a valid label; "
        f"{LABELS}",
    ),
    case(
        "an URL",
        lambda: Domain(host="https://shop.example", zone="shop.example"),
        "host: 'https://shop.example' is not a valid DNS name, because 'https://shop' is not a "
        f"valid label; {LABELS}",
    ),
    case(
        "a zone that delegates itself",
        lambda: delegated("app.shop.example", parent="app.shop.example"),
        "hosted_zone.parent: 'app.shop.example' is the zone itself, but a zone is delegated by the "
        "zone of another domain; set `zone` to a name below the parent, for example "
        "'app.app.shop.example'",
    ),
    case(
        "the zone of the parent, with a host below it",
        lambda: delegated("shop.example", parent="shop.example", host="www.shop.example"),
        "hosted_zone.parent: 'shop.example' is the zone itself, but a zone is delegated by the "
        "zone of another domain; set `zone` to a name below the parent, for example "
        "'www.shop.example'",
    ),
    case(
        "a parent of another zone",
        lambda: delegated("app.shop.example", parent="shop.test"),
        "hosted_zone.parent: the zone 'app.shop.example' is not below 'shop.test'; did you mean "
        "'shop.example'?",
    ),
    case(
        "a parent that only ends alike",
        lambda: delegated("app.myshop.example", parent="shop.example"),
        "hosted_zone.parent: the zone 'app.myshop.example' is not below 'shop.example'; did you "
        "mean 'myshop.example'?",
    ),
    case(
        "a parent below its zone",
        lambda: delegated("shop.example", parent="app.shop.example"),
        "hosted_zone.parent: the zone 'shop.example' is not below 'app.shop.example'; use a zone "
        "below the parent",
    ),
    case(
        "a host outside a delegated zone",
        lambda: delegated("app.shop.example", parent="shop.example", host="www.shop.example"),
        "host: 'www.shop.example' is not in the zone 'app.shop.example'; did you mean "
        "'www.app.shop.example'?",
    ),
    *(
        case(
            f"the role {role}",
            lambda role=role: Domain(
                host="shop.example",
                zone="shop.example",
                hosted_zone=CrossAccountZone(role_arn=role),
            ),
            f"hosted_zone.role_arn: '{role}' is not a valid ARN of an IAM role; use the ARN of a "
            "role, for example 'arn:aws:iam::123456789012:role/dns-records'",
        )
        for role in (
            "dns-records",
            "arn:aws:iam::4444:role/dns",
            "arn:aws:iam::444455556666:user/dns",
            "arn:aws:sts::444455556666:assumed-role/dns/me",
            "arn:aws:iam::444455556666:role/",
            f"arn:aws:iam::444455556666:role/{'a' * 65}",
            "arn:aws:iam::444455556666:role/dns records",
        )
    ),
]


@pytest.mark.parametrize(("build", "lines"), INVALID_DOMAINS)
def test_rejects_invalid_domains(build: Build, lines: list[str]) -> None:
    settings = build()
    assert isinstance(settings, Settings)
    assert problems_of(settings) == lines


def test_accepts_the_apex_of_a_zone_as_host() -> None:
    assert Domain(host="shop.example", zone="shop.example").url == "https://shop.example"


def test_accepts_a_host_of_64_characters() -> None:
    assert Domain(host=f"{'a' * 51}.shop.example", zone="shop.example").problems() == ()


@pytest.mark.parametrize("host", ["app.shop.example", "api.app.shop.example"])
def test_accepts_each_host_in_a_delegated_zone(host: str) -> None:
    assert delegated("app.shop.example", parent="shop.example", host=host).problems() == ()


def test_accepts_a_role_with_a_path() -> None:
    role = "arn:aws:iam::444455556666:role/network/team/dns"
    zone = CrossAccountZone(role_arn=role)
    assert Domain(host="shop.example", zone="shop.example", hosted_zone=zone).problems() == ()


def test_a_mapping_becomes_the_kind_of_zone_with_its_field() -> None:
    for given, expected in (
        ({"parent": "shop.example"}, DelegatedZone(parent="shop.example")),
        (
            {"role_arn": "arn:aws:iam::444455556666:role/dns"},
            CrossAccountZone(role_arn="arn:aws:iam::444455556666:role/dns"),
        ),
    ):
        domain = Domain(host="a.shop.example", zone="a.shop.example", hosted_zone=given)
        assert domain.hosted_zone == expected
