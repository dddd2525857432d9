"""Options and objects that the commands share which read ``deployment.json``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from navra_stacks.cli.stack_files import StackFiles
from navra_stacks.deploy.description import FILE_NAME, DeploymentDescription

if TYPE_CHECKING:
    from navra_stacks.deploy.account import DeploymentAccount

__all__ = ["EnvironmentName", "Profile", "load_description", "open_account"]

EnvironmentName = Annotated[
    str, typer.Argument(metavar="ENV", help="The name of the environment or its stack.")
]

Profile = Annotated[
    str | None, typer.Option(metavar="NAME", help="Profile of the AWS config file.")
]


def load_description(name: str, outdir: Path | None) -> DeploymentDescription:
    """Return the description of an environment, which `navra synth` wrote.

    Args:
        name: The name of the stack, or of the environment if it is unique.
        outdir: The output directory; None for the default.

    Raises:
        NavraError: there is no such description, or there are several.
    """
    _, path = StackFiles(FILE_NAME, outdir).find(name)
    return DeploymentDescription.read(path)


def open_account(
    description: DeploymentDescription, profile: str | None, endpoint_url: str | None
) -> DeploymentAccount:
    """Return access to the account of an environment."""
    # Imported here, because this loads boto3.
    from navra_stacks.deploy.account import DeploymentAccount

    return DeploymentAccount.open(
        description.region,
        account_id=description.account,
        endpoint_url=endpoint_url,
        profile=profile,
    )
