"""`navra logs`: the log events of a service."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from navra_stacks.cli.deployment_options import (
    EnvironmentName,
    Profile,
    load_description,
    open_account,
)
from navra_stacks.cli.options import EndpointUrl
from navra_stacks.cli.output import print_error, print_line
from navra_stacks.cli.required_packages import require_packages
from navra_stacks.cli.stack_files import OutputDirectory

__all__ = ["logs"]

WRONG_ACCOUNT = 3
"""Exit status, see docs/exit-statuses.md."""


def logs(
    name: EnvironmentName,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="The service.")],
    task: Annotated[str, typer.Option(metavar="ID", help="Only the events of one task.")] = "",
    since: Annotated[
        str, typer.Option(metavar="DURATION", help="Age of the oldest event: 30s, 15m, 2h, 1d.")
    ] = "15m",
    outdir: OutputDirectory = None,
    profile: Profile = None,
    endpoint_url: EndpointUrl = None,
) -> None:
    """Print the log events of a service of ENV, the oldest one first.

    Exit status 0: the log events were printed.

    Exit status 3: the credentials belong to another account.
    """
    require_packages("boto3", command="logs", extra="deploy")
    from navra_stacks.account.aws_reader import WrongAccountError
    from navra_stacks.deploy.logs import log_lines, parse_since

    age = parse_since(since)
    description = load_description(name, outdir)
    account = open_account(description, profile, endpoint_url)
    try:
        for line in log_lines(
            account, description.service(service), since=datetime.now(UTC) - age, task=task
        ):
            print_line(line)
    except WrongAccountError as error:
        print_error(str(error))
        sys.exit(WRONG_ACCOUNT)
