"""Environments that use most of the library, for `prepare.py`."""

from typing import Any

from navra_stacks import (
    Alarms,
    Cache,
    Container,
    Database,
    DefaultVpc,
    DelegatedZone,
    Deployment,
    Domain,
    EcrImage,
    EcrRepositories,
    Environment,
    GitHubDeployRole,
    GitHubWorkflows,
    Hardening,
    HealthCheck,
    LogPatternAlarm,
    Logs,
    OneOffTask,
    PrivateVpc,
    RegistryImage,
    Route,
    Routing,
    S3State,
    Secret,
    Service,
    Waf,
    WafException,
)

__all__ = ["ENVIRONMENTS"]

SECRETS = ("TOKEN", "DATABASE_URL", "REDIS_URL")


def service(name: str, image: RegistryImage | EcrImage, *secrets: str, **changes: Any) -> Service:
    """Return a service with a one-off task, and a container with a read-only file system."""
    return Service(
        name=name,
        container=Container(
            image=image,
            port=8080,
            user="1000",
            read_only_root=True,
            writable_paths=("/tmp",),
            secrets=secrets,
        ),
        health_check=HealthCheck(path="/up"),
        cpu=512,
        memory=1024,
        desired_count=2,
        one_off_tasks=(OneOffTask(name="migrate", command=("migrate",)),),
        **changes,
    )


def environment(name: str, **changes: Any) -> Environment:
    """Return an environment with two services."""
    settings: dict[str, Any] = {
        "project": "sample",
        "name": name,
        "account": None,
        "region": "eu-west-1",
        "network": DefaultVpc(availability_zones=("eu-west-1a", "eu-west-1b")),
        "domain": Domain(host=f"{name}.sample.example", zone="sample.example"),
        "services": tuple(
            service(
                name, RegistryImage(repository=f"public.ecr.aws/sample/{name}", tag="1"), "TOKEN"
            )
            for name in ("web", "api")
        ),
        "routing": Routing(
            default="web", routes=(Route(priority=1, paths=("/api/*",), service="api"),)
        ),
        "secrets": (Secret(name="TOKEN"),),
        "logs": Logs(group_prefix="/ecs", retention_days=30),
    }
    return Environment(**settings | changes)


ENVIRONMENTS = [
    environment("plain"),
    environment(
        "hardened",
        network=PrivateVpc(
            cidr="10.0.0.0/16", availability_zones=("eu-west-1a", "eu-west-1b"), nat="per_az"
        ),
        domain=Domain(
            host="hardened.sample.example",
            zone="hardened.sample.example",
            hosted_zone=DelegatedZone(parent="sample.example"),
        ),
        services=tuple(
            service(
                name,
                EcrImage(repository=f"sample-{name}", tag="1"),
                *secrets,
                deployment=Deployment.blue_green(bake_minutes=10),
                deployed_by="pipeline",
            )
            for name, secrets in (("web", ()), ("api", SECRETS))
        ),
        secrets=tuple(Secret(name=name, managed=True) for name in SECRETS),
        database=Database.production(url_secret="DATABASE_URL", name="sample", username="sample"),
        cache=Cache.production(url_secret="REDIS_URL"),
        hardening=Hardening.production(
            alarms=Alarms(
                emails=None,
                custom=(
                    LogPatternAlarm(
                        name="errors", service="api", pattern='"ERROR"', per_five_minutes=10
                    ),
                ),
            ),
            waf=Waf(
                body_size_exceptions=("/api/",),
                exceptions=(WafException(rules=("CrossSiteScripting_BODY",), paths=("/api/",)),),
            ),
        ),
        registry=EcrRepositories(),
        delivery=GitHubDeployRole(
            repository="sample/application",
            owner_id=1,
            repository_id=2,
            github_environment="hardened",
            creates_provider=True,
            push_workflows=(GitHubWorkflows(github_environment="hardened"),),
        ),
        state=S3State(bucket="sample-terraform", bootstrapped=True),
    ),
]
