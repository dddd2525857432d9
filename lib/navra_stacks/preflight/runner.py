"""Run all checks of an environment and its account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from navra_stacks.account.aws_reader import AwsAccount, OperationError
from navra_stacks.preflight.dns_resolver import DnsResolver
from navra_stacks.preflight.existing import check_existing
from navra_stacks.preflight.finding import Finding, Report, note, passed, unknown
from navra_stacks.preflight.images import check_images
from navra_stacks.preflight.names import check_names
from navra_stacks.preflight.network import check_network
from navra_stacks.preflight.oidc_provider import check_oidc_provider
from navra_stacks.preflight.quotas import check_quotas
from navra_stacks.preflight.secrets import check_secrets
from navra_stacks.preflight.service_linked_roles import check_service_linked_roles
from navra_stacks.preflight.target import Target
from navra_stacks.preflight.zone import check_zone
from navra_stacks.settings.environment import Environment

__all__ = ["CHECKS", "preflight"]

Check = Callable[[Target], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    "Network": check_network,
    "Existing resources": check_existing,
    "Hosted zone": check_zone,
    "Images": check_images,
    "Secrets": check_secrets,
    "OIDC provider": check_oidc_provider,
    "Service-linked roles": check_service_linked_roles,
    "Quotas": check_quotas,
    "Names": check_names,
}
"""The checks by title. Each yields its findings; a failed operation ends only its own check."""


def preflight(
    environment: Environment,
    account: AwsAccount,
    *,
    variables: Mapping[str, str],
    resolver: DnsResolver,
) -> Report:
    """Check what would stop the first apply of an environment in an account.

    Args:
        environment: The environment.
        account: The account. If another one is required, reading it fails.
        variables: Values of Terraform variables, by name.
        resolver: The resolver of public DNS.

    Raises:
        WrongAccountError: the credentials belong to another account than the environment's.
        AccountError: the account cannot be read, for example because the credentials have expired.
    """
    if environment.account is not None:
        of_credentials = passed(account.id, "is the account of the settings and of the credentials")
    elif "account_id" in variables:
        of_credentials = passed(
            account.id, "is the account of the variable account_id and of the credentials"
        )
    else:
        of_credentials = note(
            account.id,
            "is the account of the credentials; the settings name no account",
            "set `account`, or the environment variable TF_VAR_account_id",
        )
    target = Target(environment.replace(account=account.id), account, variables, resolver)
    findings: dict[str, tuple[Finding, ...]] = {"Account": (of_credentials,)}
    for title, check in CHECKS.items():
        findings[title] = tuple(_completed(title, check(target)))
    return Report(environment.names.stack, account.id, environment.region, findings)


def _completed(title: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    try:
        yield from findings
    except OperationError as error:
        yield unknown(title, error.reason)
