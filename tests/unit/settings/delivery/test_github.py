"""Refusals about repositories, pipelines and the state bucket."""

from __future__ import annotations

import pytest

from environments.staging import STAGING
from navra_stacks import EcrImage, EcrRepositories, GitHubDeployRole, S3State, SettingsError


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            GitHubDeployRole(repository="aep", branch="main"),
            "repository: 'aep' is not a GitHub repository; write it as in 'owner/name'",
        ),
        (
            GitHubDeployRole(repository="navralabs/aep"),
            "branch: or github_environment: neither is given, and exactly one decides who may "
            "deploy; name a branch, or a GitHub environment",
        ),
        (
            GitHubDeployRole(repository="navralabs/aep", branch="*"),
            "branch: '*' is not the name of a branch or of a GitHub environment; name one in full; "
            "a wildcard would let anybody's branch deploy",
        ),
        (
            S3State(
                bucket="navra-state",
                bootstrapped=True,
                kms_key_arn="arn:aws:kms:us-east-1:625847798833:key/0a1b",
            ),
            "kms_key_arn: is given, but a bootstrapped bucket has a key of its own; leave out one "
            "of the two",
        ),
    ],
)
def test_it_is_refused(settings, message):
    assert message in [str(problem) for problem in settings.problems()]


def test_a_registry_without_an_image_of_its_own_is_refused():
    services = [
        service.replace(
            container=service.container.replace(
                image=EcrImage(repository="aep", account="111111111111")
            )
        )
        for service in STAGING.services
    ]
    with pytest.raises(SettingsError, match="registry: would be empty"):
        STAGING.replace(services=services, registry=EcrRepositories())
