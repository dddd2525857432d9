"""A cluster has Container Insights."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for cluster in document.all("aws_ecs_cluster"):
        settings = cluster.blocks("setting")
        values = [one.string("value") for one in settings if one.get("name") == "containerInsights"]
        if not cluster.has_unknown("setting") and (
            not values or not {"enabled", "enhanced", None}.intersection(values)
        ):
            yield Violation(cluster.address, "Container Insights is disabled", "setting")


RULE = Rule(
    id="ecs-container-insights",
    title="A cluster has Container Insights.",
    failure="Without metrics of tasks, the cause of slow or failing tasks is not visible.",
    sources=(
        "FSBP ECS.12",
        "CKV_AWS_65",
    ),
    severity=Severity.LOW,
    pack="production",
    repair="Set `containerInsights` to `enhanced` (setting: `hardening.container_insights`).",
    violations=_violations,
)
