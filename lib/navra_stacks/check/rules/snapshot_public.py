"""Snapshots and images are not public."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for snapshot in document.all(
        "aws_db_snapshot", "aws_db_snapshot_copy", "aws_db_cluster_snapshot"
    ):
        if "all" in (snapshot.texts("shared_accounts") or ()):
            yield Violation(snapshot.address, "everybody can restore it", "shared_accounts")
    for permission in document.all("aws_ami_launch_permission"):
        if permission.string("group") == "all":
            yield Violation(permission.address, "everybody can start the image", "group")


RULE = Rule(
    id="snapshot-public",
    title="Snapshots and images are not public.",
    failure="Everybody can copy the data.",
    sources=(
        "FSBP RDS.1",
        "FSBP EC2.1",
    ),
    severity=Severity.CRITICAL,
    pack="baseline",
    repair="Share with named accounts only.",
    violations=_violations,
)
