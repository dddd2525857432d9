"""The committed environments obey the rules, and are the same wherever they are read."""

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


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=lambda one: one.names.stack)
def test_a_committed_environment_obeys_every_rule(environment: Environment) -> None:
    assert environment.replace() == environment
    assert environment.problems() == ()


def test_the_environments_come_in_the_order_in_which_a_change_reaches_them() -> None:
    assert [environment.name for environment in ENVIRONMENTS] == ["staging", "prod"]


def test_staging_is_known_completely_and_prod_lacks_what_nobody_could_know_yet() -> None:
    assert STAGING.still_to_fill_in == ()
    assert PROD.still_to_fill_in == (
        "account",
        "hardening.alarms.emails",
        "delivery.repository",
    )


@pytest.mark.parametrize("path", ["/api/agents", "/health/live", "/health/ready"])
def test_the_backend_answers_its_paths(path: str) -> None:
    assert STAGING.routing.resolve(path).service == "backend"


@pytest.mark.parametrize("path", ["/", "/index.html", "/health", "/apis"])
def test_the_frontend_answers_everything_else(path: str) -> None:
    assert STAGING.routing.resolve(path).service == "frontend"


DUMP = """
import sys
from environments import ENVIRONMENTS
print(*sys.modules, file=sys.stderr)
from navra_stacks import SettingsError
from tests.support.faulty_environment import full_of_mistakes
print(*ENVIRONMENTS, *(environment.model_dump_json() for environment in ENVIRONMENTS), sep="\\n")
try:
    full_of_mistakes()
except SettingsError as error:
    print(error)
"""

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def dumped() -> list[Done]:
    """What two processes with other hash seeds print, and which modules they load."""
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


def test_settings_and_messages_depend_on_no_hash_seed(dumped: list[Done]) -> None:
    (printed,) = {done.stdout for done in dumped}
    assert "19 problems" in printed


def test_describing_an_environment_starts_no_node(dumped: list[Done]) -> None:
    for done in dumped:
        loaded = set(done.stderr.split())
        assert "environments" in loaded
        assert not {"cdktf", "jsii", "constructs", "cdktf_cdktf_provider_aws", "boto3"} & loaded
