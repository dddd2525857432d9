"""`navra status`: what the services of an environment run."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from navra_stacks.cli.deployment_options import (
    EnvironmentName,
    Profile,
    load_description,
    open_account,
)
from navra_stacks.cli.options import EndpointUrl
from navra_stacks.cli.output import print_error, print_json, print_line
from navra_stacks.cli.required_packages import require_packages
from navra_stacks.cli.stack_files import OutputDirectory

__all__ = ["status"]

LAGS = 3
"""Exit status of ``--check`` if the newest settings do not run, and of a missing service."""


def status(
    name: EnvironmentName,
    check: Annotated[
        bool, typer.Option("--check", help="Exit with 3 if the newest settings do not run.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the status as JSON.")] = False,
    outdir: OutputDirectory = None,
    profile: Profile = None,
    endpoint_url: EndpointUrl = None,
) -> None:
    """Show what the services of ENV run, and which settings are not deployed.

    Exit status 0: the status was printed.

    Exit status 3: a service does not exist, or, with --check, does not run the newest settings
    with all tasks.
    """
    require_packages("boto3", command="status", extra="deploy")
    description = load_description(name, outdir)
    from navra_stacks.account.aws_reader import WrongAccountError
    from navra_stacks.deploy.outcome import RefusedError
    from navra_stacks.deploy.status import read_status, status_lines

    try:
        services = read_status(description, open_account(description, profile, endpoint_url))
    except (RefusedError, WrongAccountError) as error:
        print_error(str(error))
        sys.exit(LAGS)
    if as_json:
        print_json({one.name: asdict(one) | {"lags": one.lags} for one in services})
    else:
        for line in status_lines(services):
            print_line(line)
    if check and any(one.lags for one in services):
        sys.exit(LAGS)
