"""Fixtures for all tests: synthesized environments, and the installed Terraform."""

from __future__ import annotations

# Imported before cdktf, so that node comes from a package and not from the machine.
import navra_stacks  # noqa: F401

# isort: split
import pytest

# Before the first import from tests.support, so that pytest explains failed assertions there too.
pytest.register_assert_rewrite("tests.support")

# isort: split
import gc
import os
import signal
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

from environments import ENVIRONMENTS
from navra_stacks import Environment
from navra_stacks.terraform.installation import (
    NotInstalledError,
    Provider,
    Terraform,
    find_terraform,
)
from tests.support.built_once import build_once
from tests.support.provider_schema import FILE as SCHEMA_FILE, load_schema, write_schema
from tests.support.provider_search import provider_on_disk
from tests.support.repository import STACKS
from tests.support.shop import shop
from tests.support.synthesized import Build, Built

pytest_plugins = [
    "tests.support.guard_command",
    "tests.support.module_directory",
    "tests.support.team_project",
]

# Terraform and its provider are Go programs with a heap of hundreds of megabytes, the schema of the
# provider. With fewer garbage collections, a command needs a fifth less processor time.
os.environ.setdefault("GOGC", "800")

MATRIX = "adoption_matrix"
"""The marker of the tests that `make test` does not run."""


def pytest_configure(config: pytest.Config) -> None:
    # A process that a shell starts in the background ignores Ctrl-C, and so do its children.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line(
        "markers", "record(section): tests a statement in this section of the architecture record"
    )
    config.addinivalue_line(
        "markers",
        "terraform: runs the real Terraform (without: make test ARGS='-m \"not terraform\"')",
    )
    config.addinivalue_line(
        "markers",
        "adoption_matrix: adopts an account with a single variation, in `make test-adoption` only",
    )
    config.addinivalue_line("markers", "containers: runs containers in a local container engine")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Many minutes: only if the expression of -m contains the marker.
    if MATRIX not in config.option.markexpr:
        selected: list[pytest.Item] = []
        matrix: list[pytest.Item] = []
        for item in items:
            (selected if item.get_closest_marker(MATRIX) is None else matrix).append(item)
        items[:] = selected
        config.hook.pytest_deselected(items=matrix)
    # The longest file, which mostly waits, runs first. The many fast tests of settings run last, so
    # that all workers are busy until the end.
    items.sort(
        key=lambda item: (
            not item.nodeid.startswith("tests/upgrades/"),
            item.nodeid.startswith("tests/unit/settings/"),
        )
    )
    for item in items:
        if "installed" in getattr(item, "fixturenames", ()):
            item.add_marker("terraform")
        if "engine" in getattr(item, "fixturenames", ()):
            item.add_marker("containers")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    # Imported modules and collected tests are never freed. Garbage collection of these objects
    # would take a third of the time until the first test.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        # Reference counting frees nearly all objects of tests, so collect less often.
        gc.set_threshold(10_000)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    # One worker runs all tests with containers: a second worker would import the images again, and
    # wait for the first one. Likewise, one worker runs all tests with an emulator: a second worker
    # would start another emulator and create the recorded account again. Not if the tests with the
    # real Terraform run too, because each of their files takes minutes.
    if config.option.dist != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    scopes = {"tests/containers/": "containers"}
    if "not terraform" in config.option.markexpr:
        scopes["tests/emulated/"] = "emulated"

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            found = (scope for start, scope in scopes.items() if nodeid.startswith(start))
            return next(found, super()._split_scope(nodeid))

    return Scheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def collect_garbage_at_the_end() -> Iterator[None]:
    """Report unclosed resources in the last test, in every worker."""
    yield
    gc.collect()
    gc.freeze()  # no further collection while the process exits


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Synthesize an environment, or ``shop(...)`` with the given settings. Results are cached."""
    cache: list[tuple[Environment, Built]] = []

    def build(environment: Environment | None = None, **settings: Any) -> Built:
        selected = shop(**settings) if environment is None else environment
        for cached, built in cache:
            if cached == selected:
                return built
        from navra_stacks import synthesize  # starts node, so only if necessary

        (synthesized,) = synthesize([selected], tmp_path_factory.mktemp("cdktf"))
        cache.append((selected, Built.at(synthesized.path)))
        return cache[-1][1]

    return build


@pytest.fixture(scope="session")
def documents(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Mapping[str, Built]:
    """The stacks of the committed environments, synthesized by the first worker that needs them."""

    def write(out: Path) -> None:
        from navra_stacks import synthesize

        synthesize(ENVIRONMENTS, out)

    out = build_once("environments", write, tmp_path_factory, request)
    return {stack: Built.at(out / "stacks" / stack / "cdk.tf.json") for stack in STACKS}


@pytest.fixture(scope="session")
def installed(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> tuple[Terraform, Provider]:
    """The machine's Terraform and AWS provider. Skips the test if one is missing.

    With NAVRA_REQUIRE_TERRAFORM=1 the test fails instead, so that no test is skipped unnoticed.
    """
    try:
        terraform = find_terraform()
        provider = provider_on_disk(terraform.platform)
    except NotInstalledError as missing:
        if os.environ.get("NAVRA_REQUIRE_TERRAFORM") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))

    def write(directory: Path) -> None:
        write_schema(terraform, provider, directory)

    load_schema(provider, build_once("schema", write, tmp_path_factory, request) / SCHEMA_FILE)
    return terraform, provider


@pytest.fixture(scope="session")
def staging(documents: Mapping[str, Built]) -> Built:
    return documents["aep-staging"]


@pytest.fixture(scope="session")
def prod(documents: Mapping[str, Built]) -> Built:
    return documents["aep-prod"]


@pytest.fixture(scope="session")
def state(documents: Mapping[str, Built]) -> Built:
    """The stack that creates the state bucket of production."""
    return documents["aep-prod-state"]


@pytest.fixture(scope="session")
def zone(documents: Mapping[str, Built]) -> Built:
    """The stack that creates the hosted zone of production."""
    return documents["aep-prod-zone"]


@pytest.fixture(scope="session", params=[e.names.stack for e in ENVIRONMENTS])
def either(documents: Mapping[str, Built], request: pytest.FixtureRequest) -> Built:
    """Each committed environment, one at a time."""
    return documents[request.param]
