"""Options that several commands share."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from navra_stacks.account.endpoint import check_endpoint
from navra_stacks.errors import NavraError

if TYPE_CHECKING:
    from navra_stacks.settings.environment_fields import EnvironmentFields

__all__ = [
    "EndpointUrl",
    "Names",
    "Source",
    "StackClass",
    "Variables",
    "configured_endpoint",
    "parse_variable",
    "required_account",
]

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ENV",
        help="The names of environments or their stacks. Default: all environments.",
    ),
]
"""The argument of commands for some or all environments. It is passed to `select_environments`."""

Source = Annotated[
    str,
    typer.Option(
        "--from",
        metavar="MODULE:NAME",
        help=(
            "The environments: an importable module, and a name that this module defines for an "
            "environment, or for a tuple or list of environments."
        ),
    ),
]
"""The option ``--from``. Its value is passed to `load_environments`."""

StackClass = Annotated[
    str | None,
    typer.Option(
        "--stack-class",
        metavar="MODULE:CLASS",
        help="The class of the stacks. Default: the `stack_class` of each environment.",
    ),
]
"""The option ``--stack-class``. Its value is passed to `select_environments`."""


def _check_endpoint(url: str | None) -> str | None:
    return None if url is None else check_endpoint(url, "--endpoint-url")


EndpointUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help="URL of an emulator to use instead of AWS.", callback=_check_endpoint
    ),
]
"""The option ``--endpoint-url``, a URL with the scheme http or https."""

Variables = Annotated[
    list[str] | None,
    typer.Option("--var", metavar="NAME=VALUE", help="Value of a Terraform variable. Repeatable."),
]
"""The option ``--var``. Its values are passed to `parse_variable`."""


def parse_variable(option: str) -> tuple[str, str]:
    """Return the name and the value of a variable.

    Raises:
        NavraError: `option` is not of the form ``NAME=VALUE``.
    """
    name, equals, value = option.partition("=")
    if not name or not equals:
        # The option is not shown, because it can be a secret.
        raise NavraError("an option --var is not of the form NAME=VALUE")
    return name, value


def configured_endpoint(endpoint_url: str | None) -> str | None:
    """Return the option or the environment variable that sets an endpoint; None for AWS.

    boto3 and the Terraform provider read the endpoint of all services or of one service from
    environment variables (AWS SDKs and Tools Reference Guide, "Service-specific endpoints").
    """
    if endpoint_url is not None:
        return "--endpoint-url"
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    names = (name for name, value in os.environ.items() if value)
    return min((name for name in names if name.startswith("AWS_ENDPOINT_URL")), default=None)


def required_account(environment: EnvironmentFields, variables: Mapping[str, str]) -> str | None:
    """Return the account to which the credentials must belong; None for any account.

    It is the account in the settings, or the value of the Terraform variable `account_id` to which
    the provider is restricted if the settings name no account.

    Raises:
        NavraError: the value of the variable is not the id of an account.
    """
    if environment.account is not None or "account_id" not in variables:
        return environment.account
    value = variables["account_id"]
    if re.fullmatch("[0-9]{12}", value) is None:
        raise NavraError(f"the variable account_id is {value!r}; an AWS account id has 12 digits")
    return value
