"""Load balancers, as they are read from documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from navra_stacks.local.load_balancer.actions import FixedResponse, Forward, Redirect
from navra_stacks.local.load_balancer.balancer import LoadBalancer, resolve
from navra_stacks.local.load_balancer.document_values import UnreadableArgumentError
from navra_stacks.local.load_balancer.example_requests import example_requests
from navra_stacks.local.load_balancer.listeners import load_balancers
from navra_stacks.local.load_balancer.request_head import RequestHead
from navra_stacks.local.load_balancer.target_group import HealthCheck
from tests.support.document_builder import document
from tests.support.synthesized import Built

LISTENER = {
    "load_balancer_arn": "${aws_lb.web.arn}",
    "port": 80,
    "default_action": {"type": "forward", "target_group_arn": "${aws_lb_target_group.app.arn}"},
}
BLOCKS: dict[str, Mapping[str, Any]] = {
    "aws_lb.web": {"name": "web"},
    "aws_lb_listener.http": LISTENER,
    "aws_lb_target_group.app": {"name": "app", "port": "8080"},
}


def read(**changed: Any) -> LoadBalancer:
    variables = changed.pop("variables", None)
    blocks = {**BLOCKS, **changed.pop("blocks", {})}
    (found,) = load_balancers(document(blocks, variables=variables), changed.pop("values", None))
    return found


def rule(priority: int, **body: Any) -> dict[str, Any]:
    return {
        "listener_arn": "${aws_lb_listener.http.arn}",
        "priority": priority,
        "condition": {"path_pattern": {"values": ["/api/*"]}},
        "action": {"type": "forward", "target_group_arn": "${aws_lb_target_group.app.arn}"},
        **body,
    }


class TestThisRepository:
    """The environments of this repository."""

    @pytest.mark.parametrize("stack", ["aep-staging", "aep-prod"])
    @pytest.mark.parametrize(
        ("path", "group"),
        [
            ("/", "frontend"),
            ("/deep/link", "frontend"),
            ("/api/items", "backend"),
            ("/health/ready", "backend"),
            ("/health", "frontend"),
        ],
    )
    def test_each_path_reaches_its_service(
        self, documents: Mapping[str, Built], stack: str, path: str, group: str
    ) -> None:
        (balancer,) = load_balancers(documents[stack])
        found = resolve(balancer.listener(443), RequestHead("GET", path))
        assert isinstance(found.action, Forward)
        assert found.action.main_target_group == f"aws_lb_target_group.{group}_target_group"

    def test_the_load_balancer_has_its_attributes(self, prod: Built) -> None:
        (balancer,) = load_balancers(prod)
        assert (balancer.name, balancer.idle_timeout) == ("aep-prod-alb", 300)
        assert balancer.drop_invalid_header_fields
        assert balancer.omissions == (
            "aws_wafv2_web_acl_association.web_acl_association: no web ACL inspects the requests",
        )
        https = balancer.listener(443)
        assert https.response_headers["Strict-Transport-Security"] == "max-age=31536000"
        assert not https.server_header
        group = balancer.target_groups["aws_lb_target_group.backend_target_group"]
        assert (group.port, group.deregistration_delay) == (8787, 120)
        assert group.health_check == HealthCheck(
            path="/health/live", interval=15, healthy_threshold=2, unhealthy_threshold=3
        )

    def test_plain_http_is_redirected(self, staging: Built) -> None:
        (balancer,) = load_balancers(staging)
        action = resolve(balancer.listener(80), RequestHead("GET", "/")).action
        assert isinstance(action, Redirect)

    @pytest.mark.parametrize("stack", ["aep-staging", "aep-prod"])
    def test_each_forwarding_rule_has_examples(
        self, documents: Mapping[str, Built], stack: str
    ) -> None:
        (balancer,) = load_balancers(documents[stack])
        examples = example_requests(balancer)
        reached = {(example.request.path, example.target_group) for example in examples}
        assert {
            ("/api/", "aws_lb_target_group.backend_target_group"),
            ("/health/", "aws_lb_target_group.backend_target_group"),
            ("/", "aws_lb_target_group.frontend_target_group"),
        } <= reached


def test_absent_arguments_have_the_defaults_of_aws() -> None:
    balancer = read()
    group = balancer.target_groups["aws_lb_target_group.app"]
    assert (group.port, group.deregistration_delay) == (8080, 300)
    assert group.health_check == HealthCheck(True, "HTTP", None, "/", 30, 5, 5, 2, "200")
    assert (balancer.idle_timeout, balancer.listener(80).protocol) == (60, "HTTP")


def test_a_health_check_block_has_the_thresholds_of_the_provider() -> None:
    group = {"name": "app", "port": 1, "health_check": [{"port": "9000", "interval": "7"}]}
    balancer = read(blocks={"aws_lb_target_group.app": group})
    check = balancer.target_groups["aws_lb_target_group.app"].health_check
    assert (check.healthy_threshold, check.unhealthy_threshold) == (3, 3)
    assert (check.port, check.interval) == (9000, 7)


def test_rules_are_evaluated_by_priority() -> None:
    balancer = read(
        blocks={
            "aws_lb_listener_rule.late": rule(20),
            "aws_lb_listener_rule.early": rule(
                3, action=[{"type": "fixed-response", "fixed_response": {"status_code": "418"}}]
            ),
        }
    )
    found = resolve(balancer.listener(80), RequestHead("GET", "/api/x"))
    assert found.address == "aws_lb_listener_rule.early"
    assert found.action == FixedResponse(418)


def test_the_old_resource_names_are_read_too() -> None:
    (balancer,) = load_balancers(
        document(
            {
                "aws_alb.web": {"name": "web"},
                "aws_alb_listener.http": {
                    "load_balancer_arn": "${aws_alb.web.id}",
                    "port": "8080",
                    "default_action": [
                        {
                            "type": "forward",
                            "forward": [
                                {
                                    "target_group": [
                                        {"arn": "${aws_alb_target_group.a.arn}", "weight": "3"},
                                        {"arn": "${aws_alb_target_group.b[0].arn}"},
                                    ]
                                }
                            ],
                        }
                    ],
                },
                "aws_alb_target_group.a": {"port": 1},
                "aws_alb_target_group.b": {"port": 2, "count": 1},
            }
        )
    )
    action = balancer.listener(8080).rules[0].action
    assert isinstance(action, Forward)
    assert [(group.target_group, group.weight) for group in action.target_groups] == [
        ("aws_alb_target_group.a", 3),
        ("aws_alb_target_group.b", 1),
    ]


def test_variables_and_locals_are_evaluated() -> None:
    blocks = {
        "aws_lb_listener.http": LISTENER | {"port": "${var.port}"},
        "aws_lb.web": {"name": "web", "idle_timeout": "${var.idle}"},
    }
    variables = {"port": {"default": 8000}, "idle": {"type": "number"}}
    balancer = read(blocks=blocks, variables=variables, values={"idle": 120})
    assert balancer.listener(8000).port == 8000
    assert balancer.idle_timeout == 120


def test_a_variable_without_a_value_is_an_error_with_the_repair() -> None:
    with pytest.raises(UnreadableArgumentError, match=r"aws_lb_listener\.http: port .*default"):
        read(
            blocks={"aws_lb_listener.http": LISTENER | {"port": "${var.port}"}},
            variables={"port": {}},
        )


@pytest.mark.parametrize(
    ("blocks", "message"),
    [
        (
            {"aws_lb_listener_rule.a": rule(1, listener_arn="arn:aws:elasticloadbalancing:x")},
            "listener_arn is 'arn:aws:.*refer to a resource",
        ),
        ({"aws_lb_listener_rule.a": rule(1, for_each="${var.x}")}, "for_each is not supported"),
        ({"aws_lb_listener_rule.a": rule(1, condition={"cookie": {}})}, "no known kind"),
        (
            {
                "aws_lb_listener_rule.a": rule(
                    1, condition={"path_pattern": {"regex_values": ["("]}}
                )
            },
            "regular expression",
        ),
        (
            {"aws_lb_target_group.app": {"port": 1, "health_check": {"matcher": "ok"}}},
            "matcher is 'ok'; use statuses",
        ),
    ],
)
def test_what_cannot_be_read_is_an_error_with_the_repair(
    blocks: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnreadableArgumentError, match=message):
        read(blocks=blocks)


def test_network_load_balancers_are_omitted() -> None:
    blocks = {
        "aws_lb.tcp": {"name": "tcp", "load_balancer_type": "network"},
        "aws_lb_listener.tcp": LISTENER | {"load_balancer_arn": "${aws_lb.tcp.arn}"},
    }
    assert read(blocks=blocks).address == "aws_lb.web"


def test_the_rules_of_a_listener_that_is_looked_up_are_read() -> None:
    (balancer,) = load_balancers(
        document(
            {
                "data.aws_lb.shared": {"name": "shared"},
                "data.aws_lb_listener.https": {
                    "load_balancer_arn": "${data.aws_lb.shared.arn}",
                    "port": 443,
                },
                "aws_lb_listener_rule.app": rule(
                    5, listener_arn="${data.aws_lb_listener.https.arn}"
                ),
                "aws_lb_target_group.app": {"port": 80},
            }
        )
    )
    assert (balancer.address, balancer.name) == ("data.aws_lb.shared", "shared")
    assert balancer.listener(443).protocol == "HTTPS"
    assert [found.address for found in balancer.listener(443).rules] == [
        "aws_lb_listener_rule.app",
        "data.aws_lb_listener.https",
    ]
    assert any("default actions" in omission for omission in balancer.omissions)


def test_unsupported_actions_are_omitted_and_reported() -> None:
    balancer = read(
        blocks={
            "aws_lb_listener_rule.login": rule(
                1,
                action=[
                    {
                        "type": "forward",
                        "order": 2,
                        "target_group_arn": "${aws_lb_target_group.app.arn}",
                    },
                    {"type": "authenticate-oidc", "order": 1, "authenticate_oidc": {}},
                ],
            )
        }
    )
    assert isinstance(balancer.listener(80).rules[0].action, Forward)
    assert balancer.omissions == (
        "aws_lb_listener_rule.login: requests pass its action authenticate-oidc unchecked",
    )


def test_examples_fulfil_every_kind_of_condition() -> None:
    conditions = [
        {"path_pattern": {"values": ["/a/*/c", "/img-?.png"]}},
        {"host_header": {"values": ["*.example.com"]}},
        {"http_header": {"http_header_name": "X-Beta", "values": ["yes-*"]}},
        {"http_request_method": {"values": ["POST"]}},
        {"query_string": [{"key": "v", "value": "1?"}]},
        {"source_ip": {"values": ["127.0.0.0/8"]}},
    ]
    balancer = read(blocks={"aws_lb_listener_rule.all": rule(1, condition=conditions)})
    found = [one for one in example_requests(balancer) if one.rule == "aws_lb_listener_rule.all"]
    assert len(found) == 2
    request = found[0].request
    assert (request.method, request.host, request.query) == ("POST", "www.example.com", "v=1x")


def test_a_rule_that_is_never_reached_has_no_example() -> None:
    balancer = read(blocks={"aws_lb_listener_rule.a": rule(1), "aws_lb_listener_rule.b": rule(2)})
    assert {one.rule for one in example_requests(balancer)} == {
        "aws_lb_listener_rule.a",
        "aws_lb_listener.http",
    }
