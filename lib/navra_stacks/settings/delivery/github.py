"""The IAM role with which GitHub Actions deploys an environment."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.arguments import variant
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import int_range

__all__ = ["ISSUER", "GitHubDeployRole"]

ISSUER = "token.actions.githubusercontent.com"
"""The issuer of the OIDC tokens of GitHub Actions."""


def _check_repository(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}", value) is None:
        raise invalid(f"{value!r} is not a valid GitHub repository", "use the form 'owner/name'")
    return value


def _check_claim(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._/@+-]{1,200}", value) is None:
        raise invalid(
            f"{value!r} is not a valid name of a branch or of a GitHub environment",
            "use the full name of 1-200 letters, digits and . _ / @ + -; wildcards are not "
            "allowed, because they would let any branch deploy",
        )
    return value


GithubRepository = Annotated[str, AfterValidator(_check_repository)]
GithubId = Annotated[int, int_range(1, 2**63 - 1, "GitHub id")]
Claim = Annotated[str, AfterValidator(_check_claim)]


class GitHubDeployRole(Settings):
    """The IAM role with which GitHub Actions deploys the environment, without access keys."""

    repository: GithubRepository | None
    """The repository whose workflows can assume the role, in the form ``owner/name``. None if
    the repository is not known yet: the name is then a Terraform variable that must be set at
    each plan."""

    branch: Claim | None = None
    """The branch whose workflow runs can assume the role; None if `github_environment` is set.
    Exactly one of `branch` and `github_environment` is required."""

    github_environment: Claim | None = None
    """The GitHub environment whose workflow runs can assume the role; None if `branch` is set.
    The protection rules of the GitHub environment decide who can start these runs."""

    owner_id: GithubId | None = None
    """The numeric id of the repository's owner; required with `repository_id`."""

    repository_id: GithubId | None = None
    """The numeric id of the repository, from ``gh api repos/OWNER/NAME``. Repositories that were
    created, renamed or transferred since July 2026 send the ids in the subject claim (GitHub,
    "Immutable subject claims"), so the role cannot be assumed without them. None for an older
    repository."""

    creates_provider: bool = False
    """True to create the IAM OIDC provider for GitHub in the environment's stack; False if the
    account has the provider already. An account can have only one such provider."""

    @classmethod
    @variant
    def from_branch(cls, repository: str, branch: str, *, creates_provider: bool = False) -> Self:
        """Return the settings of a role for workflows that run on one branch."""
        return cls(repository=repository, branch=branch, creates_provider=creates_provider)

    @classmethod
    @variant
    def from_github_environment(
        cls, repository: str, name: str, *, creates_provider: bool = False
    ) -> Self:
        """Return the settings of a role for workflows that run in one GitHub environment."""
        return cls(
            repository=repository, github_environment=name, creates_provider=creates_provider
        )

    def subjects(self, repository: str) -> tuple[str, ...]:
        """Return the subject claims with which a workflow's OIDC token can assume the role.

        With the ids, there are two: GitHub sends the claim with or without them (GitHub, "OpenID
        Connect", "Immutable subject claims").

        Args:
            repository: The repository as ``owner/name``, or a Terraform expression of it.
        """
        names = [repository]
        if self.repository_id is not None and self.repository is not None:
            owner, _, name = self.repository.partition("/")
            names.append(f"{owner}@{self.owner_id}/{name}@{self.repository_id}")
        if self.github_environment is not None:
            return tuple(f"repo:{name}:environment:{self.github_environment}" for name in names)
        return tuple(f"repo:{name}:ref:refs/heads/{self.branch}" for name in names)

    @rule
    def _check_ids(self) -> Iterator[SettingsProblem]:
        given = [self.owner_id, self.repository_id].count(None)
        if given == 1:
            missing = "owner_id" if self.owner_id is None else "repository_id"
            yield SettingsProblem(
                missing, "is missing, and the other id is set", "set both ids, or neither"
            )
        elif given == 0 and self.repository is None:
            yield SettingsProblem(
                "repository_id", "is set, but `repository` is not", "set `repository`"
            )

    @rule
    def _check_branch_or_environment(self) -> Iterator[SettingsProblem]:
        if (self.branch is None) == (self.github_environment is None):
            given = "both are set" if self.branch is not None else "neither is set"
            yield SettingsProblem(
                "branch",
                f"exactly one of branch and github_environment is required, but {given}",
                "set either `branch` or github_environment, and not both",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[GitHubDeployRoleChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class GitHubDeployRoleChanges(TypedDict, total=False):
        repository: GithubRepository | None
        branch: Claim | None
        github_environment: Claim | None
        owner_id: GithubId | None
        repository_id: GithubId | None
        creates_provider: bool
