"""The Terraform variables of an environment, and the values that the user has set."""

from __future__ import annotations

from collections.abc import Mapping

from navra_stacks.errors import NavraError, did_you_mean
from navra_stacks.settings.compute.image import tag_variable
from navra_stacks.settings.environment import Environment

__all__ = ["check_variable_names", "variables_of"]

OF_SETTINGS = {
    "account": "account_id",
    "delivery.repository": "github_repository",
    "hardening.alarms.emails": "alarm_emails",
}
"""The variable that takes the place of each setting without a value."""


def variables_of(environment: Environment) -> frozenset[str]:
    """Return the names of the variables that the document of an environment declares.

    The variables of a stack class of its own are not among them.
    """
    settings = {OF_SETTINGS[path] for path in environment.unknown_settings}
    tags = {
        tag_variable(service.name)
        for service in environment.services
        for container in service.containers
        if container.image.tag is None
    }
    return frozenset(settings | tags)


def check_variable_names(environment: Environment, values: Mapping[str, str]) -> None:
    """Check that an environment has all variables for which the user passes a value.

    An environment with `stack_class` can have others, so its variables are not checked.

    Raises:
        NavraError: the environment has no such variable.
    """
    known = variables_of(environment)
    for name in sorted(values.keys() - known):
        if environment.stack_class is not None:
            continue
        variables = ", ".join(sorted(known))
        repair = did_you_mean(
            name, known, f"use one of {variables}" if known else "do not pass --var"
        )
        raise NavraError(f"--var {name}: {environment.names.stack} has no such variable; {repair}")
