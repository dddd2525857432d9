"""Resources that only one environment can own: repositories, OIDC providers, buckets, states."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.state import S3State

__all__ = ["claim_problems"]


class _Claim(NamedTuple):
    key: tuple[str, ...]
    """Identifies the resource; two claims with the same key conflict."""

    field: str
    """The setting that claims the resource."""

    description: str
    """The resource, for the error message."""

    repair: str
    """The repair of a conflict, as an instruction."""


def claim_problems(environments: Sequence[EnvironmentFields]) -> Iterator[SettingsProblem]:
    """Yield a problem for each resource that two or more environments claim.

    The field of a problem is a field of the environment that comes later in `environments`. Claims
    in an account that is not known yet are not compared.
    """
    owners: dict[tuple[str, ...], str] = {}
    for environment in environments:
        stack = environment.names.stack
        for claim in _claims(environment):
            owner = owners.setdefault(claim.key, stack)
            if owner != stack:
                yield SettingsProblem(
                    f"{stack}.{claim.field}",
                    f"{claim.description} already belongs to the environment {owner!r}",
                    claim.repair,
                )


def _claims(environment: EnvironmentFields) -> Iterator[_Claim]:
    if environment.account is not None:
        yield from _claims_in_account(environment, environment.account)
    if isinstance(environment.state, S3State):
        yield from _claims_of_state(environment, environment.state)


def _claims_in_account(environment: EnvironmentFields, account: str) -> Iterator[_Claim]:
    if environment.registry is not None:
        for repository in environment.own_repositories:
            yield _Claim(
                ("repository", account, environment.region, repository),
                "registry",
                f"the ECR repository {repository!r} in account {account} and Region "
                f"{environment.region}",
                "set `registry` in only one of the two environments",
            )
    if environment.delivery is not None and environment.delivery.creates_provider:
        # IAM, "Create an OpenID Connect identity provider": one per URL and account.
        yield _Claim(
            ("provider", account),
            "delivery.creates_provider",
            f"GitHub's OIDC provider in account {account}",
            "set creates_provider=True in only one of the two environments",
        )


def _claims_of_state(environment: EnvironmentFields, state: S3State) -> Iterator[_Claim]:
    if state.bootstrapped:
        # Bucket names are unique across all accounts.
        yield _Claim(
            ("bucket", state.bucket),
            "state.bucket",
            f"the bootstrapped bucket {state.bucket!r}",
            "use another bucket, or set bootstrapped=True in only one of the two environments",
        )
    key = state.key or environment.names.state_key()
    yield _Claim(
        ("state", state.bucket, key),
        "state.key",
        f"the state object {key!r} in the bucket {state.bucket!r}",
        "use another key, because otherwise an apply of one environment would undo the apply of "
        "the other",
    )
