"""An Application Load Balancer: its listeners, their rules and the resolution of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from navra_stacks.local.load_balancer.actions import Action
from navra_stacks.local.load_balancer.conditions import Condition
from navra_stacks.local.load_balancer.request_head import RequestHead
from navra_stacks.local.load_balancer.target_group import TargetGroup
from navra_stacks.local.load_balancer.transforms import Transform

__all__ = ["Listener", "LoadBalancer", "Rule", "resolve"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A listener rule, or the default actions of a listener."""

    address: str
    """The Terraform address of the rule; of the listener, for the default actions."""
    priority: int | None
    """The priority, 1-50000; the lowest is evaluated first. None for the default actions."""
    conditions: tuple[Condition, ...]
    """The conditions, which must all match."""
    action: Action | None
    """The action that ends the evaluation; None if it cannot be performed on this machine."""
    transforms: tuple[Transform, ...] = ()
    """What is rewritten before a request is forwarded."""

    def matches(self, request: RequestHead) -> bool:
        """Return True if all conditions match."""
        return all(condition.matches(request) for condition in self.conditions)

    def rewritten(self, kind: str, text: str) -> str:
        """Return a URL or host after the transforms of a kind, see `Transform.kind`."""
        for transform in self.transforms:
            if transform.kind == kind:
                text = transform.apply(text)
        return text


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener of an Application Load Balancer."""

    address: str
    """The Terraform address."""
    port: int
    protocol: str
    """``HTTP`` or ``HTTPS``."""
    rules: tuple[Rule, ...]
    """The rules, sorted by priority; the default actions are the last rule and always match."""
    response_headers: Mapping[str, str] = field(default_factory=dict)
    """Headers that the listener sets in responses, by name."""
    server_header: bool = True
    """Whether responses have a ``Server`` header."""


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """An Application Load Balancer. Defaults are those of AWS's load balancer attributes."""

    address: str
    """The Terraform address."""
    name: str
    """The name in AWS; the last part of the address if AWS or the provider creates the name."""
    listeners: tuple[Listener, ...]
    """The listeners, sorted by port."""
    target_groups: Mapping[str, TargetGroup]
    """The target groups to which a rule of the load balancer forwards, by Terraform address."""
    idle_timeout: int = 60
    """Seconds without data after which a connection of a client or to a target is closed."""
    drop_invalid_header_fields: bool = False
    """Whether headers whose names have other characters than letters, digits and hyphens are
    removed before a request is forwarded."""
    xff_header_processing_mode: str = "append"
    """What happens to ``X-Forwarded-For``: ``append``, ``preserve`` or ``remove``."""
    xff_client_port: bool = False
    """Whether ``X-Forwarded-For`` has the client's port."""
    omissions: tuple[str, ...] = ()
    """What the description has and a load balancer on this machine does not do, one sentence
    each."""

    def listener(self, port: int) -> Listener:
        """Return the listener on a port.

        Raises:
            KeyError: no listener has the port.
        """
        for listener in self.listeners:
            if listener.port == port:
                return listener
        raise KeyError(port)


def resolve(listener: Listener, request: RequestHead) -> Rule:
    """Return the first rule of a listener whose conditions match the request."""
    return next(rule for rule in listener.rules if rule.matches(request))
