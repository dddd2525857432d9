"""A shop with two services that a pipeline deploys, in an emulated account, without Terraform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from navra_stacks import DefaultVpc, EcrImage, HealthCheck, Route, Routing
from navra_stacks.account.aws_reader import AwsAccount
from navra_stacks.deploy.account import DeploymentAccount
from navra_stacks.deploy.deployment import Deployer
from navra_stacks.deploy.description import DeploymentDescription, ServiceDescription
from navra_stacks.deploy.options import Options
from navra_stacks.deploy.outcome import Outcome
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.settings.environment import Environment
from navra_stacks.stacks.deployment_file import describe_deployment
from tests.support.ecr_images import push_image, push_index
from tests.support.handmade_account.console import ACCOUNT, REGION
from tests.support.one_off_tasks import network
from tests.support.shop import MIGRATE, shop, web, web_container

__all__ = [
    "API",
    "CLUSTER",
    "SETTLING_STEPS",
    "WEB",
    "DeployedShop",
    "emulated_account",
    "environment",
]

WEB, API = "shop-web-qa-svc", "shop-api-qa-svc"
CLUSTER = "shop-qa"
SETTLING_STEPS = 20
"""More steps than a deployment of the emulator has. Each description advances it by one."""


def environment(**changes: Any) -> Environment:
    """Return the settings of the shop: `web`, and `api` with a migration."""
    services = [
        web(
            name=name,
            container=web_container(image=EcrImage(repository=f"shop-{name}")),
            deployed_by="pipeline",
            desired_count=2,
            health_check=HealthCheck(path="/up" if name == "web" else "/api/up"),
            one_off_tasks=(MIGRATE,) if name == "api" else (),
            **changes,
        )
        for name in ("web", "api")
    ]
    return shop(
        *services,
        account=ACCOUNT,
        region=REGION,
        network=DefaultVpc(availability_zones=(f"{REGION}a", f"{REGION}b")),
        routing=Routing(
            default="web", routes=(Route(priority=1, paths=("/api/*",), service="api"),)
        ),
    )


def emulated_account(
    emulator: Emulator,
    region: str,
    account_id: str | None = None,
    *,
    sleep: Callable[[float], None] = lambda _: None,
) -> DeploymentAccount:
    """Return an account of the emulator, by default without waits."""
    import boto3

    return DeploymentAccount(
        region,
        account_id=account_id,
        endpoint_url=emulator.endpoint,
        session=boto3.Session(**emulator.credentials, region_name=region),
        sleep=sleep,
    )


@dataclass
class DeployedShop:
    """The shop in an emulated account, as Terraform would have created it with the tag 1.0."""

    emulator: Emulator
    description: DeploymentDescription = field(
        default_factory=lambda: describe_deployment(environment())
    )
    lines: list[str] = field(default_factory=list)
    """The progress of all commands."""

    digests: dict[str, str] = field(default_factory=dict)
    """The digests of the pushed images, by ``repository:tag``."""

    def client(self, service: str) -> Any:
        return self.emulator.client(service, REGION)

    def build(self) -> DeployedShop:
        self.client("ecs").create_cluster(clusterName=CLUSTER)
        placement = network(self.client)
        for service in self.description.services:
            self.client("ecr").create_repository(repositoryName=service.repository)
            for tag in ("1.0", "2.0", "3.0"):
                digest = push_index(self.client, service.repository, tag, ["amd64"])
                self.digests[f"{service.repository}:{tag}"] = digest
            self.client("logs").create_log_group(logGroupName=service.log_group)
            self.apply(service)
            for task in service.one_off_tasks:
                self.apply(service, family=task.family, command=[*MIGRATE.command])
            self.create_service(service, placement)
        self.emulator.clear_recorded_calls()
        return self

    def create_service(self, service: ServiceDescription, placement: Mapping[str, Any]) -> None:
        """Create the ECS service with the newest revision, in a network configuration."""
        self.client("ecs").create_service(
            cluster=CLUSTER,
            serviceName=service.service,
            taskDefinition=service.family,
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration=placement,
            deploymentConfiguration={
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "strategy": service.strategy.upper(),
            },
        )

    def push(self, repository: str, tag: str) -> str:
        """Push an image for one architecture only, without an index."""
        return push_image(self.client, repository, tag)

    def apply(
        self,
        service: ServiceDescription,
        *,
        family: str = "",
        tag: str = "1.0",
        command: list[str] | None = None,
        **variables: str,
    ) -> str:
        """Register a revision as an apply of Terraform does, and return its name."""
        tags = self.description.revision_tags
        return self.register(
            service, family=family, tag=tag, command=command, tags=tags, **variables
        )

    def register(
        self,
        service: ServiceDescription,
        *,
        family: str = "",
        tag: str = "1.0",
        command: list[str] | None = None,
        tags: Mapping[str, str] = MappingProxyType({}),
        **variables: str,
    ) -> str:
        """Register a revision, by default without tags as by hand, and return its name."""
        options = {
            "awslogs-group": service.log_group,
            "awslogs-region": REGION,
            "awslogs-stream-prefix": service.name,
        }
        container = {
            "name": service.name,
            "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{service.repository}:{tag}",
            "environment": [{"name": key, "value": one} for key, one in variables.items()],
            "logConfiguration": {"logDriver": "awslogs", "options": options},
            **({} if command is None else {"command": command}),
        }
        registered = self.client("ecs").register_task_definition(
            family=family or service.family,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="256",
            memory="512",
            containerDefinitions=[container],
            tags=[{"key": key, "value": value} for key, value in tags.items()],
        )
        return str(registered["taskDefinition"]["taskDefinitionArn"]).rpartition("/")[2]

    @property
    def web(self) -> ServiceDescription:
        return self.description.service("web")

    @property
    def api(self) -> ServiceDescription:
        return self.description.service("api")

    def account(
        self,
        account_id: str | None = ACCOUNT,
        *,
        sleep: Callable[[float], None] = lambda _: None,
    ) -> DeploymentAccount:
        return emulated_account(self.emulator, REGION, account_id, sleep=sleep)

    def describe_web(self, **changes: Any) -> None:
        """Change the description of the service `web`."""
        services = (replace(self.web, **changes), self.api)
        self.description = replace(self.description, services=services)

    def at_line(self, prefix: str, action: Callable[[], object]) -> Callable[[str], None]:
        """Return a report that calls a function at the first line with a prefix."""
        is_waiting = True

        def report(line: str) -> None:
            nonlocal is_waiting
            self.lines.append(line)
            if is_waiting and line.startswith(prefix):
                is_waiting = False
                action()

        return report

    def deployer(
        self,
        account: AwsAccount | None = None,
        *,
        report: Callable[[str], None] | None = None,
        **options: Any,
    ) -> Deployer:
        """Return a deployer that does not wait; its clock advances by a second with each look."""
        seconds = iter(range(10**6))
        clock: Callable[[], float] = lambda: float(next(seconds))  # noqa: E731
        return Deployer(
            self.description,
            account or self.account(),
            report or self.lines.append,
            Options(poll_seconds=0, **{"clock": clock, "timeout_seconds": 60, **options}),
        )

    def deploy(self, **targets: str) -> Outcome:
        """Deploy tags: ``deploy(web="2.0")``."""
        return self.deployer().deploy(targets)

    def live(self, name: str) -> dict[str, Any]:
        """Return a service as ECS describes it, which advances its deployment by a step."""
        described = self.client("ecs").describe_services(cluster=CLUSTER, services=[name])
        (live,) = described["services"]
        return dict(live)

    def settle(self, name: str) -> None:
        """Let the deployment of a service end."""
        for _ in range(SETTLING_STEPS):
            self.live(name)

    def running(self, name: str) -> dict[str, Any]:
        """Return the task definition of a service, with its tags in `navra`."""
        found = self.client("ecs").describe_task_definition(
            taskDefinition=self.live(name)["taskDefinition"], include=["TAGS"]
        )
        tags = {tag["key"]: tag["value"] for tag in found.get("tags", ())}
        return {**found["taskDefinition"], "navra": tags}

    def image(self, name: str) -> str:
        """Return the image that a service runs, without the registry."""
        return str(self.running(name)["containerDefinitions"][0]["image"]).partition("/")[2]

    def calls(self, *operations: str) -> list[str]:
        """Return the recorded calls, by default of the operations that change something."""
        known = operations or (
            "ecs:RegisterTaskDefinition",
            "ecs:RunTask",
            "ecs:UpdateService",
            "ecs:StopServiceDeployment",
        )
        return [
            one["operation"] for one in self.emulator.recorded_calls() if one["operation"] in known
        ]
