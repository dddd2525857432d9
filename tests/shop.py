"""A small environment, not of AEP, and its service, with whatever a test changes in it."""

from __future__ import annotations

from typing import Any

from navra_stacks import (
    Container,
    DefaultVpc,
    Domain,
    Environment,
    HealthCheck,
    Logs,
    RegistryImage,
    Routing,
    Service,
)


def web(**changes: Any) -> Service:
    """A service that takes traffic."""
    settings: dict[str, Any] = {
        "name": "web",
        "container": web_container(),
        "health_check": HealthCheck(path="/up"),
        "cpu": 256,
        "memory": 512,
    }
    return Service(**(settings | changes))


def web_container(**changes: Any) -> Container:
    settings: dict[str, Any] = {
        "image": RegistryImage(repository="public.ecr.aws/shop/web", tag="1.0"),
        "port": 8080,
    }
    return Container(**(settings | changes))


def shop(*services: Service, **changes: Any) -> Environment:
    """A small environment, not of AEP: one service behind the load balancer if none is given."""
    settings: dict[str, Any] = {
        "project": "shop",
        "name": "qa",
        "account": "111122223333",
        "region": "eu-west-1",
        "network": DefaultVpc(availability_zones=("eu-west-1a", "eu-west-1b")),
        "domain": Domain(host="qa.shop.example", zone="shop.example"),
        "services": services or (web(),),
        "routing": Routing(default="web"),
        "logs": Logs(group_prefix="/ecs", retention_days=30),
    }
    return Environment(**(settings | changes))
