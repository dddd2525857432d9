"""The listener rules that routes are compiled to."""

from __future__ import annotations

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleCondition,
    LbListenerRuleConditionPathPattern,
)
from constructs import Construct

from navra_stacks.constructs.address import addressed
from navra_stacks.settings.routing import Routing

__all__ = ["ListenerRules"]


class ListenerRules(Construct):
    """One rule a route, with the priority that its settings give it."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Routing,
        listener_arn: str,
        target_group_arns: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        self.by_service: dict[str, list[LbListenerRule]] = {}
        for route in settings.in_order:
            rule = addressed(
                LbListenerRule(
                    self,
                    f"{route.label}_rule",
                    listener_arn=listener_arn,
                    priority=route.priority,
                    action=[
                        LbListenerRuleAction(
                            type="forward", target_group_arn=target_group_arns[route.service]
                        )
                    ],
                    condition=[
                        LbListenerRuleCondition(
                            path_pattern=LbListenerRuleConditionPathPattern(
                                values=list(route.paths)
                            )
                        )
                    ],
                ),
                f"{route.label}_rule",
            )
            self.by_service.setdefault(route.service, []).append(rule)
