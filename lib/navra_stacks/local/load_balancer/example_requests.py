"""Example requests that reach each forwarding rule of a load balancer."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from navra_stacks.local.load_balancer.actions import Forward
from navra_stacks.local.load_balancer.balancer import Listener, LoadBalancer, Rule, resolve
from navra_stacks.local.load_balancer.conditions import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    PathPattern,
    QueryString,
    SourceIp,
)
from navra_stacks.local.load_balancer.request_head import RequestHead

__all__ = ["ExampleRequest", "example_requests"]

_SOURCE = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """A request, and the rule and target group that it reaches."""

    listener_port: int
    """The port of the described listener."""
    request: RequestHead
    """The request; without a ``Host`` header if no condition requires one."""
    rule: str
    """The Terraform address of the rule; of the listener, for its default actions."""
    target_group: str
    """The Terraform address of the target group with the highest weight."""


def example_requests(balancer: LoadBalancer) -> tuple[ExampleRequest, ...]:
    """Return one example for each value of each path pattern of each rule that forwards.

    Each example has been resolved: it reaches the rule. A rule is omitted if no request from this
    machine is found that reaches it, for example a rule with a condition for the source address.
    """
    return tuple(
        ExampleRequest(listener.port, request, rule.address, rule.action.main_target_group)
        for listener in balancer.listeners
        for rule in listener.rules
        if isinstance(rule.action, Forward)
        for request in _reaching(listener, rule)
    )


def _reaching(listener: Listener, rule: Rule) -> Iterator[RequestHead]:
    paths = [condition for condition in rule.conditions if isinstance(condition, PathPattern)]
    others = [condition for condition in rule.conditions if condition not in paths]
    groups = [_paths(value) for path in paths for value in path.values]
    if not paths:
        groups = [["/", "/example", "/example/path"]]
    for candidates in groups:
        for path, extras in itertools.product(candidates, _extras(others)):
            request = RequestHead(extras.method, path, extras.query, extras.headers, _SOURCE)
            if resolve(listener, request) is rule:
                yield request
                break


def _paths(pattern: str) -> list[str]:
    """Return paths that match a pattern, the simplest first."""
    return [
        _without_wildcards(pattern, filling) for filling in ("", "example", "example/path", "x-1")
    ]


def _extras(conditions: list[Condition]) -> Iterator[RequestHead]:
    """Yield requests without a path that fulfil the other conditions."""
    method, query, headers = "GET", "", []
    for condition in conditions:
        match condition:
            case HttpRequestMethod():
                method = condition.values[0]
            case HostHeader() if condition.values:
                headers.append(("Host", _without_wildcards(condition.values[0], "www")))
            case HttpHeader() if condition.values:
                headers.append((condition.name, _without_wildcards(condition.values[0], "example")))
            case QueryString():
                key, value = condition.values[0]
                name = _without_wildcards(key or "key", "example")
                query += f"{'&' if query else ''}{name}={_without_wildcards(value, 'example')}"
            case SourceIp() if condition.matches(RequestHead("GET", "/", source_ip=_SOURCE)):
                pass
            case _:
                return
    yield RequestHead(method, "/", query, tuple(headers), _SOURCE)


def _without_wildcards(pattern: str, filling: str) -> str:
    return re.sub(r"\*", filling, pattern).replace("?", "x")
