"""AEP-STAGING-ARCHITECTURE.md, section 4: ECS on Fargate (and the overview of section 1)."""

import pytest

from tests.support.synthesized import Built, ref

pytestmark = pytest.mark.record(section=4)

SERVICES = {
    # service: its family, its recorded revision, its port, its target group
    "aep-frontend-staging-svc": ("aep-frontend-staging", 1, 80, "aep-staging-tg-frontend"),
    "aep-backend-staging-svc": ("aep-backend-staging", 10, 8787, "aep-staging-tg-backend"),
}
FAMILIES = [(family, revision, port) for family, revision, port, _ in SERVICES.values()]


def test_there_is_one_cluster_aep_staging(staging: Built) -> None:
    assert [cluster["name"] for cluster in staging.all("aws_ecs_cluster")] == ["aep-staging"]


def test_there_are_two_services_and_no_more(staging: Built) -> None:
    assert sorted(one["name"] for one in staging.all("aws_ecs_service")) == sorted(SERVICES)


def test_there_are_two_task_definition_families_and_no_more(staging: Built) -> None:
    families = sorted(one["family"] for one in staging.all("aws_ecs_task_definition"))
    assert families == ["aep-backend-staging", "aep-frontend-staging"]


@pytest.mark.parametrize(("family", "revision", "_port"), FAMILIES)
def test_the_current_revision_is_recorded(
    staging: Built, family: str, revision: int, _port: int
) -> None:
    address = staging.one("aws_ecs_task_definition", family=family).address
    assert staging.content["locals"]["recorded"][address] == f"{family}:{revision}"


@pytest.mark.parametrize(("family", "_revision", "port"), FAMILIES)
def test_a_task_is_one_container_that_listens_on_the_recorded_port(
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
def test_a_service_runs_its_own_family(staging: Built, name: str) -> None:
    service = staging.one("aws_ecs_service", name=name)
    assert staging.referred(service["task_definition"])["family"] == SERVICES[name][0]


@pytest.mark.parametrize("name", SERVICES)
def test_one_task_of_a_service_is_desired(staging: Built, name: str) -> None:
    assert staging.one("aws_ecs_service", name=name)["desired_count"] == 1


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_attached_to_its_target_group_alone(staging: Built, name: str) -> None:
    family, _, port, target_group = SERVICES[name]
    (attachment,) = staging.one("aws_ecs_service", name=name)["load_balancer"]
    assert staging.referred(attachment["target_group_arn"])["name"] == target_group
    assert attachment["container_name"] in staging.containers(family)
    assert attachment["container_port"] == port
