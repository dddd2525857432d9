"""A shop with three services: web by default, api for /api/*, and a worker without traffic."""

import navra_stacks as navra

DATABASE = navra.Secret(name="DATABASE_URL")  # in Secrets Manager: shop/live/DATABASE_URL
SUBNETS = ("subnet-0a0a0a0a", "subnet-0b0b0b0b")
API = navra.Route(priority=1, paths=("/api/*",), service="api")


def service(name: str, port: int | None, health: str | None, *secrets: str) -> navra.Service:
    image = navra.EcrImage(repository=f"shop/{name}")
    container = navra.Container(image=image, port=port, secrets=secrets)
    check = navra.HealthCheck(path=health) if health else None
    return navra.Service(name=name, cpu=256, memory=512, container=container, health_check=check)


SHOP = navra.Environment(
    project="shop",
    name="live",
    account="111122223333",
    region="eu-central-1",
    network=navra.ExistingVpc(vpc_id="vpc-0a1b2c3d", public_subnet_ids=SUBNETS),
    domain=navra.Domain(host="shop.example.com", zone="example.com"),
    services=(
        service("web", 3000, "/"),
        service("api", 8080, "/api/health", DATABASE.name),
        service("worker", None, None, DATABASE.name),
    ),
    routing=navra.Routing(default="web", routes=(API,)),
    secrets=(DATABASE,),
    logs=navra.Logs(group_prefix="/ecs", retention_days=90),
    state=navra.S3State(bucket="shop-terraform-state"),
)

if __name__ == "__main__":
    navra.synthesize([SHOP])
