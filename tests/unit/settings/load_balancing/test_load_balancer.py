"""What is refused of the firewall, the access logs, the response headers and TLS."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import (
    AccessLogs,
    Hardening,
    LoadBalancer,
    ResponseHeaders,
    S3State,
    SettingsError,
    Waf,
)
from navra_stacks.settings.model.base import Settings


def refused(settings: Settings) -> dict[str, tuple[str, str]]:
    """What is wrong and the repair, by field."""
    return {problem.field: (problem.wrong, problem.repair) for problem in settings.problems()}


def test_the_defaults_are_sound():
    for settings in (Waf(), AccessLogs(), ResponseHeaders(), LoadBalancer()):
        assert settings.problems() == ()


def test_an_unknown_rule_group_is_answered_with_the_nearest_name():
    wrong, repair = refused(Waf(count_only=("AWSManagedRulesSQLRuleSet",)))["count_only.0"]
    assert "'AWSManagedRulesSQLRuleSet' is no managed rule group" in wrong
    assert "AWSManagedRulesKnownBadInputsRuleSet" in wrong
    assert repair == "did you mean 'AWSManagedRulesSQLiRuleSet'?"


def test_a_rule_group_is_named_once():
    group = "AWSManagedRulesCommonRuleSet"
    assert refused(Waf(count_only=(group, group))) == {
        "count_only": (f"{group!r} is named 2 times", "name it once")
    }


@pytest.mark.parametrize("limit", [9, 2_000_000_001])
def test_a_rate_outside_what_aws_takes_is_refused(limit):
    wrong, _ = refused(Waf(rate_limit=limit))["rate_limit"]
    assert wrong == f"{limit} is not a number of requests (10-2000000000)"


def test_a_window_that_is_not_offered_is_answered_with_the_nearest():
    assert refused(Waf(rate_window_seconds=250))["rate_window_seconds"] == (
        "250 seconds is not a window that AWS WAF offers (60, 120, 300, 600)",
        "the nearest is 300",
    )


@pytest.mark.parametrize(
    ("prefix", "wrong", "repair"),
    [
        ("/", "would except every path", "count_only"),
        ("/api/uploads/*", "has a wildcard", "write the part before the wildcard"),
        ("api/uploads", "is not the beginning of a path", "start with a slash"),
        ("/api/up loads", "is not the beginning of a path", "start with a slash"),
        ("/api/%75ploads", "is not the beginning of a path", "start with a slash"),
        ("/api/../uploads", "matches no path", "without '//', '/./' and '/../'"),
        ("/api//uploads", "matches no path", "without '//', '/./' and '/../'"),
        ("/api/..", "matches no path", "without '//', '/./' and '/../'"),
    ],
)
def test_a_body_size_exception_is_the_beginning_of_a_path(prefix, wrong, repair):
    found = refused(Waf(body_size_exceptions=(prefix,)))["body_size_exceptions.0"]
    assert wrong in found[0]
    assert repair in found[1]


@pytest.mark.parametrize(
    ("prefixes", "covered", "wider"),
    [
        (("/api/", "/api/uploads/"), "/api/uploads/", "/api/"),
        (("/api/uploads/", "/api/"), "/api/uploads/", "/api/"),
        (("/api/", "/api/"), "/api/", "/api/"),
    ],
)
def test_a_body_size_exception_that_another_covers_is_refused_once(prefixes, covered, wider):
    problems = Waf(body_size_exceptions=prefixes).problems()
    assert [problem.wrong for problem in problems] == [
        f"{covered!r} is covered by {wider!r} already"
    ]


def test_body_size_exceptions_stay_within_the_capacity_of_the_web_acl():
    ten = tuple(f"/path{index}/" for index in range(10))
    assert Waf(body_size_exceptions=ten).problems() == ()
    wrong, _ = refused(Waf(body_size_exceptions=(*ten, "/more/")))["body_size_exceptions"]
    assert wrong.startswith("11 prefixes (at most 10")


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        ("ELBSecurityPolicy-2016-08", "accepts protocols older than TLS 1.2"),
        ("ELBSecurityPolicy-TLS-1-1-2017-01", "accepts protocols older than TLS 1.2"),
        ("ELBSecurityPolicy-TLS13-1-0-2021-06", "accepts protocols older than TLS 1.2"),
        ("ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04", "accepts protocols older than TLS 1.2"),
        ("ELBSecurityPolicy-FS-2018-06", "accepts protocols older than TLS 1.2"),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", "does not offer TLS 1.3"),
        ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", "does not offer TLS 1.3"),
        ("ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", "adds ciphers without forward secrecy"),
        ("ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09", "adds ciphers without forward secrecy"),
    ],
)
def test_a_weak_tls_policy_is_refused_for_what_is_weak_about_it(policy, wrong):
    found = refused(LoadBalancer(tls_policy=policy))["tls_policy"]
    assert found[0].startswith(f"{policy!r} {wrong}")
    assert found[1] == "choose 'ELBSecurityPolicy-TLS13-1-2-2021-06' or a newer one"


def test_a_misspelled_tls_policy_is_answered_with_the_nearest():
    _, repair = refused(LoadBalancer(tls_policy="ELBSecurityPolicy-TLS13-1-2-PQ-2025"))[
        "tls_policy"
    ]
    assert repair == "did you mean 'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09'?"


@pytest.mark.parametrize(
    "policy",
    ["ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09"],
)
def test_post_quantum_tls_policies_are_offered(policy):
    assert LoadBalancer(tls_policy=policy).tls_policy == policy


@pytest.mark.parametrize("seconds", [59, 604_801])
def test_a_keep_alive_outside_what_aws_takes_is_refused(seconds):
    wrong, _ = refused(LoadBalancer(client_keep_alive_seconds=seconds))["client_keep_alive_seconds"]
    assert wrong == f"{seconds} is not a keep-alive of clients (60-604800 seconds)"


def test_preload_wants_subdomains_and_a_year_each_with_a_message():
    found = refused(ResponseHeaders(hsts_preload=True, hsts_max_age_seconds=300))
    assert "hsts_include_subdomains is off" in found["hsts_preload"][0]
    assert (
        found["hsts_max_age_seconds"][0] == "300 is too short for hsts_preload (31536000 at least)"
    )


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        (ResponseHeaders(), "max-age=31536000"),
        (ResponseHeaders(hsts_max_age_seconds=0), "max-age=0"),
        (
            ResponseHeaders(hsts_include_subdomains=True, hsts_preload=True),
            "max-age=31536000; includeSubDomains; preload",
        ),
    ],
)
def test_hsts_is_one_value(settings, value):
    assert settings.strict_transport_security == value


@pytest.mark.parametrize("policy", ["", "  ", "default-src 'self';\nscript-src 'self'", "ü"])
def test_a_content_security_policy_fits_into_a_header(policy):
    wrong, _ = refused(ResponseHeaders(content_security_policy=policy))["content_security_policy"]
    assert "is not the value of a header" in wrong


@pytest.mark.parametrize("days", [0, 3651])
def test_a_retention_of_access_logs_has_an_end(days):
    wrong, _ = refused(AccessLogs(retention_days=days))["retention_days"]
    assert wrong == f"{days} is not a retention (1-3650 days)"


def test_access_logs_do_not_go_into_the_bucket_of_the_state():
    with pytest.raises(SettingsError) as caught:
        STAGING.replace(
            state=S3State(bucket="aep-state"),
            hardening=Hardening.relaxed(access_logs=AccessLogs(bucket_name="aep-state")),
        )
    (problem,) = caught.value.problems
    assert problem.field == "hardening.access_logs.bucket_name"
    assert problem.wrong.startswith("'aep-state' is the bucket of the state")


def test_a_bucket_name_that_grows_too_long_has_to_be_given():
    with pytest.raises(SettingsError) as caught:
        STAGING.replace(
            name="a-very-long-name-here-x",
            region="ap-northeast-1",
            network=STAGING.network.replace(
                vpc_id=None, availability_zones=("ap-northeast-1a", "ap-northeast-1c")
            ),
            hardening=Hardening.relaxed(access_logs=AccessLogs()),
        )
    problems = {p.field: p for p in caught.value.problems}
    found = problems["hardening.access_logs.bucket_name"]
    assert "(S3 buckets: 63 at most)" in found.wrong
    assert found.repair == "give a name"
