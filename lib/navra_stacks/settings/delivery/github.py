"""The IAM role with which GitHub Actions deploys an environment."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, invalid, rule

__all__ = ["GitHubDeployRole"]


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

    creates_provider: bool = False
    """True to create the IAM OIDC provider for GitHub in the environment's stack; False if the
    account has the provider already. An account can have only one such provider."""

    @classmethod
    def from_branch(cls, repository: str, branch: str, *, creates_provider: bool = False) -> Self:
        """Return the settings of a role for workflows that run on one branch."""
        return cls(repository=repository, branch=branch, creates_provider=creates_provider)

    @classmethod
    def from_github_environment(
        cls, repository: str, name: str, *, creates_provider: bool = False
    ) -> Self:
        """Return the settings of a role for workflows that run in one GitHub environment."""
        return cls(
            repository=repository, github_environment=name, creates_provider=creates_provider
        )

    def subject(self, repository: str) -> str:
        """Return the subject claim that a workflow's OIDC token must have to assume the role.

        See GitHub, "OpenID Connect".
        """
        if self.github_environment is not None:
            return f"repo:{repository}:environment:{self.github_environment}"
        return f"repo:{repository}:ref:refs/heads/{self.branch}"

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
        creates_provider: bool
