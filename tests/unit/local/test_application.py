"""The services of a document: names, targets, one-off tasks, host and Region."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import OneOffTask as Described
from navra_stacks.deploy.description import FILE_NAME
from navra_stacks.errors import NavraError
from navra_stacks.local.application import Application, OneOffTask
from navra_stacks.stacks.deployment_file import describe_deployment
from tests.support.document_builder import document
from tests.support.shop import MIGRATE, shop, web
from tests.support.synthesized import Build

SHOP = shop(web(one_off_tasks=(MIGRATE,)))


def blocks(
    block: str = "web", *, containers: list[dict[str, Any]] | None = None, **service: Any
) -> dict[str, Any]:
    """Return a service of another tool."""
    written = containers or [{"name": "app", "image": "nginx"}]
    definition = f"aws_ecs_task_definition.{block}"
    return {
        definition: {"family": block, "container_definitions": json.dumps(written)},
        f"aws_ecs_service.{block}": {"task_definition": f"${{{definition}.arn}}", **service},
    }


def application(resources: Mapping[str, Any], **arguments: Any) -> Application:
    return Application(document(resources, **arguments), "stack")


def written(directory: Path, build: Build) -> Path:
    path = directory / "cdk.tf.json"
    path.write_text(json.dumps(build(SHOP).content), encoding="utf-8")
    text = describe_deployment(SHOP).to_json()
    path.with_name(FILE_NAME).write_text(text, encoding="utf-8")
    return path


def test_a_document_of_this_library_has_the_names_of_its_settings(
    tmp_path: Path, build: Build
) -> None:
    found = Application.read(written(tmp_path, build), "shop-qa")
    (service,) = found.services
    assert (service.name, service.main, service.replaced) == ("web", "web", ("web",))
    assert service.service == "shop-web-qa-svc"
    assert [(one.container, one.port) for one in service.targets] == [("web", 8080)]
    assert service.targets[0].target_group.startswith("aws_lb_target_group.")
    assert [one.name for one in service.one_off_tasks] == ["migrate"]
    (migrate,) = service.one_off_tasks
    assert migrate.task.container(migrate.container).command == ("alembic", "upgrade", "head")
    assert (found.host, found.region) == ("qa.shop.example", "eu-west-1")


def test_a_description_of_another_document_is_an_error(tmp_path: Path, build: Build) -> None:
    path = written(tmp_path, build)
    other = describe_deployment(
        shop(web(one_off_tasks=(Described(name="seed", command=("seed",)),)))
    )
    path.with_name(FILE_NAME).write_text(other.to_json(), encoding="utf-8")
    with pytest.raises(NavraError, match=r"belongs to another document.*write both with"):
        Application.read(path, "shop-qa").services  # noqa: B018


def test_a_document_without_a_service_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "main.tf.json"
    path.write_text('{"resource": {"aws_sqs_queue": {"q": {}}}}', encoding="utf-8")
    with pytest.raises(NavraError, match="has no aws_ecs_service with a task definition"):
        Application.read(path, "main")


def test_a_service_of_another_tool_has_the_name_of_its_container_with_a_target() -> None:
    found = application(
        blocks(
            containers=[{"name": "proxy", "image": "envoy"}, {"name": "app", "image": "web"}],
            load_balancer=[
                {
                    "target_group_arn": "${aws_lb_target_group.web.arn}",
                    "container_name": "app",
                    "container_port": 8080,
                }
            ],
            health_check_grace_period_seconds=30,
        )
    )
    (service,) = found.services
    assert (service.name, service.main, service.grace_seconds) == ("app", "app", 30)
    assert service.replaced == ("app",)
    assert service.targets[0].target_group == "aws_lb_target_group.web"


def test_a_service_without_a_target_has_the_name_of_its_first_essential_container() -> None:
    containers: list[dict[str, Any]] = [
        {"name": "init", "image": "busybox", "essential": False},
        {"name": "worker", "image": "web"},
    ]
    (service,) = application(blocks(containers=containers)).services
    assert (service.name, service.targets) == ("worker", ())


def test_services_with_the_same_container_have_the_names_of_their_ecs_services() -> None:
    found = application({**blocks("a", name="shop-a"), **blocks("b", name="shop-b")})
    assert [one.name for one in found.services] == ["app", "shop-b"]


def test_a_task_without_an_essential_container_is_an_error_of_the_document() -> None:
    containers = [{"name": "init", "image": "busybox", "essential": False}]
    with pytest.raises(NavraError, match="essential"):
        application(blocks(containers=containers)).services  # noqa: B018


def test_a_port_that_only_an_apply_determines_is_an_error_of_the_document() -> None:
    balancer = {
        "target_group_arn": "${aws_lb_target_group.web.arn}",
        "container_name": "app",
        "container_port": "${var.port}",
    }
    with pytest.raises(NavraError, match="container_port"):
        application(blocks(load_balancer=[balancer])).services  # noqa: B018


def target(port: int, container: str = "app") -> dict[str, Any]:
    return {
        "target_group_arn": "${aws_lb_target_group.web.arn}",
        "container_name": container,
        "container_port": port,
    }


def test_the_port_of_a_target_without_a_mapping_is_a_port_of_its_container() -> None:
    containers: list[dict[str, Any]] = [
        {"name": "app", "image": "web", "portMappings": [{"containerPort": 80}]},
        {"name": "proxy", "image": "envoy", "portMappings": [{"containerPort": 9901}]},
    ]
    balancers = [target(80), target(8080), target(9901)]
    (service,) = application(blocks(containers=containers, load_balancer=balancers)).services
    ports = {one.name: one.ports for one in service.task.containers}
    assert ports == {"app": (80, 8080), "proxy": (9901,)}


def test_a_changed_task_replaces_that_of_the_same_family() -> None:
    (service,) = application(blocks()).services
    one_off = OneOffTask("migrate", "app", replace(service.task, family="migrate"), "app")
    service = replace(service, one_off_tasks=(one_off,))
    changed = service.with_task(replace(one_off.task, cpu=512))
    assert (changed.task.cpu, changed.one_off_tasks[0].task.cpu) == (None, 512)
    changed = service.with_task(replace(service.task, cpu=256))
    assert (changed.task.cpu, changed.one_off_tasks[0].task.cpu) == (256, None)


def test_selected_services_keep_the_order_of_the_document() -> None:
    found = application(
        {
            **blocks("a", containers=[{"name": "one", "image": "i"}]),
            **blocks("b", containers=[{"name": "two", "image": "i"}]),
        }
    )
    assert [one.name for one in found.select(["two", "one"])] == ["one", "two"]
    assert [one.name for one in found.select([])] == ["one", "two"]
    with pytest.raises(NavraError, match=r"has no service 'tow'; did you mean 'two'\?"):
        found.select(["tow"])
    with pytest.raises(NavraError, match="its services are one, two"):
        found.select(["zzz"])


def test_the_host_is_that_of_a_record_of_the_load_balancer() -> None:
    record = {
        "name": "shop.example",
        "alias": [{"name": "${aws_lb.main.dns_name}", "zone_id": "${aws_lb.main.zone_id}"}],
    }
    resources = {**blocks(), "aws_route53_record.a": record, "aws_lb.main": {"name": "main"}}
    assert application(resources).host == "shop.example"
    assert application(blocks()).host is None


def test_a_target_with_an_unknown_container_is_an_error_of_the_document() -> None:
    with pytest.raises(NavraError, match="has no container 'ap'; did you mean 'app'"):
        application(blocks(load_balancer=[target(80, "ap")])).services  # noqa: B018
