"""A load balancer with one target group, and small targets that run in threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from navra_stacks.local.load_balancer.balancer import LoadBalancer
from navra_stacks.local.load_balancer.listeners import load_balancers
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer
from navra_stacks.local.load_balancer.target_health import TargetState
from tests.support.document_builder import document
from tests.unit.local.load_balancer.running import GROUP, Running
from tests.unit.local.load_balancer.web_target import Handler, WebTarget

StartBalancer = Callable[..., Running]
StartTarget = Callable[[Handler], WebTarget]


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def web_target(cleanup: ExitStack) -> StartTarget:
    """Start a target whose requests a function answers."""
    return lambda handler: cleanup.enter_context(WebTarget(handler))


@pytest.fixture
def start(cleanup: ExitStack) -> StartBalancer:
    """Start a load balancer with the given arguments, and register targets on ports."""

    def start(
        *ports: int,
        group: dict[str, Any] | None = None,
        listener: dict[str, Any] | None = None,
        blocks: dict[str, Any] | None = None,
        on_change: Callable[[TargetState], None] = lambda _: None,
        **arguments: Any,
    ) -> Running:
        balancer = one_group(group or {}, listener or {}, blocks or {}, **arguments)
        running = Running(LocalLoadBalancer(balancer, on_change=on_change, initial_interval=0.02))
        cleanup.callback(running.balancer.stop)
        running.start(*ports)
        return running

    return start


def one_group(
    group: dict[str, Any], listener: dict[str, Any], blocks: dict[str, Any], **arguments: Any
) -> LoadBalancer:
    (found,) = load_balancers(
        document(
            {
                "aws_lb.web": {"name": "web", **arguments},
                "aws_lb_listener.https": {
                    "load_balancer_arn": "${aws_lb.web.arn}",
                    "port": 443,
                    "protocol": "HTTPS",
                    "default_action": {
                        "type": "forward",
                        "target_group_arn": f"${{{GROUP}.arn}}",
                    },
                    **listener,
                },
                GROUP: {
                    "name": "app",
                    "port": 8080,
                    "protocol": "HTTP",
                    "health_check": {"path": "/health", "interval": 5, "timeout": 2},
                    **group,
                },
                **blocks,
            }
        )
    )
    return found
