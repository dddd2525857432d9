"""What only one environment can have: repositories, identity providers, buckets, states."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.environment_fields import EnvironmentFields
from navra_stacks.settings.state import S3State

__all__ = ["claim_problems"]


class _Claim(NamedTuple):
    what: tuple[str, ...]
    """What is claimed, so that two claims of the same are equal."""

    field: str
    """The setting that claims it."""

    told: str
    """What it is, in an error."""

    repair: str


def claim_problems(environments: Sequence[EnvironmentFields]) -> Iterator[SettingsProblem]:
    """What several environments claim that only one can have; each is told, under the later one.

    An account that is not known yet is not compared: it may be any.
    """
    owners: dict[tuple[str, ...], str] = {}
    for environment in environments:
        stack = environment.names.stack
        for claim in _claims(environment):
            owner = owners.setdefault(claim.what, stack)
            if owner != stack:
                yield SettingsProblem(
                    f"{stack}.{claim.field}",
                    f"{claim.told} belongs to {owner} already",
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
                f"the repository {repository!r} of {account} in {environment.region}",
                "set the registry in one of the two, and leave it out of the other",
            )
    if environment.delivery is not None and environment.delivery.creates_provider:
        # IAM, "Create an OpenID Connect identity provider": one an address and account.
        yield _Claim(
            ("provider", account),
            "delivery.creates_provider",
            f"GitHub's identity provider of {account}",
            "create it in one of the two, and leave this out of the other",
        )


def _claims_of_state(environment: EnvironmentFields, state: S3State) -> Iterator[_Claim]:
    if state.bootstrapped:
        # A bucket's name is unique among all accounts.
        yield _Claim(
            ("bucket", state.bucket),
            "state.bucket",
            f"the bootstrapped bucket {state.bucket!r}",
            "name another, or leave bootstrapped out of one of the two",
        )
    key = state.key or environment.names.state_key()
    yield _Claim(
        ("state", state.bucket, key),
        "state.key",
        f"the state {key!r} in {state.bucket!r}",
        "give another key: each apply would undo the other's",
    )
