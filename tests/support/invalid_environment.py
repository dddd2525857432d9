"""An environment with invalid settings at every depth."""

from navra_stacks import (
    DefaultVpc,
    Domain,
    Environment,
    HealthCheck,
    RegistryImage,
    Route,
    Routing,
    Secret,
)
from tests.support.shop import shop, web, web_container


def build_invalid_environment() -> Environment:
    """Raise a `SettingsError` with 19 problems."""
    image = RegistryImage(repository="nginx", tag="latest")
    return shop(
        web(container=web_container(port=87870, environment={"API_TOKEN": "x"}, image=image)),
        web(name="api", cpu=300, health_check=HealthCheck(path="up", timeout_seconds=15)),
        account="1234",
        domain=Domain(host="qa.shop.test", zone="shop.example"),
        network=DefaultVpc(availability_zones=("us-east-1a", "us-east-1a")),
        routing=Routing(
            default="wbe",
            routes=(
                Route(priority=0, paths=("/api/*",), service="api"),
                Route(priority=2, paths=("api", "/a b"), service="api", name="more"),
            ),
        ),
        secrets=(Secret(name="KEY"),),
        tags={"aws:x": "y"},
        existing_ids={"load_balancer_security_group": "x"},
        regoin="x",
    )
