"""An HTTPS listener requires TLS 1.2 or newer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import LISTENERS
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_MODERN = re.compile(
    r"ELBSecurityPolicy-TLS13-1-[23]-(?:Res-|FIPS-)?(?:PQ-)?20.*"
    r"|ELBSecurityPolicy-TLS13-1-[23]-(?:Res-)?(?:FIPS-|PQ-).*"
    r"|ELBSecurityPolicy-FS-1-2-.*|ELBSecurityPolicy-TLS-1-2-2017-01"
)
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for listener in document.all(*LISTENERS):
        if listener.string("protocol") not in ("HTTPS", "TLS"):
            continue
        policy = listener.string("ssl_policy", "ELBSecurityPolicy-2016-08")
        if policy is not None and not _MODERN.fullmatch(policy):
            yield Violation(
                listener.address,
                f"{policy} accepts TLS older than 1.2 or weak ciphers; use a policy such as "
                "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "ssl_policy",
            )


RULE = Rule(
    id="alb-tls-policy",
    title="An HTTPS listener requires TLS 1.2 or newer.",
    failure="Clients can negotiate protocols and ciphers with known attacks.",
    sources=(
        "FSBP ELB.17",
        "CKV_AWS_103",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair=(
        'Set `ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"` or a newer one (setting: '
        "`load_balancer.tls_policy`)."
    ),
    violations=_violations,
)
