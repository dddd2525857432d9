"""The alarms and the dashboard of staging, each alone and both together."""

from __future__ import annotations

import json

import pytest

from environments.prod import PROD
from environments.staging import STAGING
from navra_stacks import (
    Alarms,
    Autoscaling,
    Cache,
    Database,
    DatabaseThresholds,
    Hardening,
    LogPatternAlarm,
    ScheduledAction,
    ServiceThresholds,
)

TOPIC = "arn:aws:sns:us-east-1:625847798833:operations"
BUDGET = LogPatternAlarm(
    name="budget-rejections",
    service="backend",
    pattern='{ $.event = "rejected" }',
    per_five_minutes=7,
)
ALARM = "aws_cloudwatch_metric_alarm"
ALARMS = {
    f"{ALARM}.load_balancer_errors_alarm",
    *(
        f"{ALARM}.{service}_service_{kind}_alarm"
        for service in ("backend", "frontend")
        for kind in ("unhealthy_targets", "errors", "latency", "cpu", "memory", "tasks")
    ),
}
TOPIC_OF_OURS = {
    "aws_kms_alias.alarm_topic_key_alias",
    "aws_kms_key.alarm_topic_key",
    "aws_sns_topic.alarm_topic",
    "aws_sns_topic_policy.alarm_topic_policy",
}


@pytest.fixture(scope="module")
def existing_topic(turned_on):
    return turned_on(alarms=Alarms(topic_arn=TOPIC))


@pytest.fixture(scope="module")
def full(turned_on):
    return turned_on(
        alarms=Alarms(
            emails=("b@navralabs.com", "a@navralabs.com"),
            https_endpoints=("https://alerts.navralabs.com/in",),
            custom=(BUDGET,),
        ),
        dashboard=True,
    )


@pytest.fixture(scope="module")
def dashboard(turned_on):
    return turned_on(dashboard=True)


@pytest.fixture(scope="module")
def prod(synthesized):
    return synthesized(PROD)


def widgets(document):
    return json.loads(document.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]


def titles(document):
    return [widget["properties"]["title"] for widget in widgets(document)]


def alarm(document, name):
    return document.one(ALARM, alarm_name=name)


def expression(block):
    (result,) = [query for query in block["metric_query"] if query["return_data"]]
    return result["expression"]


def test_alarms_with_an_existing_topic_add_the_alarms_only(existing_topic):
    assert existing_topic.added == ALARMS
    assert existing_topic.removed == existing_topic.changed == set()


def test_alarms_with_subscribers_and_a_log_pattern_add_a_topic_and_a_filter(full):
    assert full.added == ALARMS | TOPIC_OF_OURS | {
        "aws_cloudwatch_dashboard.dashboard",
        "aws_cloudwatch_log_metric_filter.budget_rejections_filter",
        f"{ALARM}.budget_rejections_alarm",
        "aws_sns_topic_subscription.https_subscription",
        "aws_sns_topic_subscription.mail_subscription",
    }
    assert full.removed == full.changed == set()


def test_the_dashboard_adds_itself_only(dashboard):
    assert dashboard.added == {"aws_cloudwatch_dashboard.dashboard"}
    assert dashboard.removed == dashboard.changed == set()


def test_every_alarm_notifies_the_topic_on_alarm_and_ok(existing_topic, full):
    for change, topic in (
        (existing_topic, TOPIC),
        (full, "${aws_sns_topic.alarm_topic.arn}"),
    ):
        for block in change.after.all(ALARM):
            assert block["alarm_actions"] == block["ok_actions"] == [topic]


def test_every_alarm_has_guidance_and_treats_missing_data_explicitly(full):
    blocks = full.after.all(ALARM)
    assert all("Look " in block["alarm_description"] for block in blocks)
    silent = {block.name for block in blocks if block["treat_missing_data"] == "breaching"}
    assert silent == {"backend_service_tasks_alarm", "frontend_service_tasks_alarm"}
    assert {b["treat_missing_data"] for b in blocks} == {"breaching", "notBreaching"}


def test_every_alarm_name_is_unique_and_contains_the_environment(full):
    names = [block["alarm_name"] for block in full.after.all(ALARM)]
    assert len(set(names)) == len(names)
    assert {"aep-backend-staging-cpu", "aep-staging-load-balancer-errors"} <= set(names)


def test_only_alarms_of_this_account_publish_to_the_topic_and_use_its_key(full):
    (topic,) = json.loads(full.after.one("aws_sns_topic_policy")["policy"])["Statement"]
    _, key = json.loads(full.after.one("aws_kms_key")["policy"])["Statement"]
    assert topic["Action"] == ["sns:Publish"]
    assert topic["Resource"] == "${aws_sns_topic.alarm_topic.arn}"
    assert key["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]
    for statement in (topic, key):
        assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": "625847798833"},
            "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:625847798833:alarm:*"},
        }


def test_the_topic_is_encrypted_with_a_rotating_key(full):
    topic = full.after.one("aws_sns_topic", name="aep-staging-alarms")
    assert topic["kms_master_key_id"] == "${aws_kms_key.alarm_topic_key.arn}"
    assert full.after.one("aws_kms_key")["enable_key_rotation"] is True


def test_deletion_protection_sets_the_longest_key_deletion_window(full, prod):
    for document, days in ((full.after, 7), (prod, 30)):
        key = {key.name: key for key in document.all("aws_kms_key")}["alarm_topic_key"]
        assert key["deletion_window_in_days"] == days


def test_subscriptions_do_not_depend_on_the_order_of_subscribers(full):
    for protocol, addresses in (
        ("email", ["a@navralabs.com", "b@navralabs.com"]),
        ("https", ["https://alerts.navralabs.com/in"]),
    ):
        block = full.after.one("aws_sns_topic_subscription", protocol=protocol)
        assert block["for_each"] == f"${{toset({json.dumps(addresses, separators=(', ', ': '))})}}"
        assert block["endpoint"] == "${each.value}"
        assert block["topic_arn"] == "${aws_sns_topic.alarm_topic.arn}"


def test_unknown_email_addresses_are_a_variable_that_must_not_be_empty(prod):
    variable = prod.content["variable"]["alarm_emails"]
    assert (variable["type"], variable["nullable"]) == ("list(string)", False)
    assert "default" not in variable
    (validation,) = variable["validation"]
    assert "length(var.alarm_emails) > 0" in validation["condition"]
    block = prod.one("aws_sns_topic_subscription", protocol="email")
    assert block["for_each"] == "${toset(var.alarm_emails)}"


def test_the_error_alarm_evaluates_a_percentage_of_a_minimum_of_requests(full):
    block = alarm(full.after, "aep-backend-staging-errors")
    assert expression(block) == "IF(requests_1 >= 20, 100 * (errors_1) / (requests_1), 0)"
    assert (block["comparison_operator"], block["threshold"]) == ("GreaterThanThreshold", 5)


def test_the_load_balancer_alarm_includes_requests_without_a_target(full):
    block = alarm(full.after, "aep-staging-load-balancer-errors")
    assert expression(block) == (
        "IF(MAX([requests, errors]) >= 20, 100 * errors / MAX([requests, errors]), 0)"
    )


def test_thresholds_are_those_of_the_settings(turned_on):
    after = turned_on(
        alarms=Alarms(
            topic_arn=TOPIC,
            error_percent=11,
            minimum_requests=12,
            latency_seconds=13,
            cpu_percent=94,
            memory_percent=95,
        )
    ).after
    thresholds = {
        kind: alarm(after, f"aep-backend-staging-{kind}")["threshold"]
        for kind in ("errors", "latency", "cpu", "memory")
    }
    assert thresholds == {"errors": 11, "latency": 13, "cpu": 94, "memory": 95}
    assert "requests_1 >= 12" in expression(alarm(after, "aep-backend-staging-errors"))
    assert "requests_1 >= 12" in expression(alarm(after, "aep-backend-staging-latency"))


def test_a_service_can_have_thresholds_of_its_own(turned_on):
    own = ServiceThresholds(latency_seconds=60, minimum_requests=3)
    after = turned_on(alarms=Alarms(topic_arn=TOPIC, services={"backend": own})).after
    thresholds = {
        service: alarm(after, f"aep-{service}-staging-latency")["threshold"]
        for service in ("frontend", "backend")
    }
    assert thresholds == {"frontend": 2, "backend": 60}
    assert "requests_1 >= 3" in expression(alarm(after, "aep-backend-staging-errors"))
    assert alarm(after, "aep-backend-staging-errors")["threshold"] == 5
    assert alarm(after, "aep-backend-staging-cpu")["threshold"] == 85


@pytest.mark.parametrize(
    ("instance_class", "connections"),
    [
        # 70 percent of LEAST(memory in bytes / 9531392, 5000).
        ("db.t4g.micro", 78),
        ("db.t4g.medium", 315),
        ("db.m7g.large", 630),
        ("db.r6gd.xlarge", 2522),
        ("db.c6gd.medium", 157),
        ("db.x2iedn.32xlarge", 3500),
    ],
)
def test_the_connection_alarm_follows_from_the_instance_class(instance_class, connections):
    database = Database.relaxed(url_secret="DATABASE_URL", instance_class=instance_class)
    hardening = Hardening.relaxed(alarms=Alarms(topic_arn=TOPIC))
    alarms = STAGING.replace(database=database, hardening=hardening).alarms
    assert alarms is not None
    assert alarms.database.connections == connections


@pytest.mark.parametrize(
    ("storage", "maximum", "free"), [(50, 200, 2), (20, 50, 1), (400, 1000, 20), (50, None, 5)]
)
def test_the_storage_alarm_is_below_the_start_of_storage_autoscaling(
    replaced, storage, maximum, free
):
    database = Database.relaxed(
        url_secret="DATABASE_URL", storage_gib=storage, maximum_storage_gib=maximum
    )
    hardening = Hardening.relaxed(alarms=Alarms(topic_arn=TOPIC))
    after = replaced(database=database, hardening=hardening).after
    assert alarm(after, "aep-staging-database-storage")["threshold"] == free * 1024**3


@pytest.mark.parametrize(
    ("node_type", "metric", "threshold"),
    [
        ("cache.t2.small", "CPUUtilization", 90),
        ("cache.t4g.small", "CPUUtilization", 45),
        ("cache.m7g.large", "CPUUtilization", 45),
        ("cache.m7g.xlarge", "EngineCPUUtilization", 90),
    ],
)
def test_the_cpu_alarm_of_a_cache_with_few_cores_is_on_the_whole_node(
    replaced, node_type, metric, threshold
):
    document = replaced(
        cache=Cache.relaxed(url_secret="REDIS_URL", node_type=node_type),
        hardening=Hardening.relaxed(alarms=Alarms(topic_arn=TOPIC)),
    ).after
    found = alarm(document, "aep-staging-cache-cpu")
    assert (found["metric_name"], found["threshold"]) == (metric, threshold)
    assert f"above {threshold} %" in found["alarm_description"]


def test_explicit_thresholds_of_a_database_win():
    thresholds = DatabaseThresholds(connections=40, free_storage_gib=9)
    alarms = Alarms(topic_arn=TOPIC, database=thresholds)
    database = Database.relaxed(url_secret="DATABASE_URL")
    environment = STAGING.replace(database=database, hardening=Hardening.relaxed(alarms=alarms))
    assert environment.alarms == alarms


def test_without_container_insights_the_task_alarm_uses_healthy_targets(full):
    block = alarm(full.after, "aep-backend-staging-tasks")
    assert block["metric_name"] == "HealthyHostCount"
    assert (block["comparison_operator"], block["threshold"]) == ("LessThanThreshold", 1)


def test_the_task_alarm_respects_the_smallest_scheduled_minimum(turned_on):
    night = ScheduledAction(name="night", cron="0 20 * * ? *", min_capacity=1, max_capacity=6)
    day = ScheduledAction(name="day", cron="0 6 * * ? *", min_capacity=3, max_capacity=6)
    after = turned_on(
        alarms=Alarms(topic_arn=TOPIC),
        autoscaling=Autoscaling(min_capacity=3, max_capacity=6, schedules=(night, day)),
    ).after
    block = alarm(after, "aep-backend-staging-tasks")
    assert (block["metric_name"], block["threshold"]) == ("HealthyHostCount", 1)


def test_with_container_insights_the_task_alarm_counts_tasks(prod):
    block = alarm(prod, "aep-backend-prod-tasks")
    assert expression(block) == "desired - running"
    counted = {q["metric"]["metric_name"] for q in block["metric_query"] if "metric" in q}
    assert counted == {"RunningTaskCount", "DesiredTaskCount"}


def test_a_log_pattern_alarm_filters_the_log_of_its_service(full):
    counted = full.after.one("aws_cloudwatch_log_metric_filter")
    assert counted["log_group_name"] == "${aws_cloudwatch_log_group.backend_log_group.name}"
    assert counted["pattern"] == '{ $.event = "rejected" }'
    transformation = counted["metric_transformation"]
    block = alarm(full.after, "aep-staging-budget-rejections")
    assert (block["namespace"], block["metric_name"]) == (
        transformation["namespace"],
        transformation["name"],
    )
    assert (block["threshold"], block["period"], block["statistic"]) == (7, 300, "Sum")


def test_no_alarm_depends_on_a_service(full):
    text = json.dumps([dict(block.body) for block in full.after.all(ALARM)])
    assert "aws_ecs_service" not in text
    assert "aws_ecs_cluster" not in text


def test_the_dashboard_shows_the_region_and_a_title_in_every_graph(full):
    for widget in widgets(full.after):
        assert widget["properties"]["title"]
        if widget["type"] == "metric":
            assert widget["properties"]["region"] == "us-east-1"


@pytest.mark.parametrize("fixture", ["full", "dashboard"])
def test_widgets_fill_the_page_and_do_not_overlap(request, fixture):
    taken = set()
    for widget in widgets(request.getfixturevalue(fixture).after):
        cells = {
            (x, y)
            for x in range(widget["x"], widget["x"] + widget["width"])
            for y in range(widget["y"], widget["y"] + widget["height"])
        }
        assert not taken & cells
        taken |= cells
    assert {x for x, _ in taken} == set(range(24))
    assert len(taken) == 24 * (1 + max(y for _, y in taken))


def test_the_dashboard_shows_alarms_and_log_patterns_only_with_alarms(full, dashboard):
    assert {"Alarms", "Budget rejections a minute"} <= set(titles(full.after))
    assert not {"Alarms", "Budget rejections a minute"} & set(titles(dashboard.after))
    (state,) = [w for w in widgets(full.after) if w["type"] == "alarm"]
    assert len(state["properties"]["alarms"]) == len(full.after.all(ALARM))


def test_the_dashboard_shows_each_service(dashboard):
    shown = titles(dashboard.after)
    for service in ("frontend", "backend"):
        assert [title for title in shown if title.startswith(f"{service}:")] == [
            f"{service}: targets",
            f"{service}: CPU and memory (%)",
            f"{service}: requests and errors a minute",
            f"{service}: response time (s)",
        ]


def test_staging_has_neither_alarms_nor_a_dashboard(staging):
    assert not staging.all(ALARM)
    assert not staging.all("aws_cloudwatch_dashboard")
    assert STAGING.hardening == Hardening.relaxed()


def test_log_pattern_alarms_can_have_any_free_names(turned_on):
    names = ("data", "topic", "load-refusals")
    custom = tuple(BUDGET.replace(name=name) for name in names)
    built = turned_on(alarms=Alarms(emails=("a@navralabs.com",), custom=custom)).after
    alarms = {block["alarm_name"] for block in built.all(ALARM)}
    filters = {block["name"] for block in built.all("aws_cloudwatch_log_metric_filter")}
    assert filters == {f"aep-staging-{name}" for name in names}
    assert filters <= alarms
