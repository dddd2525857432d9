"""The destination of a WAF log has a name that starts with aws-waf-logs-."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    types = ("aws_cloudwatch_log_group", "aws_s3_bucket", "aws_kinesis_firehose_delivery_stream")
    for logging in document.all("aws_wafv2_web_acl_logging_configuration"):
        for destination in logging.referred("log_destination_configs", *types):
            name = destination.string("bucket" if destination.type == "aws_s3_bucket" else "name")
            if name is not None and not name.startswith("aws-waf-logs-"):
                yield Violation(
                    logging.address,
                    f"the name {name!r} of {destination.address} must start with aws-waf-logs-",
                    "log_destination_configs",
                )


RULE = Rule(
    id="waf-log-destination",
    title="The destination of a WAF log has a name that starts with aws-waf-logs-.",
    failure="AWS rejects the logging configuration, and the apply fails.",
    sources=("AWS: Logging AWS WAF web ACL traffic",),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Let the name of the log group, bucket or stream start with `aws-waf-logs-`.",
    violations=_violations,
)
