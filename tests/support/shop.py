"""A small environment of a fictitious project, with changes for a test."""

from __future__ import annotations

from typing import Any

from navra_stacks import (
    Container,
    CrossAccountZone,
    DefaultVpc,
    Domain,
    EcrImage,
    Environment,
    ExistingVpc,
    HealthCheck,
    Logs,
    OneOffTask,
    RegistryImage,
    Routing,
    S3State,
    Service,
)

MIGRATE = OneOffTask(name="migrate", command=("alembic", "upgrade", "head"))


def web(**changes: Any) -> Service:
    """Build a service that receives traffic."""
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
    """Build a small environment; by default with one service behind the load balancer."""
    # A host of its own for each environment; an invalid name does not result in an invalid host.
    host = f"{str(changes.get('name', 'qa')).replace('_', '-')}.shop.example"
    settings: dict[str, Any] = {
        "project": "shop",
        "name": "qa",
        "account": "111122223333",
        "region": "eu-west-1",
        "network": DefaultVpc(availability_zones=("eu-west-1a", "eu-west-1b")),
        "domain": Domain(host=host, zone="shop.example"),
        "services": services or (web(),),
        "routing": Routing(default="web"),
        "logs": Logs(group_prefix="/ecs", retention_days=30),
    }
    return Environment(**(settings | changes))


AWKWARD = 'say "hi" to ${HOME} and %{name}: \\d{3}\t| \\" | {"a": ["}"]}\nand so on'
"""A string with all characters and sequences that must be escaped in HCL."""

AWKWARD_SHOP = shop(
    web(
        container=web_container(
            image=EcrImage(repository="shop/web"),
            environment={"GREETING": AWKWARD, "ZIP": "01234"},
            command=("sh", "-c", "echo \"$0\" \\ 'x'"),
        )
    ),
    network=ExistingVpc(
        vpc_id="vpc-0a1b2c3d", public_subnet_ids=("subnet-0a0a0a0a", "subnet-0b0b0b0b")
    ),
    domain=Domain(
        host="qa.shop.example",
        zone="shop.example",
        hosted_zone=CrossAccountZone(role_arn="arn:aws:iam::444455556666:role/dns"),
    ),
    state=S3State(bucket="shop-terraform-state"),
    tags={"Cost Center": "12", "Owner": "team@shop.example"},
)
"""An environment with strings to escape, an existing VPC, a hosted zone in another account, and its
state in an S3 bucket.
"""
