"""The workflow runs of GitHub Actions that can assume an IAM role."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.arguments import variant
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import int_range

__all__ = ["ISSUER", "Claim", "GitHubId", "GitHubRepository", "GitHubSource", "GitHubWorkflows"]

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


GitHubRepository = Annotated[str, AfterValidator(_check_repository)]
GitHubId = Annotated[int, int_range(1, 2**63 - 1, "GitHub id")]
Claim = Annotated[str, AfterValidator(_check_claim)]


class GitHubSource(Settings):
    """The branch or the GitHub environment of a repository whose workflow runs assume a role."""

    repository: GitHubRepository | None
    """The repository whose workflows can assume the role, in the form ``owner/name``. None if
    the repository is not known yet: the name is then a Terraform variable that must be set at
    each plan."""

    branch: Claim | None = None
    """The branch whose workflow runs can assume the role; None if `github_environment` is set.
    Exactly one of `branch` and `github_environment` is required."""

    github_environment: Claim | None = None
    """The GitHub environment whose workflow runs can assume the role; None if `branch` is set.
    The protection rules of the GitHub environment decide who can start these runs."""

    owner_id: GitHubId | None = None
    """The numeric id of the repository's owner; required with `repository_id`."""

    repository_id: GitHubId | None = None
    """The numeric id of the repository, from ``gh api repos/OWNER/NAME``. Repositories that were
    created, renamed or transferred since July 2026 send the ids in the subject claim (GitHub,
    "Immutable subject claims"), so the role cannot be assumed without them. None for an older
    repository."""

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
        return tuple(f"repo:{name}:{self._context}" for name in names)

    @property
    def _context(self) -> str:
        """The end of the subject claim, which names the branch or the GitHub environment."""
        if self.github_environment is not None:
            return f"environment:{self.github_environment}"
        return f"ref:refs/heads/{self.branch}"

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

        def replace(self, **changes: "Unpack[GitHubSourceChanges]") -> Self: ...


class GitHubWorkflows(GitHubSource):
    """Workflow runs of one repository that can assume a role of the environment.

    They are the runs on one branch, in one GitHub environment, or for the pull requests.
    """

    repository: GitHubRepository | None = None
    """The repository of the workflows, in the form ``owner/name``; None for the repository of the
    deploy role."""

    pull_requests: bool = False
    """True for the runs that a pull request starts, whatever its branch; only for
    `GitHubDeployRole.plan_workflows`, because such a run executes code before its review."""

    @classmethod
    @variant
    def from_branch(cls, repository: str | None, branch: str) -> Self:
        """Return the workflow runs on one branch."""
        return cls(repository=repository, branch=branch)

    @classmethod
    @variant
    def from_github_environment(cls, repository: str | None, name: str) -> Self:
        """Return the workflow runs in one GitHub environment."""
        return cls(repository=repository, github_environment=name)

    @classmethod
    @variant
    def from_pull_requests(cls, repository: str | None) -> Self:
        """Return the workflow runs that the pull requests of a repository start."""
        return cls(repository=repository, pull_requests=True)

    @property
    def _context(self) -> str:
        # GitHub, "OpenID Connect reference", "Filtering for pull_request events".
        return "pull_request" if self.pull_requests else super()._context

    @rule
    def _check_branch_or_environment(self) -> Iterator[SettingsProblem]:
        given = [
            name
            for name in ("branch", "github_environment", "pull_requests")
            if not self._is_default(name)
        ]
        if len(given) != 1:
            yield SettingsProblem(
                "branch",
                "exactly one of branch, github_environment and pull_requests is required, but "
                + (f"{' and '.join(given)} are set" if given else "none is set"),
                "set one of them",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[GitHubWorkflowsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class GitHubSourceChanges(TypedDict, total=False):
        repository: GitHubRepository | None
        branch: Claim | None
        github_environment: Claim | None
        owner_id: GitHubId | None
        repository_id: GitHubId | None

    class GitHubWorkflowsChanges(TypedDict, total=False):
        repository: GitHubRepository | None
        branch: Claim | None
        github_environment: Claim | None
        owner_id: GitHubId | None
        repository_id: GitHubId | None
        pull_requests: bool
