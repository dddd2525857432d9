"""Environments as Terraform JSON, synthesized as rarely as possible, and questions to ask of it."""

from __future__ import annotations

# Before any test module imports cdktf: node comes from a package, not from the machine.
import navra_stacks.bindings  # noqa: F401

# isort: split
import pytest

# Before the first of its modules is imported: failed assertions in them are explained too.
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
from navra_stacks.terraform.installation import NotAtHandError, Provider, Terraform, find_terraform
from tests.support.built_once import made_once
from tests.support.provider_on_disk import provider_on_disk
from tests.support.repository import STACKS
from tests.support.shop import shop
from tests.support.synthesized import Build, Built

pytest_plugins = ["tests.support.guard_command"]


def pytest_configure(config: pytest.Config) -> None:
    # What a shell starts in the background ignores Ctrl-C, and so would all that tests start.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line(
        "markers", "record(section): a fact of this section of the architecture record"
    )
    config.addinivalue_line(
        "markers",
        "terraform: runs the real Terraform (without: make test ARGS='-m \"not terraform\"')",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The files of settings are quick and many: last of all, they keep every worker busy to the end.
    items.sort(key=lambda item: item.nodeid.startswith("tests/unit/settings/"))
    for item in items:
        if "at_hand" in getattr(item, "fixturenames", ()):
            item.add_marker("terraform")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    # What is imported and collected stays. Looking through it for garbage, now and later, would
    # take a third of the time until the first test.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
        # Of what tests make, nearly all goes without it, and every search goes through what stays.
        gc.set_threshold(10_000)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    # What asks an emulator goes to one worker: a second one would start another, and build the
    # recorded account again. But the files that run the real Terraform there take minutes each.
    if config.option.dist != "loadfile" or "not terraform" not in config.option.markexpr:
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            emulated = nodeid.startswith("tests/emulated/")
            return "emulated" if emulated else super()._split_scope(nodeid)

    return Scheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def searched_for_garbage() -> Iterator[None]:
    """What the last garbage has to tell fails the last test, in a worker too."""
    yield
    gc.collect()
    gc.freeze()  # nothing is left to search while all ends


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Synthesizes an environment, or ``shop(...)`` where only settings are given; each once."""
    known: list[tuple[Environment, Built]] = []

    def of(environment: Environment | None = None, **settings: Any) -> Built:
        wanted = shop(**settings) if environment is None else environment
        for one, built in known:
            if one == wanted:
                return built
        from navra_stacks import synthesize  # starts node, which not every test needs

        (written,) = synthesize([wanted], tmp_path_factory.mktemp("cdktf"))
        known.append((wanted, Built.at(written.path)))
        return known[-1][1]

    return of


@pytest.fixture(scope="session")
def documents(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Mapping[str, Built]:
    """The stacks of the committed environments, synthesized by whichever worker comes first."""

    def make(out: Path) -> None:
        from navra_stacks import synthesize

        synthesize(ENVIRONMENTS, out)

    done = made_once("environments", make, tmp_path_factory, request)
    return {stack: Built.at(done / "stacks" / stack / "cdk.tf.json") for stack in STACKS}


@pytest.fixture(scope="session")
def at_hand() -> tuple[Terraform, Provider]:
    """The machine's Terraform and AWS provider; skips where one lacks.

    Fails instead with NAVRA_REQUIRE_TERRAFORM=1, so that nothing can silently stop running.
    """
    try:
        terraform = find_terraform()
        return terraform, provider_on_disk(terraform.platform)
    except NotAtHandError as missing:
        if os.environ.get("NAVRA_REQUIRE_TERRAFORM") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def staging(documents: Mapping[str, Built]) -> Built:
    return documents["aep-staging"]


@pytest.fixture(scope="session")
def prod(documents: Mapping[str, Built]) -> Built:
    return documents["aep-prod"]


@pytest.fixture(scope="session")
def state(documents: Mapping[str, Built]) -> Built:
    """What makes the bucket of production's state."""
    return documents["aep-prod-state"]


@pytest.fixture(scope="session", params=[e.names.stack for e in ENVIRONMENTS])
def either(documents: Mapping[str, Built], request: pytest.FixtureRequest) -> Built:
    """Each committed environment in turn."""
    return documents[request.param]
