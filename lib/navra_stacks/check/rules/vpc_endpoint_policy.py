"""A gateway endpoint has a policy."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for endpoint in document.all("aws_vpc_endpoint"):
        if endpoint.string("vpc_endpoint_type", "Gateway") != "Gateway":
            continue
        attached = document.attached(endpoint, "vpc_endpoint_id", "aws_vpc_endpoint_policy")
        if endpoint.is_absent("policy") and attached == ():
            yield Violation(
                endpoint.address, "it allows access to the data of any account", "policy"
            )


RULE = Rule(
    id="vpc-endpoint-policy",
    title="A gateway endpoint has a policy.",
    failure="A container that is taken over copies data to the bucket of a stranger.",
    sources=("AWS: Control access to VPC endpoints using endpoint policies",),
    severity=Severity.LOW,
    pack="production",
    repair="Set `policy` to the buckets of the account and of AWS that are needed.",
    violations=_violations,
)
