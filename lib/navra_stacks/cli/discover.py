"""`navra discover`: finds what exists already, and tells what the first apply would do to it."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from navra_stacks.cli.options import Source
from navra_stacks.cli.selection import DEFAULT_SOURCE, environments_of, select_environments
from navra_stacks.cli.signals import ended_by_sigterm
from navra_stacks.errors import NavraError

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment
    from navra_stacks.terraform.document import TerraformDocument
    from navra_stacks.terraform.working_directory import Workspace

__all__ = ["discover"]

NOT_HARMLESS = 3
"""The status where the inventory was written and must not be applied as it is."""


def discover(
    name: Annotated[str, typer.Argument(metavar="ENV", help="The environment.")],
    endpoint_url: Annotated[
        str | None, typer.Option(help="Where AWS is instead, for an emulator.")
    ] = None,
    provider_mirror: Annotated[
        Path | None, typer.Option(help="A filesystem mirror that holds the AWS provider.")
    ] = None,
    var: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A variable's value.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The inventory.  [default: beside the environment]"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """Find what of ENV exists in its account, and write the inventory by which it is imported.

    Only reads the account. Ends with 0 where the first apply would replace nothing, with 3 where it
    would or nobody could tell, and with 2, writing nothing, where something must be put right.
    """
    (environment,) = select_environments(environments_of(source), [name])
    path = _inventory_path(environment, out)
    variables = dict(_pair(one) for one in var or ())
    start = time.perf_counter()

    def progress(what: str) -> None:
        print(f"{time.perf_counter() - start:6.1f} s  {what}", file=sys.stderr, flush=True)

    progress(f"synthesizing {environment.names.stack} without its inventory")
    with (
        ended_by_sigterm(),
        tempfile.TemporaryDirectory(prefix="navra-discover-") as directory,
    ):
        document = _synthesized(environment, Path(directory))
        # Only here, since it loads boto3.
        if find_spec("boto3") is None:
            raise NavraError("boto3 is missing; install navra-stacks[adoption], which brings it")
        from navra_stacks.account.aws_reader import Account
        from navra_stacks.adoption.discovery import discover as discovered
        from navra_stacks.adoption.report import as_json as in_json, lines

        workspace, reason = _workspace(document, Path(directory), provider_mirror, endpoint_url)
        discovery = discovered(
            document,
            Account(environment.region, account_id=environment.account, endpoint_url=endpoint_url),
            stack=environment.names.stack,
            workspace=workspace,
            endpoint=endpoint_url,
            variables=variables,
            progress=progress,
        )
    reason = reason or discovery.why_not_planned
    inventory = discovery.inventory(path)
    inventory.write(path)
    if as_json:
        told = in_json(discovery) | {"inventory": str(path), "why_not_planned": reason}
        print(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        for line in lines(discovery):
            print(line)
        print()
        if reason:
            print(f"No report could be made: {reason}")
        print(f"{path}: {len(inventory.resources)} resources to import")
    if not discovery.is_harmless:
        sys.exit(NOT_HARMLESS)


def _inventory_path(environment: Environment, out: Path | None) -> Path:
    beside = None if environment.inventory is None else environment.inventory.path
    path = out or beside
    if path is None:
        raise NavraError(
            f"{environment.names.stack} has no inventory; give it "
            "inventory=ImportInventory.beside(__file__), or name a file by --out"
        )
    # Told before the work, rather than after it.
    if not path.parent.is_dir():
        raise NavraError(f"{path} cannot be written: there is no directory {path.parent}")
    return path


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not name or not equals:
        raise NavraError(f"--var {given}: write it as NAME=VALUE")
    return name, value


def _synthesized(environment: Environment, directory: Path) -> TerraformDocument:
    from navra_stacks.stacks.synthesis import synthesize
    from navra_stacks.terraform.document import TerraformDocument

    written = synthesize([environment.replace(inventory=None)], directory / "out")
    (path,) = (one.path for one in written if one.stack == environment.names.stack)
    return TerraformDocument.read(path)


def _workspace(
    document: TerraformDocument, directory: Path, mirror: Path | None, endpoint: str | None
) -> tuple[Workspace | None, str]:
    """Where Terraform runs; none, and the reason, where it or the provider is not at hand."""
    from navra_stacks.terraform.installation import NotAtHandError, find_provider, find_terraform
    from navra_stacks.terraform.provider_environment import provider_environment
    from navra_stacks.terraform.working_directory import Workspace, pinned_version

    pinned = pinned_version(document.content)
    try:
        terraform = find_terraform()
        provider = find_provider(terraform.platform, pinned, mirror=mirror)
    except NotAtHandError as missing:
        return None, str(missing)
    return Workspace(
        terraform, provider, directory / "terraform", provider_environment(endpoint)
    ), ""
