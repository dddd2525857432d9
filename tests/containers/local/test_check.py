"""A check of both environments of this repository, as in CI."""

from __future__ import annotations

import pytest

from tests.containers.local.conftest import SECRETS, Start
from tests.support.container_engine.engine import Engine


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_the_result_in_json_has_the_status_and_the_faults_of_each_service(
    engine: Engine, start: Start, environment: str
) -> None:
    command = start(environment, "--check", "--json", "--keep-alive-seconds=6")
    status = command.wait()
    services = {one["service"]: one for one in command.result["services"]}
    assert {name: one["status"] for name, one in services.items()} == {
        "backend": "healthy",
        "frontend": "healthy",
    }
    faults = [fault["kind"] for one in services.values() for fault in one["faults"]]
    # Uvicorn closes idle connections after five seconds, unless its setting is raised.
    assert faults == (["keep-alive"] if environment == "staging" else [])
    assert status == (1 if environment == "staging" else 0)
    assert not [value for value in SECRETS.values() if value in command.output]
    assert engine.objects() == {}
