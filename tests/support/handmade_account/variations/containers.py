"""Variations of task definitions and their containers."""

from __future__ import annotations

from typing import Any

from tests.support.handmade_account.console import ACCOUNT, REGION
from tests.support.handmade_account.variations.variation import Kind, Variation

__all__ = ["EFS_VOLUME", "PASSWORD", "VARIATIONS"]

REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
SERVICES = ("frontend", "backend")
PASSWORD = "correct-horse-" + "battery-staple"


def _images(reference: str) -> dict[str, Any]:
    return {
        "containers": {
            service: {"image": f"{REGISTRY}/aep-{service}{reference}"} for service in SERVICES
        }
    }


EFS_VOLUME: dict[str, Any] = {
    "arguments": {
        "RegisterTaskDefinition": {
            "volumes": [
                {"name": "data", "efsVolumeConfiguration": {"fileSystemId": "fs-0123456789abcdef0"}}
            ]
        }
    }
}
"""A volume without the optional arguments, such as the encryption in transit."""

SIDECAR: dict[str, Any] = {
    "sidecars": {
        "backend": [
            {
                "name": "xray-daemon",
                "image": "public.ecr.aws/xray/aws-xray-daemon:3.x",
                "essential": False,
                "cpu": 32,
                "memoryReservation": 128,
                "portMappings": [{"containerPort": 2000, "hostPort": 2000, "protocol": "udp"}],
            }
        ]
    }
}

PLAIN_PASSWORD: dict[str, Any] = {
    "containers": {"frontend": {"environment": [{"name": "ADMIN_PASSWORD", "value": PASSWORD}]}}
}

VARIATIONS = (
    Variation("image tag latest", Kind.CONTAINERS, arguments=_images(":latest")),
    Variation("image by digest", Kind.CONTAINERS, arguments=_images(f"@sha256:{'5' * 64}")),
    Variation("a sidecar", Kind.CONTAINERS, arguments=SIDECAR),
    Variation("an EFS volume", Kind.CONTAINERS, arguments=EFS_VOLUME),
    Variation(
        "a plain password",
        Kind.CONTAINERS,
        arguments=PLAIN_PASSWORD,
        # The password must not be written to a file.
        not_imported=frozenset({"aws_ecs_task_definition.frontend_task_definition"}),
        registered=frozenset({"aep-frontend-staging:2"}),
    ),
)
