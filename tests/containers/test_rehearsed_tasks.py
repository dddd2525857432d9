"""The tasks of an applied environment run in the engine, against the emulated AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.local.dialects import DIALECTS
from navra_stacks.local.engine import Engine
from navra_stacks.local.options import LocalOptions
from navra_stacks.rehearsal.applied_tasks import AppliedTasks
from navra_stacks.rehearsal.runner import rehearse
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.json_syntax import parse
from tests.support.container_engine import engine as tests_engine
from tests.support.local_images.images import LocalImages


def document() -> dict[str, Any]:
    """Return the document of another team, with a name that only Terraform knows."""
    container = {
        "name": "web",
        "image": "registry.example/web:${var.tag}",
        "portMappings": [{"containerPort": 8080}],
        "environment": [{"name": "QUEUE", "value": "${aws_sqs_queue.jobs.url}"}],
        "secrets": [{"name": "API_KEY", "valueFrom": "${aws_secretsmanager_secret.key.arn}"}],
        "user": "1000",
        "linuxParameters": {"initProcessEnabled": True},
    }
    return {
        "provider": {"aws": {"region": "eu-west-1"}},
        "variable": {"tag": {"type": "string"}},
        "data": {
            "aws_vpc": {"default": {"default": True}},
            "aws_subnets": {
                "all": {"filter": {"name": "vpc-id", "values": ["${data.aws_vpc.default.id}"]}}
            },
        },
        "resource": {
            "aws_sqs_queue": {"jobs": {"name": "jobs"}},
            "aws_secretsmanager_secret": {"key": {"name": "shop/API_KEY"}},
            "aws_secretsmanager_secret_version": {
                "key": {
                    "secret_id": "${aws_secretsmanager_secret.key.id}",
                    "secret_string": "value-of-the-secret",
                }
            },
            "aws_ecs_cluster": {"main": {"name": "shop"}},
            "aws_ecs_task_definition": {
                "web": {
                    "family": "web",
                    "cpu": "256",
                    "memory": "512",
                    "network_mode": "awsvpc",
                    "requires_compatibilities": ["FARGATE"],
                    "container_definitions": json.dumps([container]),
                }
            },
            "aws_lb": {
                "main": {
                    "name": "shop",
                    "load_balancer_type": "application",
                    "subnets": "${data.aws_subnets.all.ids}",
                }
            },
            "aws_lb_target_group": {
                "web": {
                    "name": "web",
                    "port": 8080,
                    "protocol": "HTTP",
                    "target_type": "ip",
                    "vpc_id": "${data.aws_vpc.default.id}",
                    "health_check": {"path": "/up", "interval": 15, "unhealthy_threshold": 3},
                }
            },
            "aws_lb_listener": {
                "http": {
                    "load_balancer_arn": "${aws_lb.main.arn}",
                    "port": 80,
                    "protocol": "HTTP",
                    "default_action": {
                        "type": "forward",
                        "target_group_arn": "${aws_lb_target_group.web.arn}",
                    },
                }
            },
            "aws_ecs_service": {
                "web": {
                    "name": "web",
                    "cluster": "${aws_ecs_cluster.main.arn}",
                    "task_definition": "${aws_ecs_task_definition.web.arn}",
                    "launch_type": "FARGATE",
                    "desired_count": 1,
                    "network_configuration": {"subnets": "${data.aws_subnets.all.ids}"},
                    "load_balancer": {
                        "target_group_arn": "${aws_lb_target_group.web.arn}",
                        "container_name": "web",
                        "container_port": 8080,
                    },
                    "depends_on": ["aws_lb_listener.http"],
                }
            },
        },
    }


def test_the_tasks_of_an_applied_environment_answer_a_request_through_each_route(
    engine: tests_engine.Engine,
    local_images: LocalImages,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    installed: tuple[Terraform, Provider],
) -> None:
    terraform, provider = installed
    for name, value in engine.environment.items():
        monkeypatch.setenv(name, value)
    lines: list[str] = []
    result = rehearse(
        parse(json.dumps(document())),
        terraform=terraform,
        provider=provider,
        directory=tmp_path / "terraform",
        stack="shop",
        tasks=AppliedTasks(
            Engine("podman", DIALECTS["podman"]),
            LocalOptions(
                images={"web": local_images["keep-alive-control-open"]},
                keep_alive_seconds=0,
            ),
        ),
        on_progress=lines.append,
    )
    assert result.failure == ""
    assert result.tasks is not None
    (service,) = result.tasks["services"]
    assert (service["service"], service["status"], service["faults"]) == ("web", "healthy", [])
    (route,) = result.tasks["routes"]
    assert (route["method"], route["path"], route["service"], route["status"]) == (
        "GET",
        "/",
        "web",
        200,
    )
    # The emulator has the value of the secret, and the state the URL of the queue.
    assert not any("QUEUE" in one for one in result.tasks["differences"])
    assert result.passed
    assert "tasks" in [phase.name for phase in result.phases]
    assert not [line for line in lines if "value-of-the-secret" in line]
    assert engine.objects() == {}
