"""Services on Fargate run on the latest platform version."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for service in document.all("aws_ecs_service"):
        version = service.string("platform_version", "LATEST")
        if version not in (None, "LATEST"):
            yield Violation(
                service.address, f"{version} is a fixed version; use LATEST", "platform_version"
            )


RULE = Rule(
    id="ecs-platform-version",
    title="Services on Fargate run on the latest platform version.",
    failure="Tasks run without the security fixes of newer platform versions.",
    sources=(
        "FSBP ECS.10",
        "CKV_AWS_332",
    ),
    severity=Severity.LOW,
    pack="baseline",
    repair="Remove `platform_version` or set it to `LATEST`.",
    violations=_violations,
)
