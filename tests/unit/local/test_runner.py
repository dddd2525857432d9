"""A whole run without containers: order, values of secrets, and what is left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.local import service_run
from navra_stacks.local.application import Application
from navra_stacks.local.engine import EngineError, Image
from navra_stacks.local.runner import LocalOptions, LocalRun
from navra_stacks.local.secrets.secrets_file import SecretsFile
from navra_stacks.local.verdict import LocalResult
from tests.support.document_builder import document
from tests.unit.local.fake_engine import FakeEngine

VALUE = "s3cret-value-of-the-key"
KEY = {
    "name": "API_KEY",
    "valueFrom": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:app/key-AbCdEf",
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_run, "_RUNNING_SECONDS", 0.2)
    monkeypatch.setattr(service_run, "ended_for_memory", lambda container: False)


def application(*containers: Mapping[str, Any]) -> Application:
    definition = "aws_ecs_task_definition.web"
    body = {"family": "web", "container_definitions": json.dumps(containers)}
    service = {"name": "web", "task_definition": f"${{{definition}.arn}}"}
    return Application(document({definition: body, "aws_ecs_service.web": service}), "shop-qa")


class Images(FakeEngine):
    """An engine that has every image."""

    def image(self, reference: str) -> Any:
        return Image("X86_64", "")


def run(engine: FakeEngine, found: Application, **options: Any) -> tuple[LocalResult, list[str]]:
    lines: list[str] = []
    with LocalRun(found, found.services, engine, LocalOptions(**options), lines.append) as running:
        running.start()
        running.stop()
        return running.result, lines


WEB = {"name": "web", "image": "web", "secrets": [KEY]}
SECRETS = SecretsFile({"API_KEY": VALUE})


def test_a_run_that_works_leaves_nothing() -> None:
    engine = Images()
    result, lines = run(engine, application(WEB), secrets=SECRETS)
    assert result.services[0].status == "running"
    assert any("calls to AWS fail" in one for one in result.differences)
    assert engine.containers == {}
    assert lines[-1].startswith("stopping: the tasks have up to 30 s")


def test_the_values_of_secrets_are_neither_on_a_command_line_nor_in_the_output() -> None:
    engine = Images({"web": 'echo "key $API_KEY"; exit 1'})
    result, lines = run(engine, application(WEB), secrets=SECRETS)
    assert "web | key ***" in lines
    assert VALUE not in json.dumps(result.as_json())
    assert VALUE not in repr([call.arguments for call in engine.calls])
    assert VALUE not in "\n".join(lines)


def test_a_secret_without_a_value_is_a_fault_before_a_container_is_created() -> None:
    engine = Images()
    result, _ = run(engine, application(WEB))
    assert [fault.kind for fault in result.services[0].faults] == ["secret-missing"]
    assert result.services[0].status == "not started"
    assert engine.commands("create") == []


def test_an_engine_can_be_used_for_another_run() -> None:
    engine = Images()
    run(engine, application({"name": "web", "image": "web"}))
    assert engine.directory is None or engine.directory.is_dir()


def test_with_keep_the_containers_stay() -> None:
    engine = Images()
    run(engine, application({"name": "web", "image": "web"}), is_kept=True)
    assert any(name.endswith("-web.web") for name in engine.containers)
    engine.remove("container", list(engine.containers))


def test_an_error_leaves_nothing() -> None:
    engine = Images()
    engine.rejected["network"] = "no more networks"
    with pytest.raises(EngineError, match="no more networks"):
        run(engine, application({"name": "web", "image": "web"}))
    assert engine.containers == {}
