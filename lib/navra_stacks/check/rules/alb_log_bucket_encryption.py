"""The bucket for logs of load balancers is encrypted with SSE-S3."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.buckets import configurations
from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import application_balancers
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for balancer in application_balancers(document):
        for kind in ("access_logs", "connection_logs"):
            names = document.references(balancer.block(kind).body.get("bucket"), balancer.module)
            for bucket in document.find(names, "aws_s3_bucket"):
                for one in configurations(document, bucket, "server_side_encryption") or ():
                    default = one.block("rule").block("apply_server_side_encryption_by_default")
                    if (default.string("sse_algorithm") or "").startswith("aws:kms"):
                        yield Violation(
                            one.address,
                            f"{balancer.address} cannot write logs to a bucket with a KMS key; "
                            "use AES256",
                            "rule[0].apply_server_side_encryption_by_default.sse_algorithm",
                        )
            if kind == "access_logs" and not balancer.is_absent("access_logs"):
                break


RULE = Rule(
    id="alb-log-bucket-encryption",
    title="The bucket for logs of load balancers is encrypted with SSE-S3.",
    failure=(
        "Application Load Balancers cannot write to a bucket with a KMS key, and the apply fails."
    ),
    sources=(
        "cdk#21947",
        "AWS: Enable access logs",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair='Set `sse_algorithm = "AES256"` for the bucket.',
    violations=_violations,
)
