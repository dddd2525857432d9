"""A load balancer with logs depends on the policy of its log bucket."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import application_balancers
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for balancer in application_balancers(document):
        for kind in ("access_logs", "connection_logs"):
            logs = balancer.block(kind)
            if logs.flag("enabled", False) is not True:
                continue
            names = document.references(logs.body.get("bucket"), balancer.module)
            for bucket in document.find(names, "aws_s3_bucket"):
                written = document.attached(bucket, "bucket", "aws_s3_bucket_policy")
                if bucket.is_data or written is None:
                    continue
                missing = {one.base for one in written} - document.dependencies(balancer)
                if missing or not written:
                    yield Violation(
                        balancer.address,
                        f"it does not depend on {', '.join(sorted(missing))}"
                        if missing
                        else f"{bucket.address} has no policy that allows the delivery of logs",
                        f"{kind}.bucket",
                    )
                    break


RULE = Rule(
    id="alb-log-bucket-policy",
    title="A load balancer with logs depends on the policy of its log bucket.",
    failure=(
        "AWS refuses to enable the logs until the bucket policy allows the delivery, and the "
        "apply fails."
    ),
    sources=(
        "aws#12010",
        "AWS: Enable access logs",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        "Add an `aws_s3_bucket_policy` for the delivery, and list it in `depends_on` of the "
        "load balancer."
    ),
    violations=_violations,
)
