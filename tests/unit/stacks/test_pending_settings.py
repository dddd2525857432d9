"""Settings that an apply does not bring into the running tasks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import (
    Autoscaling,
    Container,
    EcrImage,
    Environment,
    HealthCheck,
    ImportedResource,
    ImportInventory,
    Logs,
    OpenTelemetryCollector,
    RegistryImage,
    Secret,
    SettingsError,
    Synthesized,
    WebStack,
    synthesize,
)
from tests.support.shop import shop, web, web_container
from tests.support.shop_inventory import HEAD, TASK

Again = Callable[[Environment], Synthesized]


@pytest.fixture
def again(tmp_path: Path) -> Again:
    """Synthesize an environment over the document of the previous call."""

    def synthesized(environment: Environment) -> Synthesized:
        (written,) = synthesize([environment], tmp_path)
        return written

    return synthesized


def pipeline(**changes: Any) -> Environment:
    """A shop with one service that a pipeline deploys."""
    container = {k: v for k, v in changes.items() if k in Container.model_fields}
    service = {k: v for k, v in changes.items() if k not in container}
    return shop(web(deployed_by="pipeline", container=web_container(**container), **service))


def changes(written: Synthesized) -> dict[str, tuple[Any, Any]]:
    return {
        setting.field.removeprefix("services.web."): (setting.before, setting.after)
        for setting in written.pending.settings
    }


# The document of before


@pytest.mark.parametrize(
    ("setting", "field", "before", "after"),
    [
        ({"environment": {"A": "1"}}, "container.environment.A", None, "1"),
        ({"cpu": 512, "memory": 1024}, "cpu", 256, 512),
        ({"cpu": 512, "memory": 1024}, "memory", 512, 1024),
        ({"architecture": "ARM64"}, "architecture", "X86_64", "ARM64"),
        ({"ephemeral_storage_gib": 30}, "ephemeral_storage_gib", None, 30),
        ({"command": ("serve",)}, "container.command", None, ["serve"]),
        ({"user": "1000"}, "container.user", None, "1000"),
        ({"read_only_root": True}, "container.read_only_root", None, True),
        ({"stop_timeout_seconds": 90}, "container.stop_timeout_seconds", 60, 90),
        ({"writable_paths": ("/tmp",)}, "container.writable_paths", None, ["/tmp"]),
        (
            {"sidecars": (web_container(name="agent", port=None),)},
            "sidecars.agent.name",
            None,
            "agent",
        ),
        (
            {"telemetry": OpenTelemetryCollector(tag="v0.43.3")},
            "telemetry.name",
            None,
            "otel-collector",
        ),
    ],
)
def test_a_changed_setting_of_a_pipeline_service_waits_for_a_deploy(
    again: Again, setting: dict[str, Any], field: str, before: Any, after: Any
) -> None:
    again(pipeline())
    written = again(pipeline(**setting))
    assert changes(written)[field] == (before, after)
    assert {one.reason for one in written.pending.settings} == {"deploy"}


def test_an_unchanged_service_has_no_pending_settings(again: Again) -> None:
    again(pipeline())
    assert again(pipeline()).pending == ((), ())


def test_a_setting_outside_the_tasks_is_not_pending(again: Again) -> None:
    again(pipeline())
    check = HealthCheck(path="/ready")
    assert again(pipeline(health_check=check, desired_count=2)).pending.settings == ()


def test_settings_of_a_service_that_terraform_deploys_are_not_pending(again: Again) -> None:
    again(shop())
    assert again(shop(web(cpu=512, memory=1024))).pending == ((), ())


def test_without_a_document_of_before_the_pipeline_services_are_named(again: Again) -> None:
    written = again(shop(web(deployed_by="pipeline"), web(name="worker", health_check=None)))
    assert written.pending.unknown == ("web",)
    assert written.pending.settings == ()


def test_a_service_that_is_new_in_the_document_has_no_pending_settings(again: Again) -> None:
    again(shop())
    worker = web(name="worker", health_check=None, deployed_by="pipeline")
    assert again(shop(web(), worker)).pending == ((), ())


@pytest.mark.parametrize(("count", "expected"), [(3, {"desired_count": (2, 3)}), (2, {})])
def test_a_changed_number_of_tasks_has_no_effect_with_autoscaling(
    again: Again, count: int, expected: dict[str, Any]
) -> None:
    scaling = Autoscaling(min_capacity=1, max_capacity=4, cpu_percent=60)
    again(shop(web(desired_count=2, autoscaling=scaling)))
    written = again(shop(web(desired_count=count, autoscaling=scaling)))
    assert changes(written) == expected
    assert all(one.reason == "autoscaling" for one in written.pending.settings)


# What the running revision uses

TOKEN, KEY = Secret(name="API_TOKEN"), Secret(name="SIGNING_KEY")


def agent(*secrets: Secret) -> Container:
    return web_container(name="agent", port=None, secrets=tuple(one.name for one in secrets))


def one_service(*secrets: Secret, **service: Any) -> Environment:
    names = tuple(one.name for one in secrets)
    container = web_container(secrets=names, **service.pop("container", {}))
    unused = {TOKEN, KEY} if "sidecars" in service else {*secrets}
    declared = tuple(one for one in (TOKEN, KEY) if one in unused)
    return shop(
        web(deployed_by="pipeline", container=container, **service),
        secrets=declared,
    )


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (one_service(TOKEN, KEY), one_service(KEY), "container.secrets.API_TOKEN"),
        (
            one_service(KEY, sidecars=(agent(TOKEN),)),
            one_service(KEY),
            "sidecars.agent.name",
        ),
        (
            pipeline(image=EcrImage(repository="shop/web")),
            pipeline(image=EcrImage(repository="shop/web-2")),
            "container.image",
        ),
        (
            pipeline(),
            pipeline().replace(logs=Logs(group_prefix="/other", retention_days=30)),
            "container.logConfiguration",
        ),
    ],
)
def test_a_change_that_removes_access_from_the_running_revision_is_named(
    again: Again, before: Environment, after: Environment, field: str
) -> None:
    again(before)
    written = again(after)
    assert {one.field: one.reason for one in written.pending.settings} == {
        f"services.web.{field}": "access"
    }


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (one_service(KEY), one_service(TOKEN, KEY)),
        (one_service(TOKEN, KEY), one_service(KEY, sidecars=(agent(TOKEN),))),
        (pipeline(), pipeline(image=EcrImage(repository="shop/web"))),
        (
            pipeline(image=RegistryImage(repository="public.ecr.aws/shop/web", tag="1.0")),
            pipeline(image=RegistryImage(repository="public.ecr.aws/shop/web", tag="1.1")),
        ),
    ],
)
def test_a_change_that_leaves_access_to_the_running_revision_is_not(
    again: Again, before: Environment, after: Environment
) -> None:
    again(before)
    assert {one.reason for one in again(after).pending.settings} == {"deploy"}


def test_a_credential_of_an_earlier_document_is_not_shown(again: Again) -> None:
    value = "-".join(["an", "example", "value", "7"])
    path = again(pipeline(environment={"PLAIN": value})).path
    path.write_text(path.read_text().replace("PLAIN", "DB_PASSWORD"))
    (setting,) = again(pipeline()).pending.settings
    assert setting.field.endswith("environment.DB_PASSWORD")
    assert (setting.before, setting.after) == ("(not shown)", None)


class Variable(WebStack):
    """Sets a variable to an expression with quotes."""

    def after_services(self) -> None:
        self.services["web"].container.add_environment("A", '${aws_sqs_queue.jobs["a"].url}')


def test_an_expression_with_quotes_does_not_hide_a_change(tmp_path: Path) -> None:
    synthesize([pipeline()], tmp_path, stack_class=Variable)
    (written,) = synthesize([pipeline(user="1000")], tmp_path, stack_class=Variable)
    assert changes(written) == {"container.user": (None, "1000")}
    with pytest.raises(SettingsError, match="9090 is not a port of the running revision"):
        synthesize([pipeline(port=9090)], tmp_path, stack_class=Variable)


@pytest.mark.parametrize(
    "definition",
    [
        {"portMappings": 3},
        {"portMappings": [3], "environment": [3], "mountPoints": ["/tmp"]},
        {"portMappings": [{"hostPort": 80}]},
        {"portMappings": [{"containerPort": 8080}], "secrets": ["x"], "logConfiguration": None},
    ],
)
def test_a_malformed_document_of_before_is_not_an_error(
    again: Again, definition: dict[str, Any]
) -> None:
    path = again(pipeline()).path
    document = json.loads(path.read_bytes())
    task = document["resource"]["aws_ecs_task_definition"]["web_task_definition"]
    task["container_definitions"] = json.dumps([{"name": "web", **definition}])
    path.write_text(json.dumps(document))
    assert again(pipeline()).pending.settings


# The inventory


def adopted(*services: Any, keeps: dict[str, Any]) -> Environment:
    entry = ImportedResource(id="shop-web-qa:3", keeps=keeps)
    return shop(*services, inventory=ImportInventory(**HEAD, resources={TASK: entry}))


def live(**changes: Any) -> dict[str, Any]:
    container = {
        "name": "web",
        "image": "public.ecr.aws/shop/web:1.0",
        "essential": True,
        "stopTimeout": 60,
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": {"logDriver": "awslogs"},
        "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}],
        **changes,
    }
    return {"container_definitions": [container]}


def test_a_setting_that_the_inventory_overrides_is_pending(again: Again) -> None:
    keeps = live(stopTimeout=30, environment=[{"name": "A", "value": "live"}]) | {"cpu": "1024"}
    service = web(container=web_container(environment={"A": "described"}))
    written = again(adopted(service, keeps=keeps))
    assert changes(written) == {
        "container.environment.A": ("live", "described"),
        "container.stop_timeout_seconds": (30, 60),
        "cpu": (1024, 256),
    }
    assert {one.reason for one in written.pending.settings} == {"inventory"}


def test_a_text_like_a_template_does_not_hide_a_change(again: Again) -> None:
    keeps = live(environment=[{"name": "A", "value": "${HOME}/live"}])
    service = web(container=web_container(environment={"A": "${HOME}/described"}))
    assert changes(again(adopted(service, keeps=keeps))) == {
        "container.environment.A": ("$${HOME}/live", "$${HOME}/described")
    }


def test_a_live_value_that_equals_the_settings_is_not_pending(again: Again) -> None:
    assert again(adopted(web(), keeps=live())).pending == ((), ())


# A changed port


def test_a_changed_port_of_a_pipeline_service_is_refused(again: Again) -> None:
    path = again(pipeline()).path
    before = path.read_bytes()
    with pytest.raises(SettingsError) as error:
        again(pipeline(port=9090))
    (problem,) = error.value.problems
    assert problem.field == "services.web.container.port"
    assert "9090 is not a port of the running revision" in problem.message
    assert "port 8080" in problem.message
    assert "deployed_by='terraform'" in problem.repair
    assert "has never been applied, delete it" in problem.repair
    assert path.read_bytes() == before


def test_a_port_of_a_service_that_had_none_is_refused(again: Again) -> None:
    worker = {"name": "job", "deployed_by": "pipeline"}
    again(shop(web(), web(**worker, health_check=None, container=web_container(port=None))))
    with pytest.raises(SettingsError, match="which has no port"):
        again(shop(web(), web(**worker), routing=_routing()))


def _routing() -> Any:
    from navra_stacks import Route, Routing

    return Routing(default="web", routes=(Route(priority=1, paths=("/job/*",), service="job"),))


def test_terraform_can_change_the_port(again: Again) -> None:
    again(pipeline())
    again(shop(web(container=web_container(port=9090))))
    written = again(pipeline(port=9090))  # the document of before has the new port
    assert json.loads(written.path.read_bytes())["resource"]["aws_ecs_service"]


def test_a_port_that_differs_from_the_live_one_is_refused(again: Again) -> None:
    with pytest.raises(SettingsError, match="remove `container_definitions` from the inventory"):
        again(adopted(web(container=web_container(port=9090)), keeps=live()))


def test_the_port_of_a_worker_can_change(again: Again) -> None:
    again(shop(web(), web(name="job", health_check=None, deployed_by="pipeline")))
    job = web(
        name="job", health_check=None, deployed_by="pipeline", container=web_container(port=9090)
    )
    assert changes_of(again(shop(web(), job))) == {"services.job.container.port": (8080, 9090)}


def changes_of(written: Synthesized) -> dict[str, tuple[Any, Any]]:
    return {one.field: (one.before, one.after) for one in written.pending.settings}
