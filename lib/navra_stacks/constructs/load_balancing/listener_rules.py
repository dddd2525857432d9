"""The HTTPS listener rules of the services' routes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_listener import LbListener
from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleActionForward,
    LbListenerRuleActionForwardTargetGroup,
    LbListenerRuleCondition,
    LbListenerRuleConditionHttpHeader,
    LbListenerRuleConditionPathPattern,
)
from constructs import Construct

from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.load_balancing.target_group import TargetGroup
from navra_stacks.settings.compute.deployment import Deployment
from navra_stacks.settings.load_balancing.routing import Route, Routing

__all__ = ["ListenerRules", "ShiftedRoute"]


class ShiftedRoute(NamedTuple):
    """The deployment and the alternate target group of a service whose traffic ECS shifts."""

    deployment: Deployment
    alternate_target_group: TargetGroup


class ListenerRules(Construct):
    """A listener rule for each route, with the priority of the route.

    If ECS shifts the traffic of a service, its rule forwards to two weighted target groups. ECS
    changes the weights, so Terraform sets the action at creation and ignores it afterwards, unless
    the deployment has `first_apply`. If ECS shifts the traffic of the default service, the service
    has a rule with the lowest priority in addition to the default action, because ECS identifies a
    rule by its ARN and a default action has no ARN.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Routing,
        listener: LbListener,
        target_groups: Mapping[str, TargetGroup],
        shifted: Mapping[str, ShiftedRoute],
    ) -> None:
        super().__init__(scope, id_)
        self._listener = listener
        self._target_groups = target_groups
        self._shifted = shifted
        self.by_service: dict[str, list[LbListenerRule]] = {}
        self.tests: dict[str, LbListenerRule] = {}
        """The listener rules for test traffic, by service name."""
        last = [settings.catch_all] if settings.default in shifted else []
        for route in (*settings.by_priority, *last):
            rule = self._rule(route, f"{route.label}_rule", route.priority)
            self.by_service.setdefault(route.service, []).append(rule)
            shift = shifted.get(route.service)
            if shift is not None and shift.deployment.test_traffic is not None:
                test = shift.deployment.test_traffic
                self.tests[route.service] = self._rule(
                    route,
                    f"{route.label}_test_rule",
                    test.priority,
                    LbListenerRuleCondition(
                        http_header=LbListenerRuleConditionHttpHeader(
                            http_header_name=test.header, values=[test.value]
                        )
                    ),
                )

    def _rule(
        self, route: Route, logical_id: str, priority: int, *further: LbListenerRuleCondition
    ) -> LbListenerRule:
        shift = self._shifted.get(route.service)
        return with_logical_id(
            LbListenerRule(
                self,
                logical_id,
                listener_arn=self._listener.arn,
                priority=priority,
                action=[self._forward(route.service)],
                condition=[
                    LbListenerRuleCondition(
                        path_pattern=LbListenerRuleConditionPathPattern(values=list(route.paths))
                    ),
                    *further,
                ],
                lifecycle=(
                    None
                    if shift is None or shift.deployment.first_apply
                    else TerraformResourceLifecycle(ignore_changes=["action"])
                ),
            ),
            logical_id,
        )

    def _forward(self, service: str) -> LbListenerRuleAction:
        primary = self._target_groups[service].arn
        shift = self._shifted.get(service)
        if shift is None:
            return LbListenerRuleAction(type="forward", target_group_arn=primary)
        return LbListenerRuleAction(
            type="forward",
            forward=LbListenerRuleActionForward(
                target_group=[
                    LbListenerRuleActionForwardTargetGroup(arn=primary, weight=100),
                    LbListenerRuleActionForwardTargetGroup(
                        arn=shift.alternate_target_group.arn, weight=0
                    ),
                ]
            ),
        )
