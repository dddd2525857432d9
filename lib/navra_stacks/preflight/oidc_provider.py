"""Check of the IAM OIDC provider through which GitHub Actions assumes the deploy role."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.preflight.finding import Finding, note, passed, problem
from navra_stacks.preflight.owner_tags import pairs
from navra_stacks.preflight.target import Target, look_up
from navra_stacks.settings.delivery.github import ISSUER

__all__ = ["check_oidc_provider"]


def check_oidc_provider(target: Target) -> Iterator[Finding]:
    """Check that the provider exists, or that the environment creates it."""
    delivery = target.environment.delivery
    if delivery is None:
        return
    account = target.account
    found = look_up(account, "aws_iam_openid_connect_provider", url=f"https://{ISSUER}").match
    if found is None and delivery.creates_provider:
        yield passed(ISSUER, "does not exist, and the apply creates it")
    elif found is None:
        yield problem(
            ISSUER,
            f"account {account.id} has no OIDC provider of this name, so no workflow can assume "
            "the deploy role",
            "set `delivery.creates_provider` to True, or create the provider",
        )
    elif not delivery.creates_provider:
        yield passed(ISSUER, "exists")
    else:
        response = account.call(
            "iam", "list_open_id_connect_provider_tags", OpenIDConnectProviderArn=found.id
        )
        if target.is_tagged(pairs(response["Tags"])):
            yield note(ISSUER, "exists already and has the tags of this environment")
        else:
            yield problem(
                ISSUER,
                "exists already, and an account can have only one OIDC provider of this name",
                "set `delivery.creates_provider` to False",
            )
