"""An example environment: the catalogue of a public library, with four services."""

import navra_stacks as navra

LOANS = navra.Secret(name="LOANS_DATABASE_URL")
SMTP = navra.Secret(name="SMTP_PASSWORD")


def service(name: str, *, health: str | None = None, **container: object) -> navra.Service:
    image = navra.EcrImage(repository=f"catalogue/{name}")
    return navra.Service(
        name=name,
        cpu=256,
        memory=512,
        container=navra.Container(image=image, **container),
        health_check=navra.HealthCheck(path=health) if health else None,
    )


CATALOGUE = navra.Environment(
    project="catalogue",
    name="main",
    account="444455556666",
    region="eu-west-1",
    network=navra.ExistingVpc(
        vpc_id="vpc-0c47a1090e0000001",
        public_subnet_ids=("subnet-0c47a1090e000000a", "subnet-0c47a1090e000000b"),
    ),
    domain=navra.Domain(host="catalogue.library.example", zone="library.example"),
    services=(
        service("site", port=3000, health="/"),
        service("search", port=9200, health="/ready"),
        service("loans", port=8080, health="/health", secrets=(LOANS.name,)),
        service("mailer", secrets=(SMTP.name, LOANS.name)),
    ),
    routing=navra.Routing(
        default="site",
        routes=(
            navra.Route(priority=10, paths=("/search", "/search/*"), service="search"),
            navra.Route(priority=20, paths=("/loans/*",), service="loans"),
        ),
    ),
    secrets=(LOANS, SMTP),
    logs=navra.Logs(group_prefix="/catalogue", retention_days=30),
)
