"""Container definitions of the recorded services, as the console creates them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.support.handmade_account.console import ACCOUNT, REGION

__all__ = ["HOST", "SIZES", "container"]

HOST = "staging.navralabs.com"

SIZES = {
    "frontend": {"cpu": "256", "memory": "512"},
    "backend": {"cpu": "512", "memory": "1024"},
}


def container(
    service: str, port: int, image_tag: str, secrets: Mapping[str, str], log_group: str
) -> dict[str, Any]:
    """Return the container definition of a service, as the console creates it."""
    definition: dict[str, Any] = {
        "name": service,
        "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/aep-{service}:{image_tag}",
        "essential": True,
        "portMappings": [{"containerPort": port, "hostPort": port, "protocol": "tcp"}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group,
                "awslogs-region": REGION,
                "awslogs-stream-prefix": "ecs",
            },
        },
    }
    if service == "backend":
        definition["environment"] = [
            {"name": "APP_ENV", "value": "staging"},
            {"name": "BUDGET_ENFORCEMENT_MODE", "value": "strict"},
            {"name": "CORS_ORIGINS", "value": f"https://{HOST}"},
        ]
        definition["secrets"] = [{"name": name, "valueFrom": arn} for name, arn in secrets.items()]
    return definition
