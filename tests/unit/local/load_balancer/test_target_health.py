"""The health of targets: the transitions, and the checks that are sent."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest
from aiohttp import web

from navra_stacks.errors import NavraError
from navra_stacks.local.load_balancer.target_group import HealthCheck
from navra_stacks.local.load_balancer.target_health import CheckResult, Target, TargetHealth
from tests.unit.local.load_balancer.conftest import StartBalancer, StartTarget
from tests.unit.local.load_balancer.running import GROUP, Running, wait_until
from tests.unit.local.load_balancer.web_target import RawTarget, free_port

TARGET = Target("app", GROUP, "127.0.0.1", 1, 8080, 1, "10.0.0.10")
PASSED, FAILED = CheckResult("passed", 200), CheckResult("refused")


def statuses(check: HealthCheck, *observed: tuple[float, CheckResult]) -> list[str]:
    health = TargetHealth(TARGET, check, 0.0)
    found = []
    for now, result in observed:
        health.observe(result, now)
        found.append(health.state.status)
    return found


def test_the_first_passed_check_makes_a_new_target_healthy() -> None:
    check = HealthCheck(interval=10, healthy_threshold=5, unhealthy_threshold=3)
    assert statuses(check, (0, FAILED), (1, FAILED), (2, PASSED)) == [
        "initial",
        "initial",
        "healthy",
    ]


def test_only_one_failed_check_of_an_interval_counts_for_a_new_target() -> None:
    check = HealthCheck(interval=10, unhealthy_threshold=2)
    observed = [(float(second), FAILED) for second in range(11)]
    assert statuses(check, *observed) == ["initial"] * 10 + ["unhealthy"]


def test_later_changes_need_the_thresholds() -> None:
    check = HealthCheck(interval=10, healthy_threshold=2, unhealthy_threshold=3)
    results = [PASSED, FAILED, FAILED, PASSED, FAILED, FAILED, FAILED, PASSED, FAILED, PASSED]
    # Each check is a little earlier than an interval after the one before.
    found = statuses(check, *((9.9 * n, result) for n, result in enumerate([*results, PASSED])))
    assert found == ["healthy"] * 6 + ["unhealthy"] * 4 + ["healthy"]


def test_a_state_has_the_seconds_until_the_target_was_first_healthy() -> None:
    health = TargetHealth(TARGET, HealthCheck(healthy_threshold=1, unhealthy_threshold=1), 100.0)
    health.observe(PASSED, 107.5)
    health.observe(FAILED, 200.0)
    health.observe(PASSED, 300.0)
    assert (health.state.healthy_after, health.state.since) == (7.5, 300.0)
    assert (health.state.last_result, health.state.last_failure) == (PASSED, FAILED)
    assert health.state.checks == 3


@pytest.mark.parametrize(
    ("matcher", "accepted", "rejected"),
    [
        ("200", [200], [201, 404]),
        ("200,301", [200, 301], [302]),
        ("200-204, 404", [204, 404], [205]),
    ],
)
def test_a_matcher_accepts_its_statuses(
    matcher: str, accepted: list[int], rejected: list[int]
) -> None:
    check = HealthCheck(matcher=matcher)
    assert all(check.passes(status) for status in accepted)
    assert not any(check.passes(status) for status in rejected)


def test_a_health_check_is_that_of_the_load_balancer(
    start: StartBalancer, cleanup: ExitStack
) -> None:
    heads: list[bytes] = []

    def answer(connection: socket.socket, head: bytes) -> None:
        heads.append(head)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    target = cleanup.enter_context(RawTarget(answer))
    start(target.port, group={"health_check": {"path": "/ready?full=1"}}).wait_for("healthy")
    lines = heads[0].decode().split("\r\n")
    assert lines[0] == "GET /ready?full=1 HTTP/1.1"
    assert {"Host: 10.0.0.10:8080", "User-Agent: ELB-HealthChecker/2.0", "Connection: close"} <= {
        *lines
    }


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(b"", "closed"), (b"nonsense\r\n\r\n", "malformed"), (b"HTTP/1.1 200", "closed")],
)
def test_a_failed_check_has_the_kind_of_the_failure(
    start: StartBalancer, cleanup: ExitStack, answer: bytes, kind: str
) -> None:
    target = cleanup.enter_context(RawTarget(lambda one, _: one.sendall(answer)))
    balancer = start(target.port, group={"health_check": {"path": "/other"}})
    wait_until(lambda: balancer.state().last_result is not None)
    assert balancer.state().last_result.kind == kind  # type: ignore[union-attr]


def test_a_wrong_status_is_kept_with_its_location(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def login(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/login"})

    balancer = start(web_target(login).port, group={"health_check": {"path": "/private"}})
    wait_until(lambda: balancer.state().last_result is not None)
    result = balancer.state().last_result
    assert result is not None
    assert (result.kind, result.status, result.location) == ("status", 302, "/login")
    assert not result.passed


def test_a_check_without_a_response_times_out(start: StartBalancer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        balancer = start(
            silent.getsockname()[1], group={"health_check": {"timeout": 1, "interval": 5}}
        )
        wait_until(lambda: balancer.state().last_result is not None)
        assert balancer.state().last_result.kind == "timeout"  # type: ignore[union-attr]


def test_a_target_that_refuses_connections_becomes_unhealthy(start: StartBalancer) -> None:
    balancer = start(free_port(), group={"health_check": {"interval": 0, "unhealthy_threshold": 2}})
    state = balancer.wait_for("unhealthy")
    assert state.last_result is not None
    assert state.last_result.kind == "refused"
    assert state.healthy_after is None


def test_a_group_without_health_checks_has_healthy_targets(start: StartBalancer) -> None:
    balancer = start(free_port(), group={"health_check": {"enabled": False}})
    assert balancer.state().status == "healthy"


class TestChoice:
    """Which target receives a request."""

    def two(self, start: StartBalancer, web_target: StartTarget, **check: int | str) -> Running:
        def target(name: str, healthy: bool) -> int:
            async def handle(request: web.Request) -> web.StreamResponse:
                status = 500 if request.path == "/check" and not healthy else 200
                return web.Response(text=name, status=status)

            return web_target(handle).port

        return start(
            target("first", True),
            target("second", False),
            group={"health_check": {"path": "/check", "interval": 0, **check}},
        )

    def test_an_unhealthy_target_receives_nothing(
        self, start: StartBalancer, web_target: StartTarget
    ) -> None:
        balancer = self.two(start, web_target)
        balancer.wait_for("healthy", 0)
        balancer.wait_for("unhealthy", 1)
        assert {balancer.request().body for _ in range(6)} == {b"first"}

    def test_a_group_without_a_healthy_target_uses_all(
        self, start: StartBalancer, web_target: StartTarget
    ) -> None:
        balancer = self.two(start, web_target, matcher="418")
        balancer.wait_for("unhealthy", 0)
        balancer.wait_for("unhealthy", 1)
        assert [balancer.request().body for _ in range(4)].count(b"first") == 2

    def test_a_deregistered_target_receives_nothing(
        self, start: StartBalancer, web_target: StartTarget
    ) -> None:
        balancer = self.two(start, web_target)
        for target in balancer.targets:
            balancer.balancer.deregister(target)
        assert balancer.state().status == "draining"
        assert balancer.request().status == 503


def test_changes_are_reported(start: StartBalancer, web_target: StartTarget) -> None:
    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response()

    changes: list[str] = []
    balancer = start(on_change=lambda state: changes.append(state.status))
    target = balancer.balancer.register(GROUP, "127.0.0.1", web_target(page).port, "app")
    wait_until(lambda: changes == ["healthy"])
    balancer.balancer.deregister(target)
    assert changes == ["healthy", "draining"]


def test_a_target_group_without_a_rule_is_an_error_with_a_hint(start: StartBalancer) -> None:
    with pytest.raises(NavraError, match=r"did you mean 'aws_lb_target_group\.app'\?"):
        start().balancer.register("aws_lb_target_group.apps", "127.0.0.1", 1)


def test_a_check_on_another_port_needs_that_port(start: StartBalancer) -> None:
    balancer = start(group={"health_check": {"port": "9000"}})
    with pytest.raises(NavraError, match=r"use port 9000.* publish both ports"):
        balancer.balancer.register(GROUP, "127.0.0.1", 1)


def test_a_check_with_another_host_does_not_count(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def only_the_site(request: web.Request) -> web.StreamResponse:
        return web.Response(status=200 if request.host == "shop.example.com" else 400)

    balancer = start(web_target(only_the_site).port, group={"health_check": {"path": "/ready"}})
    wait_until(lambda: balancer.state().last_result is not None)
    target = balancer.targets[0]
    assert balancer.balancer.check(target).status == 400
    assert balancer.balancer.check(target, "shop.example.com").passed
    assert balancer.state().status == "initial"
    with balancer.balancer.idle_probe(target) as probe:
        assert probe.result().keep_alive
