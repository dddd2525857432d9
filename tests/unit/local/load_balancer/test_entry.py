"""Redirects, fixed responses and weights of a local listener."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from aiohttp import web

from navra_stacks.local.load_balancer.actions import Forward, Redirect, WeightedTargetGroup
from navra_stacks.local.load_balancer.entry import PortInUseError
from navra_stacks.local.load_balancer.local_load_balancer import LocalLoadBalancer
from navra_stacks.local.load_balancer.request_head import RequestHead
from tests.unit.local.load_balancer.conftest import StartBalancer, StartTarget, one_group
from tests.unit.local.load_balancer.running import GROUP


def http_listener(**action: Any) -> dict[str, Any]:
    return {
        "aws_lb_listener.http": {
            "load_balancer_arn": "${aws_lb.web.arn}",
            "port": 80,
            "protocol": "HTTP",
            "default_action": action,
        }
    }


TO_HTTPS = http_listener(
    type="redirect", redirect={"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}
)


def test_a_redirect_to_another_listener_goes_to_its_local_port(start: StartBalancer) -> None:
    balancer = start(blocks=TO_HTTPS)
    response = balancer.request(path="/a%20b?x=1", listener=80)
    assert (response.status, response.reason) == (301, "Moved Permanently")
    assert response.headers["Location"] == f"http://127.0.0.1:{balancer.port}/a%20b?x=1"
    assert response.headers["Server"] == "awselb/2.0"
    # The length that Application Load Balancers send.
    assert response.headers["Content-Length"] == "134"


def test_a_redirect_keeps_the_host_that_the_client_uses(start: StartBalancer) -> None:
    balancer = start(blocks=TO_HTTPS)
    response = balancer.request(headers={"Host": "shop.localhost:8080"}, listener=80)
    assert response.headers["Location"] == f"http://shop.localhost:{balancer.port}/"


@pytest.mark.parametrize(
    ("redirect", "location"),
    [
        (
            Redirect(302, host="www.#{host}", protocol="HTTPS", port="443"),
            "https://www.example.com:443/a/b?x=1",
        ),
        (
            Redirect(302, path="/new/#{path}", query="from=#{protocol}&#{query}"),
            "http://example.com:80/new/a/b?from=http&x=1",
        ),
        (Redirect(302, query=""), "http://example.com:80/a/b"),
    ],
)
def test_a_redirect_fills_the_placeholders(redirect: Redirect, location: str) -> None:
    request = RequestHead("GET", "/a/b", "x=1", (("Host", "Example.com:8080"),))
    assert redirect.location(request, "http", 80, {443: 8443}) == location


def test_a_redirect_to_another_host_stays_on_this_machine_with_local_names() -> None:
    redirect = Redirect(301, protocol="HTTPS", host="www.#{host}", port="443")
    request = RequestHead("GET", "/a", "", (("Host", "example.com.localhost:8080"),))
    location = redirect.location(request, "http", 80, {443: 8443})
    assert location == "http://www.example.com.localhost:8443/a"


def test_a_fixed_response_is_returned(start: StartBalancer) -> None:
    balancer = start(
        blocks=http_listener(
            type="fixed-response",
            fixed_response={
                "status_code": "404",
                "content_type": "application/json",
                "message_body": '{"é": 1}',
            },
        )
    )
    response = balancer.request(listener=80)
    assert response.status == 404
    assert response.headers.get_content_type() == "application/json"
    assert response.body.decode() == '{"é": 1}'


def test_a_rule_forwards_to_its_own_target_group(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        return web.Response(text=request.path)

    balancer = start(
        blocks={
            "aws_lb_target_group.api": {"port": 1, "health_check": {"path": "/health"}},
            "aws_lb_listener_rule.api": {
                "listener_arn": "${aws_lb_listener.https.arn}",
                "priority": 1,
                "condition": [{"path_pattern": [{"values": ["/api/*"]}]}],
                "action": {
                    "type": "forward",
                    "target_group_arn": "${aws_lb_target_group.api.arn}",
                },
            },
        }
    )
    balancer.balancer.register("aws_lb_target_group.api", "127.0.0.1", web_target(page).port)
    assert balancer.request(path="/api/x?y=/").body == b"/api/x"
    assert balancer.request(path="/apix").status == 503


def test_the_transforms_of_a_rule_rewrite_the_url_and_the_host(
    start: StartBalancer, web_target: StartTarget
) -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        return web.Response(text=f"{request.host} {request.raw_path}")

    def rewrite(regex: str, replace: str) -> dict[str, Any]:
        return {"rewrite": [{"regex": regex, "replace": replace}]}

    balancer = start(
        web_target(page).port,
        blocks={
            "aws_lb_listener_rule.api": {
                "listener_arn": "${aws_lb_listener.https.arn}",
                "priority": 1,
                "condition": {"path_pattern": {"values": ["/api/*"]}},
                "action": {"type": "forward", "target_group_arn": f"${{{GROUP}.arn}}"},
                "transform": [
                    {
                        "type": "url-rewrite",
                        "url_rewrite_config": rewrite("^/api/(v\\d)/(.*)$", "/$2/$1"),
                    },
                    {
                        "type": "host-header-rewrite",
                        "host_header_rewrite_config": rewrite("^(.+)\\.test$", "$1.internal"),
                    },
                ],
            }
        },
    )
    headers = {"Host": "shop.test"}
    response = balancer.request(path="/api/v1/items?x=/api/v2/", headers=headers)
    assert response.body == b"shop.internal /items?x=/api/v2//v1"
    assert balancer.request(path="/api/x", headers=headers).body == b"shop.internal /api/x"
    assert balancer.request(path="/v1/x", headers=headers).body == b"shop.test /v1/x"


def test_weights_decide_and_a_weight_of_zero_receives_nothing() -> None:
    forward = Forward(
        (
            WeightedTargetGroup("zero", 0),
            WeightedTargetGroup("one", 1),
            WeightedTargetGroup("three", 3),
        )
    )
    positions = [position / 100 for position in range(100)]
    chosen = [forward.target_group(position) for position in positions]
    assert [chosen.count(name) for name in ("zero", "one", "three")] == [0, 25, 75]
    assert Forward((WeightedTargetGroup("zero", 0),)).target_group(0.0) is None


def test_a_port_in_use_is_an_error_and_leaves_no_port_open() -> None:
    balancer = one_group({}, {}, TO_HTTPS)
    with socket.create_server(("127.0.0.1", 0)) as first:
        in_use = first.getsockname()[1]
        with socket.create_server(("127.0.0.1", 0)) as second:
            free = second.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"port {in_use} .*choose another port"):
            LocalLoadBalancer(balancer, {80: free, 443: in_use}).start()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", free))


def test_requested_ports_are_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with LocalLoadBalancer(one_group({}, {}, {}), {443: port}) as balancer:
        assert balancer.balancer.target_groups.keys() == {GROUP}
        socket.create_connection(("127.0.0.1", port)).close()
