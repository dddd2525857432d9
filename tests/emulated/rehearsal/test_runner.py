"""Rehearsals with the real Terraform and AWS provider: apply, empty second plan, destroy.

The two applications take minutes, mostly because the provider waits for a load balancer, so they
run in parallel with all other tests here. The machine has invalid AWS settings, so that a test
fails if Terraform or the emulator reads them, and a proxy that counts connections.
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
from tests.support.provider_omissions import OMISSIONS
from tests.support.rehearsed_document import NAMES, SMALL, document_with
from tests.support.synthesized import Build, Built

Run = Callable[..., Rehearsal]


class Proxy:
    """A proxy that counts connections."""

    def __init__(self) -> None:
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            self.connections += 1
            connection.close()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A proxy for all connections to the network, and invalid AWS settings."""
    broken = tmp_path_factory.mktemp("home") / "credentials"
    broken.write_text("not a credentials file")
    proxy = Proxy()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, str(broken))
        patch.setenv("AWS_PROFILE", "missing")
        patch.setenv("AWS_ENDPOINT_URL_EC2", proxy.address)
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            patch.setenv(name, proxy.address)
        yield proxy


@pytest.fixture(scope="module")
def run(
    installed: tuple[Terraform, Provider], proxy: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Run:
    """Rehearse a document."""
    terraform, provider = installed

    def run_document(document: Any, **options: Any) -> Rehearsal:
        return rehearse(
            document,
            terraform=terraform,
            provider=provider,
            directory=tmp_path_factory.mktemp("rehearsal"),
            **options,
        )

    return run_document


@pytest.fixture(scope="module")
def applications(run: Run, staging: Built, build: Build) -> Iterator[dict[str, Future[Rehearsal]]]:
    """Running rehearsals of staging and of another application with four services."""
    documents = {"staging": staging.content, "catalogue": build(CATALOGUE).content}
    with ThreadPoolExecutor() as pool:
        yield {name: pool.submit(run, document, stack=name) for name, document in documents.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("applications")
def test_an_interrupted_apply_converges(run: Run, kind: str) -> None:
    result = run(SMALL, interruption=kind)
    assert result.failure == ""
    interruption = result.interruption
    assert interruption is not None
    assert interruption.kind == kind
    # No resource was created twice or lost, and no rule allows more traffic than it should.
    assert (interruption.unmanaged, result.differences, result.leftovers) == ((), (), ())
    assert result.passed
    assert result.resources == 6 * len(NAMES)
    # The apply was interrupted: the state did not have all resources.
    assert interruption.resources < result.resources
    assert bool(interruption.failed_calls) is (kind in ("throttle", "error", "lost"))
    if kind == "lost":
        # The retry failed because the resource existed, so the resource is not in the state.
        assert interruption.imported


def test_a_failed_apply_has_terraforms_error_message(run: Run) -> None:
    invalid = document_with("aws_iam_role_policy", name="one", role="missing", policy="{}")
    contexts: list[RehearsalContext] = []
    result = run(invalid, inspect=lambda context, _: contexts.append(context))
    assert result.failure.startswith("apply: error in resource.aws_iam_role_policy.one")
    assert not result.passed
    # The emulator can be inspected after a failure too.
    assert len(contexts) == 1


def test_changes_in_the_second_plan_are_reported(run: Run) -> None:
    clock = document_with("aws_ssm_parameter", name="/now", type="String", value="${timestamp()}")
    parameters: list[Any] = []

    def inspect(context: RehearsalContext, result: Rehearsal) -> None:
        found = context.emulator.client("ssm", context.region).describe_parameters()
        parameters.extend(parameter["Name"] for parameter in found["Parameters"])
        assert Path(context.directory, "terraform.tfstate").is_file()
        assert context.variables["AWS_ENDPOINT_URL"] == context.emulator.endpoint

    result = run(clock, inspect=inspect)
    assert [change.address for change in result.differences] == ["aws_ssm_parameter.one"] * len(
        result.differences
    )
    assert "value" in {change.argument for change in result.differences}
    assert not result.passed
    # Nothing was destroyed, and the result does not claim it.
    assert parameters == ["/now"]
    assert not result.is_complete


def assert_applied_and_destroyed(result: Rehearsal, resources: int) -> None:
    assert result.failure == ""
    assert (result.differences, result.leftovers) == ((), ())
    assert result.passed
    assert result.is_complete
    assert result.resources == resources
    assert [phase.name for phase in result.phases] == [
        "init",
        "seed",
        "validate",
        "plan",
        "apply",
        "second plan",
        "destroy",
        "leftover check",
    ]
    for leftover in result.expected_leftovers:
        assert leftover.service == "ecs"
        assert leftover.reason


def test_staging_is_applied_and_destroyed(
    applications: dict[str, Future[Rehearsal]], staging: Built
) -> None:
    result = applications["staging"].result()
    assert_applied_and_destroyed(result, len(staging.resources))
    assert set(result.omissions) <= set(OMISSIONS["aep-staging"])
    assert result.placeholder_values.keys() == {"backend_image_tag", "frontend_image_tag"}


def test_another_application_with_four_services_is_applied_and_destroyed(
    applications: dict[str, Future[Rehearsal]],
) -> None:
    result = applications["catalogue"].result()
    assert_applied_and_destroyed(result, 52)
    assert all(path.endswith(".deployment_configuration") for path in result.omissions)
    assert "secret catalogue/main/SMTP_PASSWORD" in result.seeded
    assert "VPC vpc-0c47a1090e0000001 (10.1.0.0/16)" in result.seeded


def test_no_connection_leaves_the_machine(
    applications: dict[str, Future[Rehearsal]], proxy: Proxy
) -> None:
    for application in applications.values():
        application.result()
    assert proxy.connections == 0
