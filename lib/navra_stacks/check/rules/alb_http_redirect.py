"""An HTTP listener of a public load balancer redirects to HTTPS."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.checked_document import CheckedDocument
from navra_stacks.check.finding import Severity
from navra_stacks.check.load_balancing import (
    BALANCERS,
    LISTENER_RULES,
    LISTENERS,
    actions,
    is_internet_facing,
)
from navra_stacks.check.rule import Rule, Violation

__all__ = ["RULE"]

_SAME = "#{protocol}"
"""The default protocol of a redirect, which is that of the request."""


def _violations(document: CheckedDocument) -> Iterator[Violation]:
    for listener in document.all(*LISTENERS):
        balancers = listener.referred("load_balancer_arn", *BALANCERS)
        if listener.string("protocol") != "HTTP" or not all(map(is_internet_facing, balancers)):
            continue
        if not balancers or balancers[0].is_data:
            continue
        for owner in (listener, *document.referring(listener, *LISTENER_RULES)):
            name = "default_action" if owner is listener else "action"
            for index, action in enumerate(actions(owner)):
                if action.string("type") == "forward":
                    yield Violation(
                        owner.address,
                        "it forwards HTTP requests to a target group; only a redirect is allowed",
                        f"{name}[{index}].type",
                    )
                if action.string("type") != "redirect" or action.is_absent("redirect"):
                    continue
                protocol = action.block("redirect").string("protocol", _SAME)
                if protocol not in (None, "HTTPS"):
                    yield Violation(
                        owner.address,
                        f"it redirects to the protocol {protocol}"
                        + (", which is HTTP" if protocol == _SAME else "")
                        + "; use HTTPS",
                        f"{name}[{index}].redirect.protocol",
                    )


RULE = Rule(
    id="alb-http-redirect",
    title="An HTTP listener of a public load balancer redirects to HTTPS.",
    failure="Requests, cookies and passwords travel unencrypted.",
    sources=(
        "FSBP ELB.1",
        "CKV_AWS_2",
    ),
    severity=Severity.HIGH,
    pack="baseline",
    repair="Set the default action of the listener to a redirect to HTTPS with HTTP_301.",
    violations=_violations,
)
