"""Validation of alarms, their recipients and their thresholds."""

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
    ServiceThresholds,
    SettingsError,
)
from tests.support.settings_errors import reported_problems
from tests.support.shop import shop, web, web_container

TOPIC = "arn:aws:sns:us-east-1:625847798833:operations"
EMAILS = ("operations@navralabs.com",)


def problems_of(settings) -> list[str]:
    return [str(problem) for problem in settings.problems()]


def problems_in_staging(**toggles) -> list[str]:
    with pytest.raises(SettingsError) as error:
        STAGING.replace(hardening=Hardening.relaxed(**toggles))
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize(
    "recipients",
    [
        {"emails": EMAILS},
        {"emails": ("first.last+alarms@sub.example.co.uk",)},
        {"https_endpoints": ("https://alerts.example.com:8443/navra/in",)},
        {"topic_arn": TOPIC},
        {"emails": None},
    ],
)
def test_accepts_emails_an_endpoint_an_existing_topic_or_unknown_emails(recipients):
    assert problems_of(Alarms(**recipients)) == []


def test_rejects_alarms_without_recipients():
    assert problems_in_staging(alarms=Alarms()) == [
        "hardening.alarms.emails: is empty, and https_endpoints and topic_arn are not set, so "
        "the alarms would have no recipient; set emails, https_endpoints or topic_arn, or set "
        "emails=None to enter the addresses at each plan"
    ]


@pytest.mark.parametrize("emails", [{"emails": EMAILS}, {"emails": None}])
def test_rejects_an_existing_topic_together_with_emails(emails):
    (problem,) = problems_of(Alarms(topic_arn=TOPIC, **emails))
    assert problem.startswith("topic_arn: is set together with emails or https_endpoints")


def test_rejects_a_topic_in_another_region():
    elsewhere = TOPIC.replace("us-east-1", "eu-west-1")
    assert problems_in_staging(alarms=Alarms(topic_arn=elsewhere)) == [
        f"hardening.alarms.topic_arn: '{elsewhere}' is not in us-east-1, but an alarm can notify "
        "only a topic in its own Region; use a topic in us-east-1"
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("emails", ("operations",), "emails.0: 'operations' is not a valid email address"),
        ("emails", ("a@b@c.com",), "emails.0: 'a@b@c.com' is not a valid email address"),
        ("emails", EMAILS * 2, "emails: 'operations@navralabs.com' is listed 2 times"),
        (
            "https_endpoints",
            ("http://alerts.example.com/in",),
            "https_endpoints.0: 'http://alerts.example.com' is not encrypted; use a URL that "
            "starts with https://",
        ),
        (
            "https_endpoints",
            ("alerts.example.com/in",),
            "https_endpoints.0: the URL at 'alerts.example.com' is not a valid HTTPS endpoint",
        ),
        ("topic_arn", "operations", "topic_arn: 'operations' is not a valid ARN of a standard SNS"),
        ("topic_arn", f"{TOPIC}.fifo", "is not a valid ARN of a standard SNS topic"),
        ("error_percent", 0, "error_percent: 0 is not a valid threshold (1-100 percent)"),
        (
            "latency_seconds",
            4001,
            "latency_seconds: 4001 is not a valid threshold (1-4000 seconds)",
        ),
        ("cpu_percent", 101, "cpu_percent: 101 is not a valid threshold (1-100 percent)"),
        ("memory_percent", 0, "memory_percent: 0 is not a valid threshold (1-100 percent)"),
        (
            "minimum_requests",
            0,
            "minimum_requests: 0 is not a valid number of requests (1-1000000)",
        ),
    ],
)
def test_rejects_values_outside_their_range_or_format(field, value, message):
    (problem,) = problems_of(Alarms(**{"emails": EMAILS, field: value}))
    assert message in problem


@pytest.mark.parametrize(
    ("settings", "field", "value", "message"),
    [
        (DatabaseThresholds, "cpu_percent", 0, "0 is not a valid threshold (1-100 percent)"),
        (DatabaseThresholds, "free_storage_gib", 0, "0 is not a valid threshold (1-65536 GiB)"),
        (DatabaseThresholds, "free_memory_mib", 0, "0 is not a valid threshold (1-1000000 MiB)"),
        (DatabaseThresholds, "connections", 0, "0 is not a valid threshold (1-5000 connections)"),
        (CacheThresholds, "cpu_percent", 101, "101 is not a valid threshold (1-100 percent)"),
        (CacheThresholds, "memory_percent", 0, "0 is not a valid threshold (1-100 percent)"),
        (CacheThresholds, "evictions", 0, "0 is not a valid threshold (1-1000000 keys a minute)"),
        (
            CacheThresholds,
            "replication_lag_seconds",
            0,
            "0 is not a valid threshold (1-3600 seconds)",
        ),
    ],
)
def test_rejects_database_and_cache_thresholds_outside_their_range(settings, field, value, message):
    assert problems_of(settings(**{field: value})) == [f"{field}: {message}"]


@pytest.mark.parametrize(
    "address",
    [
        "https://user:hunter2hunter2@alerts.example.com/in",
        "https://alerts.example.com/in?key=hunter2hunter2",
        "https://events.example.com/integration/hunter2hunter2hunter2/enqueue",
        "http://user:hunter2hunter2@alerts.example.com/in",
    ],
)
def test_rejects_an_endpoint_with_a_credential_without_printing_it(address):
    (problem,) = problems_of(Alarms(https_endpoints=(address,)))
    assert problem.startswith("https_endpoints.0: ")
    assert "hunter2" not in problem


@pytest.mark.parametrize("pattern", ["", "  "])
def test_rejects_a_pattern_that_matches_every_line(pattern):
    (problem,) = problems_of(LogPatternAlarm(name="refusals", service="backend", pattern=pattern))
    assert problem.startswith("pattern: is empty, so it matches every line")


def test_rejects_a_pattern_longer_than_1024_characters():
    (problem,) = problems_of(
        LogPatternAlarm(name="refusals", service="backend", pattern="x" * 1025)
    )
    assert "has 1025 characters (at most 1024)" in problem


def test_rejects_an_alarm_description_longer_than_1024_characters():
    (problem,) = problems_of(
        LogPatternAlarm(name="refusals", service="backend", pattern="x", description="y" * 1025)
    )
    assert problem.startswith("description: ")
    assert "has 1025 characters (at most 1024); shorten the description" in problem


def test_the_default_description_of_a_log_pattern_alarm_does_not_contain_the_pattern():
    alarm = LogPatternAlarm(name="refusals", service="backend", pattern="%{[0-9]} ${x}")
    assert alarm.alarm_description == (
        "10 or more lines in the log of backend match the pattern of the alarm refusals within "
        "five minutes. Look at these lines."
    )


def test_rejects_a_log_pattern_alarm_on_an_unknown_service():
    budget = LogPatternAlarm(name="budget", service="backnd", pattern="budget")
    assert problems_in_staging(alarms=Alarms(emails=EMAILS, custom=(budget,))) == [
        "hardening.alarms.custom.budget.service: 'backnd' is not a service of this environment; "
        "did you mean 'backend'?"
    ]


def test_rejects_a_cpu_alarm_at_the_target_of_autoscaling():
    problems = problems_in_staging(
        alarms=Alarms(emails=EMAILS, cpu_percent=60), autoscaling=Autoscaling(cpu_percent=60)
    )
    assert [p for p in problems if p.startswith("hardening.alarms")] == [
        "hardening.alarms.cpu_percent: 60 is not above autoscaling's target of 60 percent for "
        f"the service {name!r}, so the alarm would go into ALARM under normal load; raise "
        "cpu_percent of the alarms, or lower "
        "autoscaling's target"
        for name in ("frontend", "backend")
    ]


def test_rejects_thresholds_of_an_unknown_service():
    alarms = Alarms(emails=EMAILS, services={"backnd": ServiceThresholds(latency_seconds=60)})
    assert problems_in_staging(alarms=alarms) == [
        "hardening.alarms.services.backnd: 'backnd' is not a service of this environment; did you "
        "mean 'backend'?"
    ]


def test_rejects_an_entry_without_thresholds():
    alarms = Alarms(emails=EMAILS, services={"backend": ServiceThresholds()})
    assert problems_in_staging(alarms=alarms) == [
        "hardening.alarms.services.backend: sets no threshold; set a threshold, or remove the entry"
    ]


@pytest.mark.parametrize("threshold", ["error_percent", "minimum_requests", "latency_seconds"])
def test_rejects_thresholds_for_the_traffic_of_a_service_without_traffic(threshold):
    worker = web(name="worker", health_check=None, container=web_container(port=None))
    thresholds = ServiceThresholds(cpu_percent=95, **{threshold: 30})
    alarms = Alarms(emails=EMAILS, services={"worker": thresholds, "web": thresholds})
    hardening = Hardening.relaxed(alarms=alarms)
    assert reported_problems(lambda: shop(web(), worker, hardening=hardening)) == [
        f"hardening.alarms.services.worker.{threshold}: is set, but the service has no "
        f"health_check, so it receives no traffic and has no alarm on requests; remove {threshold}"
    ]


def test_compares_the_thresholds_of_each_service_with_autoscaling():
    alarms = Alarms(
        emails=EMAILS,
        cpu_percent=50,
        services={
            "frontend": ServiceThresholds(cpu_percent=90),
            "backend": ServiceThresholds(cpu_percent=55),
        },
    )
    problems = problems_in_staging(alarms=alarms, autoscaling=Autoscaling(cpu_percent=60))
    assert [p for p in problems if p.startswith("hardening.alarms")] == [
        "hardening.alarms.services.backend.cpu_percent: 55 is not above autoscaling's target of 60 "
        "percent for the service 'backend', so the alarm would go into ALARM under normal load; "
        "raise cpu_percent of the alarms, or lower autoscaling's target"
    ]


def test_emails_that_are_none_are_an_unknown_setting():
    def unknown(alarms):
        return STAGING.replace(hardening=Hardening.relaxed(alarms=alarms)).unknown_settings

    assert unknown(Alarms(emails=None)) == ("hardening.alarms.emails",)
    assert unknown(Alarms(emails=EMAILS)) == ()
    assert unknown(None) == ()


def test_production_has_alarms_with_unknown_emails():
    production = Hardening.production(
        access_logs=None,
        audited_exec=False,
        autoscaling=None,
        backups=None,
        customer_managed_keys=False,
        response_headers=None,
        waf=None,
    )
    assert production.alarms is not None
    assert production.alarms.emails_unknown
    assert production.dashboard
