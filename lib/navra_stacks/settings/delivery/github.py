"""The IAM roles with which GitHub Actions deploys an environment, pushes images and plans."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.delivery.github_workflows import (
    ISSUER,
    Claim,
    GitHubId,
    GitHubRepository,
    GitHubSource,
    GitHubWorkflows,
)
from navra_stacks.settings.model.arguments import variant
from navra_stacks.settings.model.base import rule

__all__ = ["ISSUER", "GitHubDeployRole"]


class GitHubDeployRole(GitHubSource):
    """The IAM role with which GitHub Actions deploys the environment, without access keys.

    On request, there is a second role that pushes images, and a third one for a read-only plan.
    Each role trusts workflows of its own, so the repositories of the application can differ from
    the repository of the infrastructure.
    """

    creates_provider: bool = False
    """True to create the IAM OIDC provider for GitHub in the environment's stack; False if the
    account has the provider already. An account can have only one such provider."""

    further_workflows: tuple[GitHubWorkflows, ...] = ()
    """Workflows that can assume the deploy role too, for example of a second repository of the
    application."""

    push_workflows: tuple[GitHubWorkflows, ...] = ()
    """The workflows that push images. They can assume the role ``<project>-<environment>-push``,
    which is created only for them. The deploy role cannot push images."""

    plan_workflows: tuple[GitHubWorkflows, ...] = ()
    """The workflows that run ``terraform plan``. They can assume the role
    ``<project>-<environment>-plan``, which is created only for them. It reads the configuration
    and the state, locks the state, and changes nothing else. With a `Database`, it also reads the
    password of the database, which each plan compares."""

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

    def source_of(self, workflows: GitHubWorkflows) -> GitHubWorkflows:
        """Return workflows with their repository: without one, that of the deploy role."""
        if workflows.repository is not None:
            return workflows
        return workflows.replace(
            repository=self.repository, owner_id=self.owner_id, repository_id=self.repository_id
        )

    @rule
    def _check_pull_requests(self) -> Iterator[SettingsProblem]:
        for field in ("further_workflows", "push_workflows"):
            if any(one.pull_requests for one in getattr(self, field)):
                yield SettingsProblem(
                    field,
                    "contains pull_requests=True, but the code of a pull request has not been "
                    "reviewed, and the role changes the environment",
                    "use `branch` or github_environment",
                )

    @rule
    def _check_duplicates(self) -> Iterator[SettingsProblem]:
        for field in ("further_workflows", "push_workflows", "plan_workflows"):
            seen: list[tuple[str, ...]] = []
            if field == "further_workflows":
                seen.append(self.subjects(str(self.repository)))
            for one in getattr(self, field):
                source = self.source_of(one)
                subjects = source.subjects(str(source.repository))
                if subjects in seen:
                    yield SettingsProblem(
                        field, f"contains {subjects[0]!r} twice", "list each workflow once"
                    )
                seen.append(subjects)

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[GitHubDeployRoleChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class GitHubDeployRoleChanges(TypedDict, total=False):
        repository: GitHubRepository | None
        branch: Claim | None
        github_environment: Claim | None
        owner_id: GitHubId | None
        repository_id: GitHubId | None
        creates_provider: bool
        further_workflows: tuple[GitHubWorkflows, ...]
        push_workflows: tuple[GitHubWorkflows, ...]
        plan_workflows: tuple[GitHubWorkflows, ...]
