"""Validation of the load balancer, TLS policy, WAF, access logs and response headers."""

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
    WafException,
)
from navra_stacks.settings.model.base import Settings
from tests.support.settings_errors import Build, case, problems_of


def problems_by_field(settings: Settings) -> dict[str, tuple[str, str]]:
    """Return message and repair, by field."""
    return {problem.field: (problem.message, problem.repair) for problem in settings.problems()}


def test_the_defaults_are_valid():
    for settings in (Waf(), AccessLogs(), ResponseHeaders(), LoadBalancer()):
        assert settings.problems() == ()


def test_suggests_the_most_similar_rule_group():
    message, repair = problems_by_field(Waf(count_only=("AWSManagedRulesSQLRuleSet",)))[
        "count_only.0"
    ]
    assert "'AWSManagedRulesSQLRuleSet' is not a supported managed rule group" in message
    assert "AWSManagedRulesKnownBadInputsRuleSet" in message
    assert repair == "did you mean 'AWSManagedRulesSQLiRuleSet'?"


def test_rejects_a_rule_group_that_is_listed_twice():
    group = "AWSManagedRulesCommonRuleSet"
    assert problems_by_field(Waf(count_only=(group, group))) == {
        "count_only": (f"{group!r} is listed 2 times", "list each rule group once")
    }


@pytest.mark.parametrize("limit", [9, 2_000_000_001])
def test_rejects_a_rate_limit_outside_the_range_of_aws(limit):
    message, _ = problems_by_field(Waf(rate_limit=limit))["rate_limit"]
    assert message == f"{limit} is not a valid number of requests (10-2000000000)"


def test_suggests_the_nearest_evaluation_window():
    assert problems_by_field(Waf(rate_window_seconds=250))["rate_window_seconds"] == (
        "250 seconds is not a window that AWS WAF offers (60, 120, 300, 600)",
        "use 300, the nearest offered value",
    )


@pytest.mark.parametrize(
    ("prefix", "message", "repair"),
    [
        ("/", "matches every path", "count_only"),
        ("/api/uploads/*", "contains a wildcard", "use only the part before the wildcard"),
        ("api/uploads", "is not a valid path prefix", "start with a slash"),
        ("/api/up loads", "is not a valid path prefix", "start with a slash"),
        ("/api/%75ploads", "is not a valid path prefix", "start with a slash"),
        ("/api/../uploads", "matches no path", "segments and the segments '.' and '..'"),
        ("/api//uploads", "matches no path", "segments and the segments '.' and '..'"),
        ("/api/..", "matches no path", "segments and the segments '.' and '..'"),
    ],
)
def test_rejects_body_size_exceptions_that_are_not_path_prefixes(prefix, message, repair):
    found = problems_by_field(Waf(body_size_exceptions=(prefix,)))["body_size_exceptions.0"]
    assert message in found[0]
    assert repair in found[1]


@pytest.mark.parametrize(
    ("prefixes", "covered", "wider"),
    [
        (("/api/", "/api/uploads/"), "/api/uploads/", "/api/"),
        (("/api/uploads/", "/api/"), "/api/uploads/", "/api/"),
    ],
)
def test_rejects_a_body_size_exception_that_another_covers(prefixes, covered, wider):
    problems = Waf(body_size_exceptions=prefixes).problems()
    assert [problem.message for problem in problems] == [
        f"{covered!r} is already covered by {wider!r}"
    ]


def test_rejects_a_body_size_exception_that_is_listed_twice():
    assert list(map(str, Waf(body_size_exceptions=("/api/", "/api/")).problems())) == [
        "body_size_exceptions: '/api/' is listed more than once; list each prefix once"
    ]


def test_limits_exceptions_to_the_capacity_that_the_base_price_includes():
    # 1177 for the rules, 1 for the label, 22 for each prefix: 14 prefixes are 1486, 15 are 1508.
    paths = tuple(f"/path{index}/" for index in range(15))
    assert Waf(body_size_exceptions=paths[:14]).problems() == ()
    message, _ = problems_by_field(Waf(body_size_exceptions=paths))["body_size_exceptions"]
    assert "use 1508 web ACL capacity units" in message
    # The paths of other exceptions count as well, and all their labels.
    exception = WafException(paths=paths[:13], rules=("SQLi_BODY", "GenericLFI_BODY"))
    assert Waf(exceptions=(exception,)).capacity == 1177 + 2 + 13 * 22
    waf = Waf(body_size_exceptions=paths[:2], exceptions=(exception,))
    assert "use 1510 web ACL" in problems_by_field(waf)["exceptions"][0]
    # An exception on all paths needs no rule of its own.
    assert Waf(exceptions=(WafException(rules=("SQLi_BODY",)),)).capacity == 1177


@pytest.mark.parametrize(
    ("exception", "field", "message"),
    [
        (WafException(rules=()), "exceptions.0.rules", "is empty"),
        (
            WafException(rules=("SizeRestrictions_BODY",)),
            "exceptions.0.rules",
            "has a setting of its own",
        ),
        (
            WafException(rules=("GenericLFI_BODI",)),
            "exceptions.0.rules.0",
            "'GenericLFI_BODI' is not a rule of",
        ),
        (
            WafException(rules=("SQLi_BODY",), paths=("/api/", "/api/v1/")),
            "exceptions.0.paths",
            "'/api/v1/' is already covered by '/api/'",
        ),
        (
            WafException(rules=("SQLi_BODY",), paths=("/api/*",)),
            "exceptions.0.paths.0",
            "contains a wildcard",
        ),
        (WafException(rules=("SQLi_BODY", "SQLi_BODY")), "exceptions", "is listed 2 times"),
    ],
)
def test_rejects_exceptions_that_have_no_effect(exception, field, message):
    assert message in problems_by_field(Waf(exceptions=(exception,)))[field][0]


def test_rejects_an_exception_from_a_rule_whose_group_counts_already():
    waf = Waf(
        count_only=("AWSManagedRulesSQLiRuleSet",),
        exceptions=(WafException(rules=("SQLi_BODY",)),),
    )
    message, repair = problems_by_field(waf)["exceptions"]
    assert "'SQLi_BODY' only counts already" in message
    assert "remove the group from count_only" in repair


@pytest.mark.parametrize(
    ("policy", "message"),
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
def test_rejects_weak_tls_policies_with_the_reason(policy, message):
    found = problems_by_field(LoadBalancer(tls_policy=policy))["tls_policy"]
    assert found[0].startswith(f"{policy!r} {message}")
    assert found[1] == "use a supported policy, for example 'ELBSecurityPolicy-TLS13-1-2-2021-06'"


def test_suggests_the_most_similar_tls_policy():
    _, repair = problems_by_field(LoadBalancer(tls_policy="ELBSecurityPolicy-TLS13-1-2-PQ-2025"))[
        "tls_policy"
    ]
    assert repair == "did you mean 'ELBSecurityPolicy-TLS13-1-2-PQ-2025-09'?"


@pytest.mark.parametrize(
    "policy",
    ["ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09"],
)
def test_accepts_post_quantum_tls_policies(policy):
    assert LoadBalancer(tls_policy=policy).tls_policy == policy


@pytest.mark.parametrize("seconds", [59, 604_801])
def test_rejects_a_keep_alive_outside_the_range_of_aws(seconds):
    message, _ = problems_by_field(LoadBalancer(client_keep_alive_seconds=seconds))[
        "client_keep_alive_seconds"
    ]
    assert message == f"{seconds} is not a valid client keep-alive time (60-604800 seconds)"


def test_preload_requires_subdomains_and_an_age_of_a_year():
    found = problems_by_field(ResponseHeaders(hsts_preload=True, hsts_max_age_seconds=300))
    assert (
        "hsts_include_subdomains, which the preload list requires, is off"
        in found["hsts_preload"][0]
    )
    assert (
        found["hsts_max_age_seconds"][0]
        == "300 is too short for hsts_preload (at least 31536000 seconds)"
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
def test_composes_the_value_of_strict_transport_security(settings, value):
    assert settings.strict_transport_security == value


@pytest.mark.parametrize("policy", ["", "  ", "default-src 'self';\nscript-src 'self'", "ü"])
def test_rejects_a_content_security_policy_that_is_not_a_header_value(policy):
    message, _ = problems_by_field(ResponseHeaders(content_security_policy=policy))[
        "content_security_policy"
    ]
    assert "is not a valid header value" in message


@pytest.mark.parametrize("days", [0, 3651])
def test_rejects_an_access_log_retention_outside_its_range(days):
    message, _ = problems_by_field(AccessLogs(retention_days=days))["retention_days"]
    assert message == f"{days} is not a valid retention (1-3650 days)"


def test_rejects_the_state_bucket_for_access_logs():
    with pytest.raises(SettingsError) as error:
        STAGING.replace(
            state=S3State(bucket="aep-state"),
            hardening=Hardening.relaxed(access_logs=AccessLogs(bucket_name="aep-state")),
        )
    (problem,) = error.value.problems
    assert problem.field == "hardening.access_logs.bucket_name"
    assert problem.message.startswith("'aep-state' is also the state bucket")


def test_requires_a_bucket_name_if_the_default_is_too_long():
    with pytest.raises(SettingsError) as error:
        STAGING.replace(
            name="a-very-long-name-here-x",
            region="ap-northeast-1",
            network=STAGING.network.replace(
                vpc_id=None, availability_zones=("ap-northeast-1a", "ap-northeast-1c")
            ),
            hardening=Hardening.relaxed(access_logs=AccessLogs()),
        )
    problems = {p.field: p for p in error.value.problems}
    found = problems["hardening.access_logs.bucket_name"]
    assert "(at most 63 for S3 buckets)" in found.message
    assert found.repair == "set bucket_name to a shorter name"


INVALID_LOAD_BALANCERS = [
    case(
        "a policy with TLS 1.0",
        lambda: LoadBalancer(tls_policy="ELBSecurityPolicy-TLS13-1-0-2021-06"),  # type: ignore[arg-type]
        "tls_policy: 'ELBSecurityPolicy-TLS13-1-0-2021-06' accepts protocols older than TLS 1.2 "
        "(TLS 1.2 or newer is required); use a supported policy, for example "
        "'ELBSecurityPolicy-TLS13-1-2-2021-06'",
    ),
    case(
        "a misspelled policy",
        lambda: LoadBalancer(tls_policy="ELBSecurityPolicy-TLS13-1-2-2021"),  # type: ignore[arg-type]
        "tls_policy: 'ELBSecurityPolicy-TLS13-1-2-2021' is not a supported security policy of an "
        "Application Load Balancer; did you mean 'ELBSecurityPolicy-TLS13-1-2-2021-06'?",
    ),
    case(
        "an idle timeout of 0",
        lambda: LoadBalancer(idle_timeout_seconds=0),
        "idle_timeout_seconds: 0 is not a valid idle timeout (1-4000 seconds)",
    ),
]


@pytest.mark.parametrize(("build", "lines"), INVALID_LOAD_BALANCERS)
def test_rejects_invalid_load_balancers(build: Build, lines: list[str]) -> None:
    settings = build()
    assert isinstance(settings, Settings)
    assert problems_of(settings) == lines
