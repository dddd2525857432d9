"""The AWS WAF web ACL of a load balancer, and its logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.wafv2_web_acl import (
    Wafv2WebAcl,
    Wafv2WebAclDefaultAction,
    Wafv2WebAclDefaultActionAllow,
    Wafv2WebAclRule,
    Wafv2WebAclRuleAction,
    Wafv2WebAclRuleActionBlock,
    Wafv2WebAclRuleActionBlockCustomResponse,
    Wafv2WebAclRuleActionCount,
    Wafv2WebAclRuleOverrideAction,
    Wafv2WebAclRuleOverrideActionCount,
    Wafv2WebAclRuleOverrideActionNone,
    Wafv2WebAclRuleVisibilityConfig,
    Wafv2WebAclVisibilityConfig,
)
from cdktf_cdktf_provider_aws.wafv2_web_acl_association import Wafv2WebAclAssociation
from cdktf_cdktf_provider_aws.wafv2_web_acl_logging_configuration import (
    Wafv2WebAclLoggingConfiguration,
    Wafv2WebAclLoggingConfigurationLoggingFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilter,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition,
    Wafv2WebAclLoggingConfigurationLoggingFilterFilterConditionActionCondition as ActionCondition,
    Wafv2WebAclLoggingConfigurationRedactedFields,
    Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader,
)
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.load_balancing.load_balancer import ApplicationLoadBalancer
from navra_stacks.settings.load_balancing.managed_rules import LABELS, group_of
from navra_stacks.settings.load_balancing.waf import BODY_SIZE_RULE, Waf

__all__ = ["WebAcl"]

COMMON_RULES = "AWSManagedRulesCommonRuleSet"
REDACTED_HEADERS = ("authorization", "cookie")

MATCHED_ACTIONS = ("BLOCK", "COUNT", "EXCLUDED_AS_COUNT")
"""The actions of the requests that are logged by default. ``EXCLUDED_AS_COUNT`` is the action of a
rule that an exception overrides (AWS WAF API, ``ActionCondition``).
"""


class WebAcl(Construct):
    """Blocks known attacks and excessive request rates in front of a load balancer.

    The default action is to allow. Rules on the source address come first, then the rule on the
    request rate, then rules on the request content. Requests that a rule on the source address
    blocks therefore do not count towards the rate.

    A rule in the common rule set blocks request bodies over 8 KB. With exceptions from that rule or
    another rule, the rule only counts and labels requests, and an additional rule blocks the
    labelled requests on all other paths. Paths are decoded and normalized before the comparison, so
    ``/uploads/../login`` does not match the exception ``/uploads``.

    Request sampling is off, because samples contain headers that the logs redact (AWS WAF API,
    ``LoggingConfiguration``). AWS WAF itself creates a CloudWatch Logs resource policy in the
    account, ``AWSWAF-LOGS``, that allows AWS WAF to write to the log group.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: Waf,
        env: EnvironmentContext,
        load_balancer: ApplicationLoadBalancer,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        acl = with_logical_id(
            Wafv2WebAcl(
                self,
                "web_acl",
                name=env.names.web_acl,
                description=f"Before the load balancer of {env.names.stack}",
                scope="REGIONAL",
                default_action=Wafv2WebAclDefaultAction(allow=Wafv2WebAclDefaultActionAllow()),
                rule=self._rules(),
                visibility_config=Wafv2WebAclVisibilityConfig(
                    metric_name=env.names.web_acl,
                    cloudwatch_metrics_enabled=True,
                    sampled_requests_enabled=False,
                ),
            ),
            "web_acl",
        )
        self.arn: str = acl.arn
        self.name: str = acl.name
        # With a reference to any other resource, the association can run into a race
        # (terraform-provider-aws #17527).
        self.association: ITerraformDependable = with_logical_id(
            Wafv2WebAclAssociation(
                self, "association", resource_arn=load_balancer.arn, web_acl_arn=acl.arn
            ),
            "web_acl_association",
        )
        """The association, as a dependency of the record that makes the load balancer public."""
        self._log(env)

    def _rules(self) -> list[Wafv2WebAclRule]:
        rules = [
            self._group(10, "AWSManagedRulesAmazonIpReputationList"),
            self._group(20, "AWSManagedRulesAnonymousIpList"),
            self._rate_limit(30),
            self._group(40, COMMON_RULES),
            self._group(50, "AWSManagedRulesKnownBadInputsRuleSet"),
            self._group(60, "AWSManagedRulesSQLiRuleSet"),
        ]
        if self._settings.body_size_exceptions:
            rules.append(
                self._block_elsewhere(
                    "body-size", 70, [BODY_SIZE_RULE], self._settings.body_size_exceptions
                )
            )
        for index, exception in enumerate(self._settings.exceptions, start=1):
            if exception.paths:
                rules.append(
                    self._block_elsewhere(
                        f"exception-{index}", 70 + index, exception.rules, exception.paths
                    )
                )
        return rules

    def _counting(self, group: str) -> list[str]:
        """Return the rules of a group that only count, because of exceptions."""
        rules = [name for exception in self._settings.exceptions for name in exception.rules]
        if self._settings.body_size_exceptions:
            rules.append(BODY_SIZE_RULE)
        return sorted(name for name in rules if group_of(name) == group)

    def _group(self, priority: int, name: str) -> Wafv2WebAclRule:
        """Return the rule that evaluates an AWS managed rule group in its default version."""
        group: dict[str, Any] = {"vendor_name": "AWS", "name": name}
        if counting := self._counting(name):
            group["rule_action_override"] = [
                {"name": rule, "action_to_use": {"count": {}}} for rule in counting
            ]
        count_only = name in self._settings.count_only
        return Wafv2WebAclRule(
            name=name,
            priority=priority,
            override_action=(
                Wafv2WebAclRuleOverrideAction(count=Wafv2WebAclRuleOverrideActionCount())
                if count_only
                else Wafv2WebAclRuleOverrideAction(none=Wafv2WebAclRuleOverrideActionNone())
            ),
            statement={"managed_rule_group_statement": group},
            visibility_config=_visibility(name),
        )

    def _rate_limit(self, priority: int) -> Wafv2WebAclRule:
        return Wafv2WebAclRule(
            name="rate-limit",
            priority=priority,
            action=(
                Wafv2WebAclRuleAction(
                    block=Wafv2WebAclRuleActionBlock(
                        custom_response=Wafv2WebAclRuleActionBlockCustomResponse(response_code=429)
                    )
                )
                if self._settings.rate_limit_action == "block"
                else Wafv2WebAclRuleAction(count=Wafv2WebAclRuleActionCount())
            ),
            statement={
                "rate_based_statement": {
                    "aggregate_key_type": "IP",
                    "limit": self._settings.rate_limit,
                    "evaluation_window_sec": self._settings.rate_window_seconds,
                }
            },
            visibility_config=_visibility("rate-limit"),
        )

    def _block_elsewhere(
        self, name: str, priority: int, rules: Sequence[str], paths: Sequence[str]
    ) -> Wafv2WebAclRule:
        """Return the rule that blocks what counting rules labelled, except on some paths."""
        groups = {rule: str(group_of(rule)) for rule in rules}
        labels = [
            {"label_match_statement": {"scope": "LABEL", "key": LABELS[group][rule]}}
            for rule, group in groups.items()
        ]
        # If the rule group only counts, this rule only counts too.
        count_only = any(group in self._settings.count_only for group in groups.values())
        return Wafv2WebAclRule(
            name=name,
            priority=priority,
            action=(
                Wafv2WebAclRuleAction(count=Wafv2WebAclRuleActionCount())
                if count_only
                else Wafv2WebAclRuleAction(block=Wafv2WebAclRuleActionBlock())
            ),
            statement={
                "and_statement": {
                    "statement": [
                        # An "or" statement needs at least two statements.
                        labels[0] if len(labels) == 1 else {"or_statement": {"statement": labels}},
                        *map(_path_not_under, paths),
                    ]
                }
            },
            visibility_config=_visibility(name),
        )

    def _log(self, env: EnvironmentContext) -> None:
        group = with_logical_id(
            CloudwatchLogGroup(
                self,
                "log_group",
                name=env.names.web_acl_log_group,
                retention_in_days=env.log_retention_days,
                kms_key_id=env.kms_key_arn,
            ),
            "web_acl_log_group",
        )
        self.log_group_arn: str = group.arn
        self.log_group_name: str = group.name
        with_logical_id(
            Wafv2WebAclLoggingConfiguration(
                self,
                "logging",
                resource_arn=self.arn,
                log_destination_configs=[group.arn],
                logging_filter=_matched_only() if self._settings.logs == "matched" else None,
                redacted_fields=[
                    Wafv2WebAclLoggingConfigurationRedactedFields(
                        single_header=Wafv2WebAclLoggingConfigurationRedactedFieldsSingleHeader(
                            name=header
                        )
                    )
                    for header in REDACTED_HEADERS
                ],
            ),
            "web_acl_logging",
        )


def _matched_only() -> Wafv2WebAclLoggingConfigurationLoggingFilter:
    """Return the filter that logs only requests that a rule blocked or counted."""
    return Wafv2WebAclLoggingConfigurationLoggingFilter(
        default_behavior="DROP",
        filter=[
            Wafv2WebAclLoggingConfigurationLoggingFilterFilter(
                behavior="KEEP",
                requirement="MEETS_ANY",
                condition=[
                    Wafv2WebAclLoggingConfigurationLoggingFilterFilterCondition(
                        action_condition=ActionCondition(action=action)
                    )
                    for action in MATCHED_ACTIONS
                ],
            )
        ],
    )


def _visibility(name: str) -> Wafv2WebAclRuleVisibilityConfig:
    """Return the visibility settings of a rule, with a metric named after the rule."""
    return Wafv2WebAclRuleVisibilityConfig(
        metric_name=name, cloudwatch_metrics_enabled=True, sampled_requests_enabled=False
    )


def _path_not_under(prefix: str) -> dict[str, Any]:
    return {
        "not_statement": {
            "statement": [
                {
                    "byte_match_statement": {
                        "field_to_match": {"uri_path": {}},
                        "positional_constraint": "STARTS_WITH",
                        "search_string": prefix,
                        "text_transformation": [
                            {"priority": 0, "type": "URL_DECODE"},
                            {"priority": 1, "type": "NORMALIZE_PATH"},
                        ],
                    }
                }
            ]
        }
    }
