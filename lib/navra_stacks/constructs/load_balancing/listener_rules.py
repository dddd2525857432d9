"""The listener rules that routes are compiled to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cdktf import TerraformResourceLifecycle
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

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.settings.compute.deployment import Deployment
from navra_stacks.settings.load_balancing.routing import Route, Routing

__all__ = ["ListenerRules", "ShiftedRoute"]


class ShiftedRoute(NamedTuple):
    """What the rule of a service needs, where ECS shifts its traffic."""

    deployment: Deployment
    alternate_target_group_arn: str


class ListenerRules(Construct):
    """One rule a route, with the priority that its settings give it.

    Where ECS shifts the traffic of a service, its rule has one action with two target groups. ECS
    owns the weights, so Terraform writes them once and ignores the action ever after. The default
    service then has a rule too, asked last, since a listener's default rule has no ARN.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Routing,
        listener_arn: str,
        target_group_arns: Mapping[str, str],
        shifted: Mapping[str, ShiftedRoute],
    ) -> None:
        super().__init__(scope, id_)
        self._listener_arn = listener_arn
        self._target_group_arns = target_group_arns
        self._shifted = shifted
        self.by_service: dict[str, list[LbListenerRule]] = {}
        self.tests: dict[str, LbListenerRule] = {}
        """The rule of each service's test traffic, where it has some."""
        last = [settings.catch_all] if settings.default in shifted else []
        for route in (*settings.in_order, *last):
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
        self, route: Route, address: str, priority: int, *further: LbListenerRuleCondition
    ) -> LbListenerRule:
        shift = self._shifted.get(route.service)
        return addressed(
            LbListenerRule(
                self,
                address,
                listener_arn=self._listener_arn,
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
            address,
        )

    def _forward(self, service: str) -> LbListenerRuleAction:
        primary = self._target_group_arns[service]
        shift = self._shifted.get(service)
        if shift is None:
            return LbListenerRuleAction(type="forward", target_group_arn=primary)
        return LbListenerRuleAction(
            type="forward",
            forward=LbListenerRuleActionForward(
                target_group=[
                    LbListenerRuleActionForwardTargetGroup(arn=primary, weight=100),
                    LbListenerRuleActionForwardTargetGroup(
                        arn=shift.alternate_target_group_arn, weight=0
                    ),
                ]
            ),
        )
