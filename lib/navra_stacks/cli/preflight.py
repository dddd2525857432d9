"""`navra preflight`: check what would stop the first apply in an account."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from navra_stacks.cli.options import (
    EndpointUrl,
    Source,
    Variables,
    parse_variable,
    required_account,
)
from navra_stacks.cli.output import print_error, print_json, print_line
from navra_stacks.cli.required_packages import require_packages
from navra_stacks.cli.selection import DEFAULT_SOURCE, load_environments, select_environments

__all__ = ["preflight"]

PROBLEMS, WRONG_ACCOUNT, INCOMPLETE = 1, 3, 4
"""Exit statuses, see docs/exit-statuses.md."""

TERRAFORM_PREFIX = "TF_VAR_"


def preflight(
    name: Annotated[
        str, typer.Argument(metavar="ENV", help="The name of the environment or its stack.")
    ],
    endpoint_url: EndpointUrl = None,
    var: Variables = None,
    resolver: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS[:PORT]",
            help="DNS resolver to use instead of the one of this machine.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    source: Source = DEFAULT_SOURCE,
) -> None:
    """Check what would stop the first apply of ENV in its AWS account.

    The command changes nothing. It checks the network and other existing resources that the
    settings name, the hosted zone and its delegation, images, secrets, the OIDC provider,
    service-linked roles, quotas and names. The values of variables come from --var and from
    environment variables TF_VAR_NAME.

    Exit status 0: nothing was found that stops the apply.

    Exit status 1: something would stop it.

    Exit status 3: the credentials belong to another account than that of ENV, in the settings or
    in the variable account_id.

    Exit status 4: nothing was found, but something could not be checked.
    """
    require_packages("boto3", "dns", command="preflight", extra="preflight")
    (environment,) = select_environments(load_environments(source), [name])
    # Imported here, because this loads boto3.
    from navra_stacks.account.aws_reader import AwsAccount, WrongAccountError
    from navra_stacks.preflight.dns_resolver import DnsResolver
    from navra_stacks.preflight.finding import Outcome
    from navra_stacks.preflight.runner import preflight as run_preflight
    from navra_stacks.preflight.text import as_json as report_json, lines
    from navra_stacks.preflight.variables import check_variable_names

    passed = dict(map(parse_variable, var or ()))
    check_variable_names(environment, passed)
    variables = _terraform_variables() | passed
    try:
        report = run_preflight(
            environment,
            AwsAccount(
                environment.region,
                account_id=required_account(environment, variables),
                endpoint_url=endpoint_url,
            ),
            variables=variables,
            resolver=DnsResolver(resolver),
        )
    except WrongAccountError as error:
        print_error(str(error))
        sys.exit(WRONG_ACCOUNT)
    if as_json:
        print_json(report_json(report))
    else:
        for line in lines(report):
            print_line(line)
    if report.count(Outcome.PROBLEM):
        sys.exit(PROBLEMS)
    if report.count(Outcome.UNKNOWN):
        sys.exit(INCOMPLETE)


def _terraform_variables() -> dict[str, str]:
    """Return the variables that Terraform reads from the process environment."""
    return {
        name.removeprefix(TERRAFORM_PREFIX): value
        for name, value in os.environ.items()
        if name.startswith(TERRAFORM_PREFIX)
    }
