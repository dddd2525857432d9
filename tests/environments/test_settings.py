"""The committed environments are valid, and the same in every process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from environments import ENVIRONMENTS
from environments.prod import PROD
from environments.staging import STAGING
from navra_stacks import Environment

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "environment", ENVIRONMENTS, ids=lambda environment: environment.names.stack
)
def test_every_committed_environment_is_valid(environment: Environment) -> None:
    assert environment.replace() == environment
    assert environment.problems() == ()


def test_environments_are_in_the_order_in_which_changes_reach_them() -> None:
    assert [environment.name for environment in ENVIRONMENTS] == ["staging", "prod"]


def test_only_prod_has_unknown_settings() -> None:
    assert STAGING.unknown_settings == ()
    assert PROD.unknown_settings == (
        "account",
        "hardening.alarms.emails",
        "delivery.repository",
    )


@pytest.mark.parametrize("path", ["/api/agents", "/health/live", "/health/ready"])
def test_paths_of_the_backend_are_resolved_to_the_backend(path: str) -> None:
    assert STAGING.routing.resolve(path).service == "backend"


@pytest.mark.parametrize("path", ["/", "/index.html", "/health", "/apis"])
def test_all_other_paths_are_resolved_to_the_frontend(path: str) -> None:
    assert STAGING.routing.resolve(path).service == "frontend"


DUMP = """
import sys
from environments import ENVIRONMENTS
print(*sys.modules, file=sys.stderr)
from navra_stacks import SettingsError
from tests.support.invalid_environment import build_invalid_environment
print(*ENVIRONMENTS, *(environment.model_dump_json() for environment in ENVIRONMENTS), sep="\\n")
try:
    build_invalid_environment()
except SettingsError as error:
    print(error)
"""

Process = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def processes() -> list[Process]:
    """Two processes with different hash seeds that print the settings and the loaded modules."""
    return [
        subprocess.run(
            [sys.executable, "-c", DUMP],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'lib'}:{ROOT}"},
            check=True,
            capture_output=True,
            text=True,
        )
        for seed in ("1", "4711")
    ]


def test_settings_and_messages_do_not_depend_on_the_hash_seed(processes: list[Process]) -> None:
    (output,) = {process.stdout for process in processes}
    assert "19 problems" in output


def test_importing_environments_does_not_load_cdktf_or_jsii(processes: list[Process]) -> None:
    for process in processes:
        loaded = set(process.stderr.split())
        assert "environments" in loaded
        assert not {"cdktf", "jsii", "constructs", "cdktf_cdktf_provider_aws", "boto3"} & loaded
