"""AWS WAF for the load balancer: rate limit, managed rule groups, exceptions."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack, get_args

from pydantic import AfterValidator, BeforeValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import int_range, suggest_repair

__all__ = ["EvaluationWindow", "PathPrefix", "RuleGroup", "Waf"]

_Group = Literal[
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesAnonymousIpList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
]

# AWS WAF Developer Guide, "Rate-based rule high-level settings".
_WINDOWS = (60, 120, 300, 600)

MAXIMUM_BODY_SIZE_EXCEPTIONS = 10
"""Maximum number of `body_size_exceptions`, so that the web ACL uses less capacity than its base
price includes; see `WebAcl`."""


def _check_group(value: object) -> object:
    known = get_args(_Group)
    if isinstance(value, str) and value not in known:
        raise invalid(
            f"{value!r} is not a supported managed rule group ({', '.join(known)})",
            suggest_repair(value, known),
        )
    return value


def _check_window(value: int) -> int:
    if value not in _WINDOWS:
        raise invalid(
            f"{value} seconds is not a window that AWS WAF offers "
            f"({', '.join(map(str, _WINDOWS))})",
            f"use {min(_WINDOWS, key=lambda window: abs(window - value))}, the nearest offered "
            "value",
        )
    return value


def _check_prefix(value: str) -> str:
    if value == "/":
        raise invalid(
            "'/' would allow large request bodies on every path",
            "use a longer prefix, or add 'AWSManagedRulesCommonRuleSet' to count_only, so that "
            "this rule group blocks nothing",
        )
    if "*" in value or "?" in value:
        raise invalid(
            f"{value!r} contains a wildcard, but even without a wildcard a prefix matches all "
            "paths that start with the prefix",
            "use only the part before the wildcard",
        )
    if re.fullmatch(r"""/[A-Za-z0-9_\-.$/~"'@:+&]{1,127}""", value) is None:
        raise invalid(
            f"{value!r} is not a valid path prefix",
            "start with a slash, and use 2-128 characters from A-Z a-z 0-9 _ - . $ / ~ \" ' @ : "
            "+ &",
        )
    if re.search(r"/\.{0,2}/|/\.{1,2}$", value):
        raise invalid(
            f"{value!r} matches no path, because paths are normalized before they are compared",
            "remove empty segments and the segments '.' and '..'",
        )
    return value


RuleGroup = Annotated[_Group, BeforeValidator(_check_group)]
"""The name of an AWS managed rule group."""

EvaluationWindow = Annotated[int, AfterValidator(_check_window)]
"""An evaluation window in seconds: 60, 120, 300 or 600."""

PathPrefix = Annotated[str, AfterValidator(_check_prefix)]
"""A prefix of paths, for example ``/api/uploads/``."""


class Waf(Settings):
    """An AWS WAF web ACL for the load balancer."""

    rate_limit: Annotated[int, int_range(10, 2_000_000_000, "number of requests")] = 2000
    """Maximum number of requests from one IP address within `rate_window_seconds`, 10-2,000,000,000
    (AWS WAF API, ``RateBasedStatement``). `rate_limit_action` applies to an address that exceeds
    the maximum."""

    rate_window_seconds: EvaluationWindow = 300
    """Time in which the requests from an IP address are counted, in seconds: 60, 120, 300 or
    600."""

    rate_limit_action: Literal["block", "count"] = "block"
    """Action for requests over the limit: block them with a 429 response, or only count them."""

    count_only: tuple[RuleGroup, ...] = ("AWSManagedRulesAnonymousIpList",)
    """Managed rule groups that count requests instead of blocking them. By default only the list
    of anonymous IP addresses counts, because it contains VPNs and hosting providers that real
    users and partners also use."""

    body_size_exceptions: tuple[PathPrefix, ...] = ()
    """At most ten path prefixes. On paths with such a prefix, request bodies over 8 KB are allowed,
    for example for uploads. AWS WAF inspects the first 8 KB of a body, and blocks larger bodies on
    all other paths."""

    @rule
    def _check_count_only(self) -> Iterator[SettingsProblem]:
        for name, count in Counter(self.count_only).items():
            if count > 1:
                yield SettingsProblem(
                    "count_only", f"{name!r} is listed {count} times", "list each rule group once"
                )

    @rule
    def _check_body_size_exceptions(self) -> Iterator[SettingsProblem]:
        given = self.body_size_exceptions
        if len(given) > MAXIMUM_BODY_SIZE_EXCEPTIONS:
            yield SettingsProblem(
                "body_size_exceptions",
                f"contains {len(given)} prefixes (at most {MAXIMUM_BODY_SIZE_EXCEPTIONS}, because "
                "of the web ACL's capacity)",
                "replace several prefixes with a common prefix",
            )
        for index, prefix in enumerate(given):
            wider = next(
                (o for i, o in enumerate(given) if i != index and prefix.startswith(o)), None
            )
            if wider is not None and (wider != prefix or given.index(prefix) != index):
                yield SettingsProblem(
                    "body_size_exceptions",
                    *(
                        (f"{prefix!r} is listed more than once", "list each prefix once")
                        if wider == prefix
                        else (
                            f"{prefix!r} is already covered by {wider!r}",
                            "remove the entry that is covered",
                        )
                    ),
                )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[WafChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class WafChanges(TypedDict, total=False):
        rate_limit: int
        rate_window_seconds: EvaluationWindow
        rate_limit_action: Literal["block", "count"]
        count_only: tuple[RuleGroup, ...]
        body_size_exceptions: tuple[PathPrefix, ...]
