"""`navra discover`: find existing resources and report the effects of the first apply."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from navra_stacks.cli.options import (
    EndpointUrl,
    Source,
    StackClass,
    Variables,
    configured_endpoint,
    parse_variable,
    required_account,
)
from navra_stacks.cli.output import print_json, print_line
from navra_stacks.cli.required_packages import require_packages
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments, select_environments
from navra_stacks.errors import NavraError

if TYPE_CHECKING:
    from navra_stacks.settings.environment import Environment
    from navra_stacks.terraform.document import TerraformDocument
    from navra_stacks.terraform.working_directory import WorkingDirectory

__all__ = ["discover"]

NOT_HARMLESS = 3
"""Exit status if the inventory was written, but the environment must not be applied."""


def discover(
    name: Annotated[
        str, typer.Argument(metavar="ENV", help="The name of the environment or its stack.")
    ],
    endpoint_url: EndpointUrl = None,
    provider_mirror: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Filesystem mirror with the AWS provider. Default: $NAVRA_PROVIDER_MIRROR.",
        ),
    ] = None,
    var: Variables = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Inventory file. Default: next to the environment's file. "
            "Required for an emulator.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the report as Markdown, for a pull request.")
    ] = False,
    source: Source = DEFAULT_SOURCE,
    stack_class: StackClass = None,
) -> None:
    """Find the resources of ENV that exist in its AWS account, and write an inventory of them.

    The command does not change the account. With the inventory, Terraform imports the resources.

    Exit status 0: the inventory was written, and the first apply would replace nothing.

    Exit status 2: a user error, or the account cannot be read; no inventory was written.

    Exit status 3: do not apply; the report and the inventory contain the reasons.
    """
    if as_json and markdown:
        raise NavraError("--json and --markdown exclude each other; pass one of them")
    require_packages("boto3", command="discover", extra="adoption")
    (environment,) = select_environments(load_environments(source), [name], stack_class)
    path = _inventory_path(environment, out, configured_endpoint(endpoint_url))
    variables = dict(map(parse_variable, var or ()))
    start = time.perf_counter()

    def progress(step: str) -> None:
        print_line(f"{time.perf_counter() - start:6.1f} s  {step}", file=sys.stderr)

    progress(f"synthesizing {environment.names.stack} without its inventory")
    with tempfile.TemporaryDirectory(prefix="navra-discover-") as directory:
        document = _synthesized(environment, Path(directory))
        # Imported here, because this loads boto3.
        from navra_stacks.account.aws_reader import AwsAccount
        from navra_stacks.adoption.discovery import discover as run_discovery
        from navra_stacks.adoption.report import as_json as report_json
        from navra_stacks.adoption.report_text import markdown_lines, text_lines

        workspace, reason = _workspace(document, Path(directory), provider_mirror, endpoint_url)
        discovery = run_discovery(
            document,
            AwsAccount(
                environment.region,
                account_id=required_account(environment, variables),
                endpoint_url=endpoint_url,
            ),
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
        report = report_json(discovery) | {"inventory": str(path), "why_not_planned": reason}
        print_json(report)
    else:
        for line in (markdown_lines if markdown else text_lines)(discovery):
            print_line(line)
        print_line()
        if reason:
            print_line(f"No plan was run: {reason}")
        count = len(inventory.resources)
        print_line(f"{path}: {count} resource{'s' if count != 1 else ''} to import")
    if not discovery.is_harmless:
        sys.exit(NOT_HARMLESS)


def _inventory_path(environment: Environment, out: Path | None, emulator: str | None) -> Path:
    default = None if environment.inventory is None else environment.inventory.path
    if out is None and emulator is not None:
        raise NavraError(
            f"{emulator} selects an emulator, whose ids must not replace the inventory of the "
            "account; pass a file with --out"
        )
    path = out or default
    if path is None:
        raise NavraError(
            f"{environment.names.stack} has no `inventory`; set "
            "`inventory=ImportInventory.next_to(__file__)`, or pass a file with --out"
        )
    # Checked first, because the search takes much longer.
    if not path.parent.is_dir():
        raise NavraError(f"{path} cannot be written: directory {path.parent} does not exist")
    return path


def _synthesized(environment: Environment, directory: Path) -> TerraformDocument:
    from navra_stacks.stacks.synthesis import synthesize
    from navra_stacks.terraform.document import TerraformDocument

    written = synthesize([environment.replace(inventory=None)], directory / "out")
    (path,) = (stack.path for stack in written if stack.is_main)
    return TerraformDocument.read(path)


def _workspace(
    document: TerraformDocument, directory: Path, mirror: Path | None, endpoint: str | None
) -> tuple[WorkingDirectory | None, str]:
    """Return a working directory for Terraform, and an empty string.

    If Terraform or its AWS provider is not installed, return None and an error message instead.
    """
    from navra_stacks.terraform.installation import NotInstalledError, find_provider, find_terraform
    from navra_stacks.terraform.provider_environment import provider_environment
    from navra_stacks.terraform.working_directory import WorkingDirectory, pinned_version

    pinned = pinned_version(document.content)
    try:
        terraform = find_terraform()
        provider = find_provider(terraform.platform, pinned, mirror=mirror)
    except NotInstalledError as missing:
        return None, str(missing)
    return WorkingDirectory(
        terraform, provider, directory / "terraform", provider_environment(endpoint)
    ), ""
