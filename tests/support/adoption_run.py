"""Run a complete adoption, from the discovery to the plan after the first apply."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from environments.staging import STAGING
from navra_stacks import ImportInventory
from navra_stacks.cli.app import main
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.installation import Provider, Terraform
from navra_stacks.terraform.plan import Plan
from navra_stacks.terraform.provider_override import emulator_environment, point_at_emulator
from navra_stacks.terraform.working_directory import WorkingDirectory
from tests.support.handmade_account.environment import Console, HandmadeEnvironment
from tests.support.live_state import LiveState, live_state

__all__ = [
    "Adoption",
    "CommandResult",
    "adopt",
    "credentials",
    "run_discover",
    "run_discover_without_provider",
]


@dataclass(frozen=True)
class CommandResult:
    """The exit status and output of `navra discover`."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report."""
        return dict(json.loads(self.out))


@dataclass(frozen=True)
class Adoption:
    """The results of an adoption, in order."""

    handmade: HandmadeEnvironment
    before: LiveState
    """The live state before the discovery."""
    discovery: CommandResult
    inventory: ImportInventory
    document: TerraformDocument
    first: Plan
    after: LiveState
    """The live state after the first apply."""
    second: Plan


@contextmanager
def credentials() -> Iterator[pytest.MonkeyPatch]:
    """Set the environment variables of AWS to the emulator's credentials."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in emulator_environment("", {}).items():
            if name.startswith("AWS_") and value:
                patch.setenv(name, value)
        for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        yield patch


def run_discover(
    endpoint: str,
    out: Path,
    provider: Provider | None,
    *arguments: str,
    document: TerraformDocument | None = None,
) -> CommandResult:
    """Run `navra discover` for the recorded environment.

    Args:
        endpoint: The endpoint of the emulator.
        out: The file for the inventory.
        provider: The AWS provider, or None to run without the option for a provider mirror.
        arguments: Further arguments of the command.
        document: The document without an inventory, to avoid another synthesis.
    """
    stdout, stderr, status = StringIO(), StringIO(), 0
    with credentials() as patch, redirect_stdout(stdout), redirect_stderr(stderr):
        if document is not None:
            patch.setattr("navra_stacks.cli.discover._synthesized", lambda *_: document)
        try:
            main(
                [
                    *("discover", "staging", "--endpoint-url", endpoint, "--out", str(out)),
                    *(() if provider is None else ("--provider-mirror", str(provider.mirror))),
                    *arguments,
                ]
            )
        except SystemExit as end:
            status = int(end.code or 0)
    return CommandResult(status, stdout.getvalue(), stderr.getvalue())


def run_discover_without_provider(console: Console, path: Path, *arguments: str) -> CommandResult:
    """Run `navra discover` without the option for a provider mirror."""
    return run_discover(console.emulator.endpoint, path, None, *arguments)


def adopt(
    handmade: HandmadeEnvironment,
    installed: tuple[Terraform, Provider],
    directory: Path,
    staging: TerraformDocument,
) -> Adoption:
    """Discover the environment, synthesize it with the inventory, plan, apply, and plan again.

    `staging` is the document without an inventory.
    """
    from navra_stacks import synthesize  # starts node

    for service in ("backend", "frontend"):
        handmade.console("elbv2").register_targets(
            TargetGroupArn=handmade.arns[f"tg {service}"], Targets=[{"Id": "172.31.0.10"}]
        )
    endpoint, path = handmade.console.emulator.endpoint, directory / "staging.inventory.json"
    before = live_state(handmade.console)
    discovery = run_discover(endpoint, path, installed[1], "--json", document=staging)
    assert discovery.status == 0, f"{discovery.out}\n{discovery.err}"
    inventory = ImportInventory.read(path)
    (written,) = synthesize([STAGING.replace(inventory=inventory)], directory / "out")
    document = TerraformDocument.read(written.path)
    workspace = WorkingDirectory(
        *installed, directory / "terraform", emulator_environment(endpoint)
    )
    fitted = workspace.adapt_to_provider(document.content).document
    workspace.write(point_at_emulator(fitted))
    workspace.init()
    variables = discovery.report["variables"]
    first = workspace.plan(variables=variables)
    workspace.apply()
    after = live_state(handmade.console)
    second = workspace.plan(variables=variables)
    return Adoption(handmade, before, discovery, inventory, document, first, after, second)
