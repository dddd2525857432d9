"""Images have a tag other than latest, or a digest."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.containers import containers
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation
from navra_stacks.terraform.expressions import replace_expressions

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for container in containers(document):
        image = container.values.text("image")
        if not image or "@" in image:
            continue
        name = replace_expressions(image, lambda _: "\ue000").rpartition("/")[2]
        _, colon, tag = name.rpartition(":")
        if tag == "latest" or (not colon and "\ue000" not in name):
            yield Violation(
                container.task.address,
                f"the image of {container.name} has {'the tag latest' if colon else 'no tag'}",
                container.argument("image"),
            )


RULE = Rule(
    id="container-image-tag",
    title="Images have a tag other than latest, or a digest.",
    failure=(
        "Tasks of one revision run different images, and a rollback deploys the broken one again."
    ),
    sources=("AWS: Best practices for Amazon ECS container images",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Use the tag of one version (setting: `EcrImage.tag`).",
    violations=_violations,
)
