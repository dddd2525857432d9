"""The second application on which the misconfigurations are found, and unlike the first one.

Its services are named otherwise, one of them is deployed in place, one has no traffic, it has a
single NAT gateway, another Region, and repositories with a prefix.
"""

from __future__ import annotations

from navra_stacks import (
    Alarms,
    Cache,
    Database,
    Deployment,
    EcrImage,
    EcrRepositories,
    Environment,
    GitHubDeployRole,
    Hardening,
    Logs,
    PrivateVpc,
    Route,
    Routing,
    S3State,
    Secret,
)
from tests.support.shop import shop, web, web_container

RENAMED = (
    ("openai_api_key", "payment_key"),
    ("aep_backend_repository", "shop_api_repository"),
    ("aep_backend_lifecycle", "shop_api_lifecycle"),
    ("aep-backend", "shop/api"),
    ("backend", "api"),
    ("frontend", "web"),
    ("us-east-1", "eu-west-1"),
    ("8787", "8080"),
    ("var.account_id", "local.account"),
)
"""The names of the resources of AEP, and of their equivalents in the shop."""


def hardened_shop() -> Environment:
    """Build a hardened environment of a fictitious project."""

    def container(name: str, **changes: object) -> object:
        return web_container(
            image=EcrImage(repository=f"shop/{name}"),
            user="1001",
            read_only_root=True,
            **changes,
        )

    return shop(
        web(
            name="api",
            container=container(
                "api",
                environment={"LEVEL": "info"},
                secrets=("DATABASE_URL", "REDIS_URL", "PAYMENT_KEY"),
            ),
            desired_count=2,
            deployment=Deployment.blue_green(bake_minutes=5),
            deployed_by="pipeline",
        ),
        web(container=container("web"), desired_count=2),
        web(
            name="worker",
            container=container("worker", port=None, secrets=("PAYMENT_KEY",)),
            health_check=None,
        ),
        name="live",
        network=PrivateVpc(
            cidr="10.40.0.0/16", availability_zones=("eu-west-1a", "eu-west-1b"), nat="single"
        ),
        routing=Routing(
            default="web", routes=(Route(priority=1, paths=("/api/*",), service="api"),)
        ),
        secrets=tuple(
            Secret(name=name, managed=True) for name in ("DATABASE_URL", "REDIS_URL", "PAYMENT_KEY")
        ),
        database=Database.production(
            url_secret="DATABASE_URL", driver="psycopg", name="shop", username="shop"
        ),
        cache=Cache.production(url_secret="REDIS_URL"),
        hardening=Hardening.production(alarms=Alarms(emails=("ops@shop.example",))),
        registry=EcrRepositories(),
        delivery=GitHubDeployRole(
            repository="shop/shop", github_environment="live", creates_provider=True
        ),
        logs=Logs(group_prefix="/ecs", retention_days=365),
        state=S3State(bucket="shop-terraform-state"),
    )
