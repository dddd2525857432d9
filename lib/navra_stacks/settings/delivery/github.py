"""How new versions get to an environment: image repositories, and who may deploy."""

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, refuse, rule

__all__ = ["GitHubDeployRole"]


def _check_repository(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}", value) is None:
        raise refuse(f"{value!r} is not a GitHub repository", "write it as in 'owner/name'")
    return value


def _check_claim(value: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9._/@+-]{1,200}", value) is None:
        raise refuse(
            f"{value!r} is not the name of a branch or of a GitHub environment",
            "name one in full; a wildcard would let anybody's branch deploy",
        )
    return value


GithubRepository = Annotated[str, AfterValidator(_check_repository)]
Claim = Annotated[str, AfterValidator(_check_claim)]


class GitHubDeployRole(Settings):
    """The role with which GitHub Actions deploys this environment, without a stored key."""

    repository: GithubRepository | None
    """The repository whose workflows may deploy: ``owner/name``. None where it is not known yet:
    Terraform then asks for it at each plan."""

    branch: Claim | None = None
    """The branch that may; exactly one of `branch` and `github_environment` is given."""

    github_environment: Claim | None = None
    """The GitHub environment that may; its protection rules then decide who starts it."""

    creates_provider: bool = False
    """Whether this stack makes GitHub's OIDC provider, of which an account can have only one."""

    @classmethod
    def from_branch(cls, repository: str, branch: str, *, creates_provider: bool = False) -> Self:
        """Workflows that run on one branch."""
        return cls(repository=repository, branch=branch, creates_provider=creates_provider)

    @classmethod
    def from_github_environment(
        cls, repository: str, name: str, *, creates_provider: bool = False
    ) -> Self:
        """Workflows that run in one GitHub environment."""
        return cls(
            repository=repository, github_environment=name, creates_provider=creates_provider
        )

    def subject(self, repository: str) -> str:
        """The subject of the token that GitHub gives such a workflow (GitHub, "OpenID Connect")."""
        if self.github_environment is not None:
            return f"repo:{repository}:environment:{self.github_environment}"
        return f"repo:{repository}:ref:refs/heads/{self.branch}"

    @rule
    def _names_one_origin(self) -> Iterator[SettingsProblem]:
        if (self.branch is None) == (self.github_environment is None):
            given = "both are" if self.branch is not None else "neither is"
            yield SettingsProblem(
                "branch",
                f"or github_environment: {given} given, and exactly one decides who may deploy",
                "name a branch, or a GitHub environment",
            )
