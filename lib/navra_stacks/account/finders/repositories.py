"""Finders for ECR repositories and lifecycle policies."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import created
from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["lifecycle_policy", "repository"]


def repository(target: LookupTarget) -> Iterator[Candidate]:
    """Find an ECR repository by its name."""
    for live in target.account.list_all(
        "ecr", "describe_repositories", repositoryNames=[target["name"]]
    ):
        name = live["repositoryName"]
        yield Candidate(
            name,
            {
                "arn": live["repositoryArn"],
                "id": name,
                "name": name,
                "repository_url": live["repositoryUri"],
            },
            created(live.get("createdAt")),
            live,
        )


def lifecycle_policy(target: LookupTarget) -> Iterator[Candidate]:
    """Find the lifecycle policy of an ECR repository."""
    name = target["repository"]
    if target.account.find("ecr", "get_lifecycle_policy", repositoryName=name) is not None:
        yield Candidate(name)
