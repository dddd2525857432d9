"""Alarms and graphs of a managed database and cache, and of a service with two target groups."""

from __future__ import annotations

import json

import pytest
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider

from navra_stacks import Alarms, DatabaseThresholds
from navra_stacks.constructs.observability.dashboard import Dashboard
from navra_stacks.constructs.observability.environment_alarms import EnvironmentAlarms
from navra_stacks.constructs.observability.metrics import MonitoredEnvironment, MonitoredService
from navra_stacks.naming import Names
from navra_stacks.terraform.document import TerraformDocument
from tests.support.environment_context import environment_context

ALARM = "aws_cloudwatch_metric_alarm"
WORKER = MonitoredService(
    name="worker", ecs_name="shop-worker-live-svc", target_groups=(), min_tasks=2
)
MONITORED = MonitoredEnvironment(
    load_balancer="app/shop-live-alb/1",
    cluster="shop-live",
    services=(
        WORKER,
        MonitoredService(
            name="web",
            ecs_name="shop-web-live-svc",
            target_groups=("targetgroup/blue/1", "targetgroup/green/2"),
            min_tasks=3,
        ),
        WORKER._replace(name="idle", ecs_name="shop-idle-live-svc", min_tasks=0),
    ),
    database="shop-live",
    cache_nodes=("shop-live-001", "shop-live-002"),
)


def synthesized(path, monitored=MONITORED):
    app = App(outdir=str(path))
    stack = TerraformStack(app, "shop")
    AwsProvider(stack, "aws", region="eu-west-1")
    env = environment_context(Names("shop", "live"), account="123456789012", region="eu-west-1")
    alarms = EnvironmentAlarms(
        stack,
        "alarms",
        settings=Alarms(
            emails=("a@example.com",),
            database=DatabaseThresholds(free_storage_gib=5, connections=80),
        ),
        monitored=monitored,
        env=env,
        log_groups={},
    )
    Dashboard(stack, "dashboard", env=env, monitored=monitored, alarms=None)
    app.synth()
    return alarms, TerraformDocument.read(path / "stacks/shop/cdk.tf.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return synthesized(tmp_path_factory.mktemp("all"))


@pytest.fixture(scope="module")
def document(made):
    return made[1]


def names(document):
    return {block["alarm_name"] for block in document.all(ALARM)}


def expression(document, name):
    queries = document.one(ALARM, alarm_name=name)["metric_query"]
    return next(query["expression"] for query in queries if query["return_data"])


@pytest.mark.parametrize(
    ("name", "metric", "operator", "threshold", "missing"),
    [
        ("database-cpu", "CPUUtilization", "GreaterThanThreshold", 90, "breaching"),
        ("database-storage", "FreeStorageSpace", "LessThanThreshold", 5 * 1024**3, "breaching"),
        ("database-memory", "FreeableMemory", "LessThanThreshold", 128 * 1024**2, "breaching"),
        ("database-connections", "DatabaseConnections", "GreaterThanThreshold", 80, "breaching"),
    ],
)
def test_a_database_has_alarms_on_capacity_and_missing_data(
    document, name, metric, operator, threshold, missing
):
    block = document.one(ALARM, alarm_name=f"shop-live-{name}")
    assert block["dimensions"] == {"DBInstanceIdentifier": "shop-live"}
    assert (block["metric_name"], block["comparison_operator"]) == (metric, operator)
    assert (block["threshold"], block["treat_missing_data"]) == (threshold, missing)


@pytest.mark.parametrize("kind", ["cpu", "memory", "evictions", "replication-lag"])
def test_cache_alarms_evaluate_the_largest_value_of_all_nodes(document, kind):
    assert expression(document, f"shop-live-cache-{kind}") == "MAX([metric_1, metric_2])"


def test_data_stores_managed_elsewhere_have_no_alarm_and_no_graph(tmp_path):
    _, document = synthesized(
        tmp_path, MONITORED._replace(database=None, cache_nodes=("only-001",))
    )
    assert not [name for name in names(document) if "database" in name]
    assert "shop-live-cache-replication-lag" not in names(document)
    body = document.one("aws_cloudwatch_dashboard")["dashboard_body"]
    assert "Database:" not in body
    assert "Cache:" in body
    assert "replication" not in body


def test_a_database_and_a_cache_are_on_the_dashboard(document):
    shown = json.loads(document.one("aws_cloudwatch_dashboard")["dashboard_body"])["widgets"]
    titles = [widget["properties"]["title"] for widget in shown]
    assert len([title for title in titles if title.startswith("Database:")]) == 4
    assert len([title for title in titles if title.startswith("Cache:")]) == 4


def test_alarms_combine_both_target_groups_of_a_service(document):
    assert expression(document, "shop-web-live-errors") == (
        "IF(requests_1 + requests_2 >= 20, "
        "100 * (errors_1 + errors_2) / (requests_1 + requests_2), 0)"
    )
    assert expression(document, "shop-web-live-latency") == (
        "IF(requests_1 + requests_2 >= 20, MAX([latency_1, latency_2]), 0)"
    )
    assert expression(document, "shop-web-live-tasks") == "SUM([metric_1, metric_2])"


def test_the_task_alarm_of_a_service_without_targets_treats_missing_data_as_breaching(document):
    block = document.one(ALARM, alarm_name="shop-worker-live-tasks")
    assert (block["metric_name"], block["threshold"]) == ("CPUUtilization", 0)
    assert block["treat_missing_data"] == "breaching"
    assert "shop-worker-live-latency" not in names(document)


def test_a_service_that_may_run_no_task_has_no_task_alarm(document):
    assert "shop-idle-live-tasks" not in names(document)
    assert "shop-idle-live-cpu" in names(document)


def test_user_facing_alarms_detect_a_bad_deployment(made):
    alarms, document = made
    assert alarms.rollback_names == {
        "worker": [],
        "web": ["shop-web-live-unhealthy-targets", "shop-web-live-errors", "shop-web-live-latency"],
        "idle": [],
    }
    assert set(alarms.rollback_names["web"]) <= names(document)
