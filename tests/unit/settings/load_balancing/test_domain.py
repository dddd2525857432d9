"""Validation of the host name and its hosted zone."""

import pytest

from navra_stacks import Domain
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import Build, case, problems_of

LABELS = (
    "use two or more labels of 1-63 lower-case letters, digits and inner hyphens, separated by "
    "dots, with at most 253 characters in total"
)

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
