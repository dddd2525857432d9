"""ECR repositories."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.finders.matching import created
from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["lifecycle_policy", "repository"]


def repository(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name."""
    for live in wanted.account.all(
        "ecr", "describe_repositories", repositoryNames=[wanted["name"]]
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


def lifecycle_policy(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its repository, which has one at most."""
    name = wanted["repository"]
    if wanted.account.look("ecr", "get_lifecycle_policy", repositoryName=name) is not None:
        yield Candidate(name)
