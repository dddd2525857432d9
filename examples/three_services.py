"""A shop with three services: web by default, api for /api/*, and a worker without traffic."""

import navra_stacks as navra

DATABASE = navra.Secret(name="DATABASE_URL")  # in Secrets Manager: shop/live/DATABASE_URL
SUBNETS = ("subnet-0a0a0a0a", "subnet-0b0b0b0b")
API = navra.Route(priority=1, paths=("/api/*",), service="api")


def service(name: str, *, health: str | None = None, **container: object) -> navra.Service:
    return navra.Service(
        name=name,
        cpu=256,
        memory=512,
        container=navra.Container(image=navra.EcrImage(repository=f"shop/{name}"), **container),
        health_check=navra.HealthCheck(path=health) if health else None,
    )


SHOP = navra.Environment(
    project="shop",
    name="live",
    account="111122223333",
    region="eu-central-1",
    network=navra.ExistingVpc(vpc_id="vpc-0a1b2c3d", public_subnet_ids=SUBNETS),
    domain=navra.Domain(host="shop.example.com", zone="example.com"),
    services=(
        service("web", port=3000, health="/"),
        service("api", port=8080, health="/api/health", secrets=(DATABASE.name,)),
        service("worker", secrets=(DATABASE.name,)),
    ),
    routing=navra.Routing(default="web", routes=(API,)),
    secrets=(DATABASE,),
    logs=navra.Logs(group_prefix="/ecs", retention_days=90),
    state=navra.S3State(bucket="shop-terraform-state"),
)

if __name__ == "__main__":
    navra.synthesize([SHOP])
