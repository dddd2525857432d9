"""Validation of the Terraform state settings."""

import pytest

from navra_stacks import DelegatedZone, Domain, LocalState, S3State
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import Build, case, problems_of, reported_problems
from tests.support.shop import shop

BUCKET = (
    "use 3-63 lower-case letters, digits, hyphens and single dots, starting and ending with a "
    "letter or a digit; the form of an IP address and the prefixes and suffixes that S3 reserves "
    "are not allowed"
)

INVALID_STATES = [
    *(
        case(
            f"the bucket {bucket}",
            lambda bucket=bucket: S3State(bucket=bucket),
            f"bucket: '{bucket}' is not a valid name for an S3 bucket; {BUCKET}",
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
            f"key: {value} is not a valid object key; use 1-1024 bytes in UTF-8, without a slash "
            "at either end, for example 'web/terraform.tfstate'",
        )
        for key, value in [
            ("/a", "'/a'"),
            ("a/", "'a/'"),
            ("", "''"),
        ]
    ),
    case(
        "a long key",
        lambda: S3State(bucket="shop-state", key="b" * 1025),
        f"key: '{'b' * 76}... has 1025 bytes in UTF-8 (at most 1024); shorten the key",
    ),
    case(
        "a key's id",
        lambda: S3State(bucket="shop-state", kms_key_arn="0a1b2c3d"),
        "kms_key_arn: '0a1b2c3d' is not a valid ARN of a KMS key; use the ARN of the key, not of "
        "an alias, for example 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-...'",
    ),
    case(
        "an unknown Region",
        lambda: S3State(bucket="shop-state", region="eu-west-9"),
        "region: 'eu-west-9' is not a Region of the 'aws' partition; did you mean 'eu-west-3'?",
    ),
    case(
        "the state of a stack that does not exist",
        lambda: S3State(bucket="shop-state", bootstrap_state="bucket"),
        "bootstrap_state: is 'bucket', but without bootstrapped=True there is no stack that "
        "creates the bucket; remove bootstrap_state, or set bootstrapped=True",
    ),
    case(
        "a bucket on this machine",
        lambda: LocalState(bucket="shop-state"),  # type: ignore[call-arg]
        "bucket: is not a setting of LocalState; remove 'bucket', because LocalState has no "
        "settings",
    ),
]


@pytest.mark.parametrize(("build", "lines"), INVALID_STATES)
def test_rejects_invalid_states(build: Build, lines: list[str]) -> None:
    settings = build()
    assert isinstance(settings, Settings)
    assert problems_of(settings) == lines


@pytest.mark.parametrize("bucket", ["abc", "a" * 63, "shop.state-1", "1shop"])
def test_accepts_valid_bucket_names(bucket: str) -> None:
    assert S3State(bucket=bucket).problems() == ()


DELEGATED = Domain(
    host="qa.shop.example",
    zone="qa.shop.example",
    hosted_zone=DelegatedZone(parent="shop.example"),
)


def test_each_stack_in_the_bucket_has_a_key_of_its_own() -> None:
    state = S3State(
        bucket="shop-state", key="web.tfstate", bootstrapped=True, bootstrap_state="bucket"
    )
    environment = shop(state=state, domain=DELEGATED)
    assert environment.stacks == ("shop-qa-state", "shop-qa-zone", "shop-qa")
    assert [environment.state_of(stack) for stack in environment.stacks] == [
        state.replace(key="shop/qa/state.tfstate"),
        state.replace(key="shop/qa/zone.tfstate"),
        state,
    ]


def test_the_bootstrap_stack_has_a_local_file_at_first() -> None:
    environment = shop(state=S3State(bucket="shop-state", bootstrapped=True))
    assert environment.state_of("shop-qa-state") == LocalState()


def test_the_zone_stack_has_a_local_file_if_the_environment_has_one() -> None:
    assert shop(domain=DELEGATED).state_of("shop-qa-zone") == LocalState()


def test_rejects_access_logs_of_a_bucket_that_exists() -> None:
    assert problems_of(S3State(bucket="shop-state", access_logs=False)) == [
        "access_logs: is False, but only a bucket with bootstrapped=True gets access logs; remove "
        "access_logs, or set bootstrapped=True"
    ]


@pytest.mark.parametrize("part", ["state", "zone"])
def test_rejects_the_key_of_another_stack_of_the_environment(part: str) -> None:
    state = S3State(
        bucket="shop-state",
        key=f"shop/qa/{part}.tfstate",
        bootstrapped=True,
        bootstrap_state="bucket",
    )
    assert reported_problems(lambda: shop(state=state, domain=DELEGATED)) == [
        f"state.key: 'shop/qa/{part}.tfstate' is the key of the state of the stack "
        f"'shop-qa-{part}'; use another key, because otherwise an apply of one stack would undo "
        "the apply of the other"
    ]
    if part == "state":
        file = state.replace(bootstrap_state="file")
        assert reported_problems(lambda: shop(state=file, domain=DELEGATED)) == []
