"""Sidecars and IAM permissions of a service."""

from __future__ import annotations

import json

import pytest

from environments.staging import STAGING
from navra_stacks import FireLens, IamPermission, OpenTelemetryCollector

COLLECTOR = OpenTelemetryCollector(tag="v0.43.3")
ROUTER = FireLens(tag="2.32.5", options={"Name": "kinesis_firehose", "delivery_stream": "logs"})
READS = IamPermission(actions=("s3:GetObject",), resources=("arn:aws:s3:::reports/*",))


def with_backend(**changes):
    backend = STAGING.service("backend").replace(**changes)
    return {"services": (STAGING.service("frontend"), backend)}


def definitions(document, family="aep-backend-staging"):
    task = document.one("aws_ecs_task_definition", family=family)
    return {one["name"]: one for one in json.loads(task["container_definitions"])}


@pytest.mark.parametrize(
    ("changes", "added"),
    [
        ({"telemetry": COLLECTOR}, {"aws_iam_role_policy.backend_task_policy"}),
        ({"log_router": ROUTER}, set()),
        ({"permissions": (READS,)}, {"aws_iam_role_policy.backend_task_policy"}),
    ],
)
def test_a_sidecar_changes_the_task_definition_of_its_service_only(replaced, changes, added):
    change = replaced(**with_backend(**changes))
    assert (change.added, change.removed) == (added, set())
    own = {"aws_ecs_task_definition.backend_task_definition", "aws_ecs_service.backend_service"}
    assert change.changed <= own


def test_the_collector_is_a_non_essential_container(replaced):
    document = replaced(**with_backend(telemetry=COLLECTOR)).after
    collector = definitions(document)["otel-collector"]
    assert collector["image"] == "public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3"
    assert collector["command"] == ["--config=/etc/ecs/ecs-default-config.yaml"]
    assert collector["essential"] is False
    assert collector["logConfiguration"]["logDriver"] == "awslogs"


def test_the_task_role_allows_the_collector_traces_and_one_log_group(replaced):
    document = replaced(**with_backend(telemetry=COLLECTOR)).after
    traces, metrics = json.loads(document.one("aws_iam_role_policy", name="work")["policy"])[
        "Statement"
    ]
    assert all(action.startswith("xray:") for action in traces["Action"])
    group = "arn:aws:logs:us-east-1:625847798833:log-group:/aws/ecs/application/metrics"
    assert metrics["Resource"] == [group, f"{group}:*"]


def test_the_log_router_receives_all_logs_but_its_own(replaced):
    containers = definitions(replaced(**with_backend(log_router=ROUTER)).after)
    assert containers["backend"]["logConfiguration"] == {
        "logDriver": "awsfirelens",
        "options": {"Name": "kinesis_firehose", "delivery_stream": "logs"},
    }
    assert containers["log-router"]["firelensConfiguration"]["type"] == "fluentbit"
    assert containers["log-router"]["logConfiguration"]["logDriver"] == "awslogs"


def test_a_service_depends_on_the_policy_of_its_permissions(replaced):
    document = replaced(**with_backend(permissions=(READS,))).after
    policy = document.one("aws_iam_role_policy", name="work")
    assert json.loads(policy["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::reports/*"],
        }
    ]
    assert policy["role"] == "${aws_iam_role.backend_task_role.name}"
    service = document.one("aws_ecs_service", name="aep-backend-staging-svc")
    assert "aws_iam_role_policy.backend_task_policy" in service["depends_on"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            IamPermission(actions=("s3:*",), resources=("arn:aws:s3:::reports/*",)),
            "actions: 's3:*' is not a valid name of a single IAM action; write each action in "
            "full, without "
            "wildcards, for example 's3:GetObject'",
        ),
        (
            IamPermission(actions=("s3:GetObject",), resources=("*",)),
            "resources: '*' is not a valid ARN; write the ARN in full, for example "
            "'arn:aws:s3:::reports/*'",
        ),
        (
            IamPermission(actions=("sqs:SendMessage",), resources=("arn:aws:sqs:us-east-1:1:*",)),
            "resources: 'arn:aws:sqs:us-east-1:1:*' matches every resource; list specific "
            "resources",
        ),
        (
            FireLens(tag="2.32.5", options={"region": "us-east-1"}),
            "options: has no 'Name', so there is no output plugin; set 'Name' to an output "
            "plugin, for example 'cloudwatch_logs' or "
            "'kinesis_firehose'",
        ),
        (
            OpenTelemetryCollector(tag="latest"),
            "tag: 'latest' is not allowed, because the image can change without a deployment; "
            "use the tag of a specific version",
        ),
    ],
)
def test_an_invalid_sidecar_is_refused(settings, message):
    assert [str(problem) for problem in settings.problems()] == [message]
