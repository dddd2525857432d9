"""AEP-STAGING-ARCHITECTURE.md, section 4: ECS on Fargate (and the overview of section 1)."""

import pytest

from tests.support.synthesized import Built, ref

pytestmark = pytest.mark.record(section=4)

SERVICES = {
    # service: task definition family, recorded revision, port, target group
    "aep-frontend-staging-svc": ("aep-frontend-staging", 1, 80, "aep-staging-tg-frontend"),
    "aep-backend-staging-svc": ("aep-backend-staging", 10, 8787, "aep-staging-tg-backend"),
}
FAMILIES = [(family, revision, port) for family, revision, port, _ in SERVICES.values()]


def test_the_only_cluster_is_aep_staging(staging: Built) -> None:
    assert [cluster["name"] for cluster in staging.all("aws_ecs_cluster")] == ["aep-staging"]


def test_the_services_are_frontend_and_backend(staging: Built) -> None:
    names = sorted(service["name"] for service in staging.all("aws_ecs_service"))
    assert names == sorted(SERVICES)


def test_the_task_definition_families_are_frontend_and_backend(staging: Built) -> None:
    definitions = staging.all("aws_ecs_task_definition")
    families = sorted(definition["family"] for definition in definitions)
    assert families == ["aep-backend-staging", "aep-frontend-staging"]


@pytest.mark.parametrize(("family", "revision", "_port"), FAMILIES)
def test_the_current_task_definition_revision_is_recorded(
    staging: Built, family: str, revision: int, _port: int
) -> None:
    address = staging.one("aws_ecs_task_definition", family=family).address
    assert staging.content["locals"]["recorded"][address] == f"{family}:{revision}"


@pytest.mark.parametrize(("family", "_revision", "port"), FAMILIES)
def test_a_task_has_one_container_with_the_recorded_port(
    staging: Built, family: str, _revision: int, port: int
) -> None:
    (container,) = staging.containers(family).values()
    assert container["portMappings"] == [
        {"containerPort": port, "hostPort": port, "protocol": "tcp"}
    ]


@pytest.mark.record(section=1)
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_on_fargate(staging: Built, name: str) -> None:
    service = staging.one("aws_ecs_service", name=name)
    assert service["launch_type"] == "FARGATE"
    definition = staging.referred(service["task_definition"])
    assert definition["requires_compatibilities"] == ["FARGATE"]
    assert definition["network_mode"] == "awsvpc"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_in_the_cluster(staging: Built, name: str) -> None:
    service = staging.one("aws_ecs_service", name=name)
    assert service["cluster"] == ref(staging.one("aws_ecs_cluster", name="aep-staging"))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_its_task_definition_family(staging: Built, name: str) -> None:
    service = staging.one("aws_ecs_service", name=name)
    assert staging.referred(service["task_definition"])["family"] == SERVICES[name][0]


@pytest.mark.parametrize("name", SERVICES)
def test_the_desired_count_of_a_service_is_one(staging: Built, name: str) -> None:
    assert staging.one("aws_ecs_service", name=name)["desired_count"] == 1


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_attached_to_its_target_group_only(staging: Built, name: str) -> None:
    family, _, port, target_group = SERVICES[name]
    (attachment,) = staging.one("aws_ecs_service", name=name)["load_balancer"]
    assert staging.referred(attachment["target_group_arn"])["name"] == target_group
    assert attachment["container_name"] in staging.containers(family)
    assert attachment["container_port"] == port
