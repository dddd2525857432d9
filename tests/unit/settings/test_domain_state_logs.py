"""The domain, the load balancer, the state and the logs."""

import pytest

from navra_stacks import Domain, LoadBalancer, LocalState, Logs, S3State
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import RETENTIONS, Build, case, complaints, told_by
from tests.support.shop import shop

LABELS = "use two labels or more of 1-63 lower-case letters, digits and inner hyphens"
BUCKET = "use 3-63 lower-case letters, digits, hyphens and dots, not shaped like an address"

DOMAINS = [
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
        f"host: 'q_a.shop.example' is not a DNS name: 'q_a' is not a label; {LABELS}",
    ),
    case(
        "capitals",
        lambda: Domain(host="QA.shop.example", zone="shop.example"),
        f"host: 'QA.shop.example' is not a DNS name: 'QA' is not a label; {LABELS}",
    ),
    case(
        "an outer hyphen",
        lambda: Domain(host="-qa.shop.example", zone="shop.example"),
        f"host: '-qa.shop.example' is not a DNS name: '-qa' is not a label; {LABELS}",
    ),
    case(
        "a label of 64 characters",
        lambda: Domain(host=f"{'a' * 64}.shop.example", zone="shop.example"),
        f"host: '{'a' * 64}.shop.example' is not a DNS name: '{'a' * 64}' is not a label; {LABELS}",
    ),
    case(
        "a host that no certificate holds",
        lambda: Domain(host=f"{'a' * 52}.shop.example", zone="shop.example"),
        f"host: '{'a' * 52}.shop.example' has 65 characters (certificates: 64 at most); shorten it",
    ),
    case(
        "a final dot",
        lambda: Domain(host="shop.example", zone="shop.example."),
        f"zone: 'shop.example.' is not a DNS name: '' is not a label; {LABELS}",
    ),
    case(
        "one label",
        lambda: Domain(host="localhost", zone="localhost"),
        f"host: 'localhost' is not a DNS name; {LABELS}",
        f"zone: 'localhost' is not a DNS name; {LABELS}",
    ),
    case(
        "a wildcard",
        lambda: Domain(host="*.shop.example", zone="shop.example"),
        f"host: '*.shop.example' is not a DNS name: '*' is not a label; {LABELS}",
    ),
    case(
        "an URL",
        lambda: Domain(host="https://shop.example", zone="shop.example"),
        f"host: 'https://shop.example' is not a DNS name: 'https://shop' is not a label; {LABELS}",
    ),
]

BALANCERS = [
    case(
        "a policy with TLS 1.0",
        lambda: LoadBalancer(tls_policy="ELBSecurityPolicy-TLS13-1-0-2021-06"),  # type: ignore[arg-type]
        "tls_policy: 'ELBSecurityPolicy-TLS13-1-0-2021-06' accepts protocols older than TLS 1.2 "
        "(TLS 1.2 at least); choose 'ELBSecurityPolicy-TLS13-1-2-2021-06' or a newer one",
    ),
    case(
        "a misspelt policy",
        lambda: LoadBalancer(tls_policy="ELBSecurityPolicy-TLS13-1-2-2021"),  # type: ignore[arg-type]
        "tls_policy: 'ELBSecurityPolicy-TLS13-1-2-2021' is not a security policy of an Application "
        "Load Balancer with TLS 1.2 or newer; did you mean 'ELBSecurityPolicy-TLS13-1-2-2021-06'?",
    ),
    case(
        "no idle time",
        lambda: LoadBalancer(idle_timeout_seconds=0),
        "idle_timeout_seconds: 0 is not an idle timeout (1-4000 seconds)",
    ),
]

STATES = [
    *(
        case(
            f"the bucket {bucket}",
            lambda bucket=bucket: S3State(bucket=bucket),
            f"bucket: '{bucket}' is not the name of an S3 bucket; {BUCKET}",
        )
        for bucket in (
            "Shop-State",
            "ab",
            "a" * 64,
            "shop_state",
            "shop..state",
            "192.168.5.4",
            "xn--shop",
            "-shop",
            "shop-",
            "shop-s3alias",
            "shop--x-s3",
            "",
        )
    ),
    *(
        case(
            f"the key {key[:9]}",
            lambda key=key: S3State(bucket="shop-state", key=key),
            f"key: {told} is not the key of an object here; use 1-1024 characters, without a "
            "slash at either end, as in 'web/terraform.tfstate'",
        )
        for key, told in [
            ("/a", "'/a'"),
            ("a/", "'a/'"),
            ("", "''"),
            ("b" * 1025, f"'{'b' * 76}..."),
        ]
    ),
    case(
        "a key's id",
        lambda: S3State(bucket="shop-state", kms_key_arn="0a1b2c3d"),
        "kms_key_arn: '0a1b2c3d' is not the ARN of a KMS key; as in "
        "'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-...'; an alias does not do",
    ),
    case(
        "an unknown Region",
        lambda: S3State(bucket="shop-state", region="eu-west-9"),
        "region: 'eu-west-9' is not an AWS Region; did you mean 'eu-west-3'?",
    ),
    case(
        "a bucket on this machine",
        lambda: LocalState(bucket="shop-state"),  # type: ignore[call-arg]
        "bucket: is not a setting of LocalState; it has none",
    ),
]

LOGS = [
    case(
        "for ever",
        lambda: Logs(group_prefix="/ecs", retention_days=0),
        f"retention_days: 0 days is not a retention that CloudWatch offers ({RETENTIONS}); the "
        "nearest is 1",
    ),
    case(
        "33 days",
        lambda: Logs(group_prefix="/ecs", retention_days=33),
        f"retention_days: 33 days is not a retention that CloudWatch offers ({RETENTIONS}); the "
        "nearest is 30",
    ),
    case(
        "a group of AWS",
        lambda: Logs(group_prefix="/aws/ecs", retention_days=30),
        "group_prefix: '/aws/ecs' is reserved for AWS's own services; as in '/ecs'",
    ),
    *(
        case(
            f"the prefix {prefix}",
            lambda prefix=prefix: Logs(group_prefix=prefix, retention_days=1),
            f"group_prefix: '{prefix}' is not the beginning of a log group's name; use at most 200 "
            "letters, digits and _ - . # with single slashes, as in '/ecs'",
        )
        for prefix in ("", "/ecs/", "//ecs", "/e cs", "a" * 201)
    ),
]


@pytest.mark.parametrize(("build", "lines"), [*DOMAINS, *BALANCERS, *STATES, *LOGS])
def test_settings_that_aws_would_refuse_are_refused(build: Build, lines: list[str]) -> None:
    part = build()
    assert isinstance(part, Settings)
    assert told_by(part) == lines


def test_the_problems_of_a_part_are_told_under_its_place() -> None:
    assert complaints(
        lambda: shop(
            domain=Domain(host="localhost", zone="shop.example"),
            state=S3State(bucket="AB"),
            load_balancer=LoadBalancer(idle_timeout_seconds=4001),
            logs=Logs(group_prefix="/ecs", retention_days=2),
        )
    ) == [
        f"domain.host: 'localhost' is not a DNS name; {LABELS}",
        f"logs.retention_days: 2 days is not a retention that CloudWatch offers ({RETENTIONS}); "
        "the nearest is 1",
        "load_balancer.idle_timeout_seconds: 4001 is not an idle timeout (1-4000 seconds)",
        f"state.bucket: 'AB' is not the name of an S3 bucket; {BUCKET}",
    ]


def test_the_apex_of_a_zone_is_a_host() -> None:
    assert Domain(host="shop.example", zone="shop.example").url == "https://shop.example"


def test_a_host_of_64_characters_is_taken() -> None:
    assert Domain(host=f"{'a' * 51}.shop.example", zone="shop.example").problems() == ()


@pytest.mark.parametrize("bucket", ["abc", "a" * 63, "shop.state-1", "1shop"])
def test_names_that_s3_takes_are_taken(bucket: str) -> None:
    assert S3State(bucket=bucket).problems() == ()
