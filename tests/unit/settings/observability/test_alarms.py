"""Alarms: what is refused, and what is still asked for."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import (
    Alarms,
    Autoscaling,
    CacheThresholds,
    DatabaseThresholds,
    Hardening,
    LogPatternAlarm,
    SettingsError,
)

TOPIC = "arn:aws:sns:us-east-1:625847798833:operations"
SOMEBODY = ("operations@navralabs.com",)


def refused(settings) -> list[str]:
    return [str(problem) for problem in settings.problems()]


def refused_in_staging(**toggles) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        STAGING.replace(hardening=Hardening.relaxed(**toggles))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "whom",
    [
        {"emails": SOMEBODY},
        {"emails": ("first.last+alarms@sub.example.co.uk",)},
        {"https_endpoints": ("https://alerts.example.com:8443/navra/in",)},
        {"topic_arn": TOPIC},
        {"emails": None},
    ],
)
def test_an_alarm_tells_people_an_endpoint_an_existing_topic_or_whom_terraform_asks_for(whom):
    assert refused(Alarms(**whom)) == []


def test_alarms_that_tell_nobody_are_refused():
    assert refused_in_staging(alarms=Alarms()) == [
        "hardening.alarms.emails: no address and no topic is given, so the alarms would tell "
        "nobody; give emails, https_endpoints or topic_arn; or emails=None while nobody knows "
        "them, and Terraform asks"
    ]


@pytest.mark.parametrize("beside", [{"emails": SOMEBODY}, {"emails": None}])
def test_an_existing_topic_takes_no_subscribers_of_ours(beside):
    (problem,) = refused(Alarms(topic_arn=TOPIC, **beside))
    assert problem.startswith("topic_arn: is given beside addresses")


def test_an_existing_topic_lies_in_the_region_of_the_alarms():
    elsewhere = TOPIC.replace("us-east-1", "eu-west-1")
    assert refused_in_staging(alarms=Alarms(topic_arn=elsewhere)) == [
        f"hardening.alarms.topic_arn: '{elsewhere}' is not in us-east-1, and alarms reach no other "
        "Region; give a topic of us-east-1"
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("emails", ("operations",), "emails.0: 'operations' is not a mail address"),
        ("emails", ("a@b@c.com",), "emails.0: 'a@b@c.com' is not a mail address"),
        ("emails", SOMEBODY * 2, "emails: 'operations@navralabs.com' is given 2 times"),
        (
            "https_endpoints",
            ("http://alerts.example.com/in",),
            "https_endpoints.0: 'http://alerts.example.com' is not encrypted; only https://",
        ),
        (
            "https_endpoints",
            ("alerts.example.com/in",),
            "https_endpoints.0: 'alerts.example.com' is not an address that can be subscribed",
        ),
        ("topic_arn", "operations", "topic_arn: 'operations' is not the ARN of a standard SNS"),
        ("topic_arn", f"{TOPIC}.fifo", "is not the ARN of a standard SNS topic"),
        ("error_percent", 0, "error_percent: 0 is not a threshold (1-100 percent)"),
        ("latency_seconds", 121, "latency_seconds: 121 is not a threshold (1-120 seconds)"),
        ("cpu_percent", 101, "cpu_percent: 101 is not a threshold (1-100 percent)"),
        ("memory_percent", 0, "memory_percent: 0 is not a threshold (1-100 percent)"),
        ("minimum_requests", 0, "minimum_requests: 0 is not a number of requests (1-1000000)"),
    ],
)
def test_a_value_out_of_range_or_shape_is_refused(field, value, message):
    (problem,) = refused(Alarms(**{"emails": SOMEBODY, field: value}))
    assert message in problem


@pytest.mark.parametrize(
    ("settings", "field", "value", "message"),
    [
        (DatabaseThresholds, "cpu_percent", 0, "0 is not a threshold (1-100 percent)"),
        (DatabaseThresholds, "free_storage_gib", 0, "0 is not a threshold (1-65536 GiB)"),
        (DatabaseThresholds, "free_memory_mib", 0, "0 is not a threshold (1-1000000 MiB)"),
        (DatabaseThresholds, "connections", 0, "0 is not a threshold (1-16000 connections)"),
        (CacheThresholds, "cpu_percent", 101, "101 is not a threshold (1-100 percent)"),
        (CacheThresholds, "memory_percent", 0, "0 is not a threshold (1-100 percent)"),
        (CacheThresholds, "evictions", 0, "0 is not a threshold (1-1000000 keys a minute)"),
        (CacheThresholds, "replication_lag_seconds", 0, "0 is not a threshold (1-3600 seconds)"),
    ],
)
def test_a_threshold_on_data_out_of_range_is_refused(settings, field, value, message):
    assert refused(settings(**{field: value})) == [f"{field}: {message}"]


@pytest.mark.parametrize(
    "address",
    [
        "https://user:hunter2hunter2@alerts.example.com/in",
        "https://alerts.example.com/in?key=hunter2hunter2",
        "https://events.example.com/integration/hunter2hunter2hunter2/enqueue",
        "http://user:hunter2hunter2@alerts.example.com/in",
    ],
)
def test_an_endpoint_that_holds_a_credential_is_refused_without_showing_it(address):
    (problem,) = refused(Alarms(https_endpoints=(address,)))
    assert problem.startswith("https_endpoints.0: ")
    assert "hunter2" not in problem


@pytest.mark.parametrize("pattern", ["", "  "])
def test_a_pattern_that_matches_every_line_is_refused(pattern):
    (problem,) = refused(LogPatternAlarm(name="refusals", service="backend", pattern=pattern))
    assert problem.startswith("pattern: is empty, which matches every line")


def test_a_pattern_longer_than_cloudwatch_takes_is_refused():
    (problem,) = refused(LogPatternAlarm(name="refusals", service="backend", pattern="x" * 1025))
    assert "has 1025 characters (at most 1024)" in problem


def test_the_service_whose_budget_is_watched_exists():
    budget = LogPatternAlarm(name="budget", service="backnd", pattern="budget")
    assert refused_in_staging(alarms=Alarms(emails=SOMEBODY, custom=(budget,))) == [
        "hardening.alarms.custom.budget.service: 'backnd' is not a service of this environment; "
        "did you mean 'backend'?"
    ]


def test_an_alarm_on_load_lies_above_what_autoscaling_holds():
    problems = refused_in_staging(
        alarms=Alarms(emails=SOMEBODY, cpu_percent=60), autoscaling=Autoscaling(cpu_percent=60)
    )
    assert [p for p in problems if p.startswith("hardening.alarms")] == [
        f"hardening.alarms.cpu_percent: 60 is not above the 60 percent that autoscaling holds "
        f"{name!r} at, so it would ring all the time; raise it, or lower autoscaling's target"
        for name in ("frontend", "backend")
    ]


def test_whom_alarms_tell_is_still_to_be_filled_in_until_it_is_known():
    def unknown(alarms):
        return STAGING.replace(hardening=Hardening.relaxed(alarms=alarms)).still_to_fill_in

    assert unknown(Alarms(emails=None)) == ("hardening.alarms.emails",)
    assert unknown(Alarms(emails=SOMEBODY)) == ()
    assert unknown(None) == ()


def test_production_has_alarms_and_knows_that_it_does_not_know_whom_they_tell():
    # What production holds besides may not be built yet: only its own fields are looked at.
    built = Hardening.production(
        access_logs=None,
        audited_exec=False,
        autoscaling=None,
        backups=None,
        customer_managed_keys=False,
        response_headers=None,
        waf=None,
    )
    assert built.alarms is not None
    assert built.alarms.asks_for_emails
    assert built.dashboard
