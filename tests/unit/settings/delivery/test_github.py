"""Validation of the GitHub role, ECR repositories and the state bucket."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import EcrImage, EcrRepositories, GitHubDeployRole, S3State, SettingsError
from navra_stacks.settings.delivery.github_workflows import GitHubWorkflows

GITHUB = GitHubDeployRole.from_branch("navralabs/aep", "main")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            GitHubDeployRole(repository="aep", branch="main"),
            "repository: 'aep' is not a valid GitHub repository; use the form 'owner/name'",
        ),
        (
            GitHubDeployRole(repository="navralabs/aep"),
            "branch: exactly one of branch and github_environment is required, but neither is "
            "set; set either `branch` or github_environment, and not both",
        ),
        (
            GitHubDeployRole(repository="navralabs/aep", branch="*"),
            "branch: '*' is not a valid name of a branch or of a GitHub environment; use the "
            "full name of 1-200 letters, digits and . _ / @ + -; wildcards are not allowed, "
            "because they would let any branch deploy",
        ),
        (
            GitHubDeployRole(repository="navralabs/aep", branch="main", repository_id=456),
            "owner_id: is missing, and the other id is set; set both ids, or neither",
        ),
        (
            GitHubDeployRole(repository=None, branch="main", owner_id=1, repository_id=2),
            "repository_id: is set, but `repository` is not; set `repository`",
        ),
        (
            GitHubDeployRole(repository="a/b", branch="main", owner_id=0, repository_id=2),
            "owner_id: 0 is not a valid GitHub id (1-9223372036854775807)",
        ),
        (
            GitHubWorkflows(),
            "branch: exactly one of branch, github_environment and pull_requests is required, but "
            "none is set; set one of them",
        ),
        (
            GitHubWorkflows(branch="main", pull_requests=True),
            "branch: exactly one of branch, github_environment and pull_requests is required, but "
            "branch and pull_requests are set; set one of them",
        ),
        (
            GitHubWorkflows(branch="main", owner_id=1, repository_id=2),
            "repository_id: is set, but `repository` is not; set `repository`",
        ),
        (
            GITHUB.replace(push_workflows=(GitHubWorkflows.from_pull_requests(None),)),
            "push_workflows: contains pull_requests=True, but the code of a pull request has not "
            "been reviewed, and the role changes the environment; use `branch` or "
            "github_environment",
        ),
        (
            GITHUB.replace(further_workflows=(GitHubWorkflows(branch="main"),)),
            "further_workflows: contains 'repo:navralabs/aep:ref:refs/heads/main' twice; list each "
            "workflow once",
        ),
        (
            GITHUB.replace(plan_workflows=2 * (GitHubWorkflows.from_pull_requests("a/b"),)),
            "plan_workflows: contains 'repo:a/b:pull_request' twice; list each workflow once",
        ),
        (
            S3State(
                bucket="navra-state",
                bootstrapped=True,
                kms_key_arn="arn:aws:kms:us-east-1:625847798833:key/0a1b",
            ),
            "kms_key_arn: is set, but a bucket with bootstrapped=True gets a new key; remove "
            "kms_key_arn, or set bootstrapped=False",
        ),
    ],
)
def test_rejects_invalid_delivery_settings(settings, message):
    assert message in [str(problem) for problem in settings.problems()]


def test_rejects_a_registry_without_images_in_this_account():
    services = [
        service.replace(
            container=service.container.replace(
                image=EcrImage(repository="aep", account="111111111111")
            )
        )
        for service in STAGING.services
    ]
    with pytest.raises(SettingsError, match="registry: would contain no repository, because"):
        STAGING.replace(services=services, registry=EcrRepositories())


@pytest.mark.parametrize(
    ("workflows", "subject"),
    [
        (GitHubWorkflows.from_branch("a/b", "main"), "repo:a/b:ref:refs/heads/main"),
        (GitHubWorkflows.from_github_environment("a/b", "live"), "repo:a/b:environment:live"),
        (GitHubWorkflows.from_pull_requests("a/b"), "repo:a/b:pull_request"),
        (GitHubWorkflows(branch="main"), "repo:navralabs/aep:ref:refs/heads/main"),
    ],
)
def test_workflows_without_a_repository_have_that_of_the_deploy_role(workflows, subject):
    source = GITHUB.source_of(workflows)
    assert source.subjects(source.repository) == (subject,)


def test_workflows_without_a_repository_have_its_ids_too():
    deploy = GITHUB.replace(owner_id=123, repository_id=456)
    source = deploy.source_of(GitHubWorkflows(github_environment="live"))
    assert source.subjects(source.repository) == (
        "repo:navralabs/aep:environment:live",
        "repo:navralabs@123/aep@456:environment:live",
    )
    other = deploy.source_of(GitHubWorkflows.from_branch("a/b", "main"))
    assert other.repository_id is None
