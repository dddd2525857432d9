"""One-off tasks: their task definition and the command that runs them."""

from __future__ import annotations

import json

import pytest

from environments.staging import STAGING
from navra_stacks import Container, EcrImage
from tests.support.shop import MIGRATE

SIDECAR = Container(name="proxy", image=EcrImage(repository="proxy", tag="1"))


def with_backend(**changes):
    return tuple(
        one.replace(**changes) if one.name == "backend" else one for one in STAGING.services
    )


@pytest.fixture(scope="module")
def migrate(replaced):
    return replaced(services=with_backend(one_off_tasks=(MIGRATE,)))


def definitions(document, family):
    task = document.one("aws_ecs_task_definition", family=family)
    return task, json.loads(task["container_definitions"])


def test_a_one_off_task_adds_its_task_definition_only(migrate):
    assert migrate.added == {"aws_ecs_task_definition.backend_migrate_task_definition"}
    assert migrate.removed == migrate.changed == set()


def test_a_one_off_task_is_the_service_with_another_command_and_without_a_port(migrate):
    service, (container,) = definitions(migrate.after, "aep-backend-staging")
    task, (once,) = definitions(migrate.after, "aep-backend-staging-migrate")
    assert once.pop("command") == ["alembic", "upgrade", "head"]
    assert container.pop("portMappings")
    assert once == container
    for argument in ("cpu", "memory", "execution_role_arn", "task_role_arn", "runtime_platform"):
        assert task[argument] == service[argument]


def test_the_output_runs_the_task_in_the_network_of_the_service(migrate):
    output = migrate.after.content["output"]["backend_migrate_command"]["value"]
    assert output.startswith("aws ecs run-task --region us-east-1 ")
    family = "${aws_ecs_task_definition.backend_migrate_task_definition.family}"
    assert f"--task-definition {family} " in output
    assert "--cluster ${aws_ecs_cluster.cluster.name} " in output
    subnets = ",".join(
        f"${{data.aws_subnet.public_subnet_us_east_1{zone}.id}}" for zone in ("a", "b", "c")
    )
    group = "${aws_security_group.backend_security_group.id}"
    assert output.endswith(
        f"--network-configuration 'awsvpcConfiguration={{subnets=[{subnets}],"
        f"securityGroups=[{group}],assignPublicIp=ENABLED}}'"
    )


def test_the_container_of_a_one_off_task_is_essential(replaced):
    container = STAGING.service("backend").container.replace(essential=False)
    services = with_backend(container=container, one_off_tasks=(MIGRATE,), sidecars=(SIDECAR,))
    after = replaced(services=services).after
    _, (once,) = definitions(after, "aep-backend-staging-migrate")
    assert once["essential"] is True


def test_a_one_off_task_has_no_sidecars(replaced):
    change = replaced(services=with_backend(one_off_tasks=(MIGRATE,), sidecars=(SIDECAR,)))
    _, containers = definitions(change.after, "aep-backend-staging-migrate")
    assert [one["name"] for one in containers] == ["backend"]


def test_a_one_off_task_depends_on_all_that_its_tasks_need_but_not_on_traffic(prod):
    """An apply with the task definition as its target then creates what a migration needs."""
    task = prod.one("aws_ecs_task_definition", family="aep-backend-prod-migrate")
    needed = set(task["depends_on"])
    service = set(prod.one("aws_ecs_service", name="aep-backend-prod-svc")["depends_on"])
    assert service - needed == {
        "aws_iam_role_policy_attachment.backend_infrastructure_policy",
        "aws_lb_listener.https_listener",
        "aws_lb_listener_rule.api_rule",
    }
    assert needed - service == {"aws_ecs_cluster.cluster"}
    service_task = prod.one("aws_ecs_task_definition", family="aep-backend-prod")
    assert service_task.get("depends_on") is None
