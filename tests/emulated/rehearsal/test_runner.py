"""Real Terraform, with a real AWS provider, against the emulator: from nothing to nothing.

The two applications sleep for most of their minutes, as the provider waits for a load balancer, so
they run beside everything else here. All of it runs on a machine that is set to lead astray: with
credentials that cannot be read, and with a proxy that notes who comes.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from navra_stacks.rehearsal.interrupted_apply import KINDS
from navra_stacks.rehearsal.result import Rehearsal
from navra_stacks.rehearsal.runner import RehearsalContext, rehearse
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.catalogue_environment import CATALOGUE
from tests.support.provider_omissions import LEFT_OUT
from tests.support.rehearsed_document import NAMES, SMALL, of
from tests.support.synthesized import Build, Built

Run = Callable[..., Rehearsal]


class Proxy:
    """Notes how often somebody comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            visitor, _ = self._socket.accept()
            self.visits += 1
            visitor.close()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy before the network; whoever reads this machine's AWS settings fails."""
    broken = tmp_path_factory.mktemp("home") / "credentials"
    broken.write_text("these are no credentials")
    found = Proxy()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, str(broken))
        patch.setenv("AWS_PROFILE", "nobody")
        patch.setenv("AWS_ENDPOINT_URL_EC2", found.address)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            patch.setenv(name, found.address)
        yield found


@pytest.fixture(scope="module")
def run(
    at_hand: tuple[Terraform, Provider], proxy: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """Rehearses a document."""
    terraform, provider = at_hand

    def of_document(document: Any, **options: Any) -> Rehearsal:
        return rehearse(
            document,
            terraform=terraform,
            provider=provider,
            directory=tmp_path_factory.mktemp("rehearsal"),
            **options,
        )

    return of_document


@pytest.fixture(scope="module")
def applications(run: Run, staging: Built, build: Build) -> Iterator[dict[str, Future[Rehearsal]]]:
    """Staging, and an application of somebody else's with four services: both under way."""
    documents = {"staging": staging.content, "catalogue": build(CATALOGUE).content}
    with ThreadPoolExecutor() as pool:
        yield {name: pool.submit(run, one, stack=name) for name, one in documents.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("applications")
def test_an_interrupted_apply_converges(run: Run, kind: str) -> None:
    result = run(SMALL, interruption=kind)
    assert result.failure == ""
    told = result.interrupted
    assert told is not None
    assert told.kind == kind
    # Nothing is made twice, nothing is forgotten, and nothing lets more through than it should.
    assert (told.beside, result.differences, result.left) == ((), (), ())
    assert result.as_promised
    assert result.resources == 6 * len(NAMES)
    # It was interrupted: not all was recorded, or what was had to be completed.
    assert told.resources < result.resources
    assert bool(told.struck) is (kind in ("throttle", "error", "lost"))
    if kind == "lost":
        # What existed already when it was asked for again is in no state.
        assert told.imported


def test_an_apply_that_fails_is_told_in_terraforms_words(run: Run) -> None:
    bad = of("aws_iam_role_policy", name="one", role="nobody", policy="{}")
    seen: list[RehearsalContext] = []
    result = run(bad, keep=lambda stage, _: seen.append(stage))
    assert result.failure.startswith("apply: error in resource.aws_iam_role_policy.one")
    assert not result.as_promised
    # Also then one may look around.
    assert len(seen) == 1


def test_what_the_second_plan_would_change_is_told(run: Run) -> None:
    clock = of("aws_ssm_parameter", name="/now", type="String", value="${timestamp()}")
    seen: list[Any] = []

    def look(stage: RehearsalContext, result: Rehearsal) -> None:
        found = stage.emulator.client("ssm", stage.region).describe_parameters()
        seen.extend(one["Name"] for one in found["Parameters"])
        assert Path(stage.directory, "terraform.tfstate").is_file()
        assert stage.variables["AWS_ENDPOINT_URL"] == stage.emulator.endpoint

    result = run(clock, keep=look)
    assert [one.address for one in result.differences] == ["aws_ssm_parameter.one"] * len(
        result.differences
    )
    assert "value" in {one.argument for one in result.differences}
    assert not result.as_promised
    # Nothing was destroyed, and nothing is claimed of it.
    assert seen == ["/now"]
    assert not result.is_whole


def assert_from_nothing_to_nothing(result: Rehearsal, resources: int) -> None:
    assert result.failure == ""
    assert (result.differences, result.left) == ((), ())
    assert result.as_promised
    assert result.is_whole
    assert result.resources == resources
    assert [phase.name for phase in result.phases] == [
        "init",
        "preconditions",
        "validate",
        "plan",
        "apply",
        "second plan",
        "destroy",
        "last look",
    ]
    assert all(one.service == "ecs" and one.reason for one in result.kept)


def test_staging_is_applied_and_destroyed(
    applications: dict[str, Future[Rehearsal]], staging: Built
) -> None:
    result = applications["staging"].result()
    assert_from_nothing_to_nothing(result, len(staging.resources))
    assert set(result.omissions) <= set(LEFT_OUT["aep-staging"])
    assert result.stand_ins.keys() == {"backend_image_tag", "frontend_image_tag"}


def test_another_application_with_four_services_is_applied_and_destroyed(
    applications: dict[str, Future[Rehearsal]],
) -> None:
    result = applications["catalogue"].result()
    assert_from_nothing_to_nothing(result, 52)
    assert all(one.endswith(".deployment_configuration") for one in result.omissions)
    assert "secret catalogue/main/SMTP_PASSWORD" in result.preconditions
    assert "VPC vpc-0c47a1090e0000001 (10.1.0.0/16)" in result.preconditions


def test_nobody_went_to_the_network(
    applications: dict[str, Future[Rehearsal]], proxy: Proxy
) -> None:
    for one in applications.values():
        one.result()
    assert proxy.visits == 0
