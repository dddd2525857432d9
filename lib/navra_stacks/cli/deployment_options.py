"""Options and objects that the commands share which read ``deployment.json``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from navra_stacks.deploy.description import FILE_NAME, DeploymentDescription
from navra_stacks.errors import NavraError, suggest

if TYPE_CHECKING:
    from navra_stacks.deploy.account import DeploymentAccount

__all__ = ["EnvironmentName", "OutputDirectory", "Profile", "load_description", "open_account"]

EnvironmentName = Annotated[
    str, typer.Argument(metavar="ENV", help="The name of the environment or its stack.")
]

OutputDirectory = Annotated[
    Path | None,
    typer.Option(
        "--outdir",
        metavar="DIR",
        help="Directory of the synthesized stacks. Default: $CDKTF_OUTDIR or cdktf.out.",
    ),
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
    directory = (outdir or Path(os.environ.get("CDKTF_OUTDIR") or "cdktf.out")) / "stacks"
    paths = {path.parent.name: path for path in sorted(directory.glob(f"*/{FILE_NAME}"))}
    matches = [stack for stack in paths if stack == name]
    matches = matches or [stack for stack in paths if stack.endswith(f"-{name}")]
    if len(matches) == 1:
        return DeploymentDescription.read(paths[matches[0]])
    if matches:
        raise NavraError(f"{name!r} can be {' or '.join(matches)}; use the name of the stack")
    if not paths:
        raise NavraError(f"{directory} contains no {FILE_NAME}; write it with `navra synth`")
    hint = suggest(name, paths)
    raise NavraError(
        f"{directory} has no environment {name!r}; "
        + (f"did you mean {hint!r}?" if hint else f"its stacks are {', '.join(paths)}")
    )


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
