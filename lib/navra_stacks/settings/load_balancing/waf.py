"""The firewall before the load balancer: what it blocks, what it only counts."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.model.base import Settings, refuse, rule
from navra_stacks.settings.model.field_types import between, suggest_repair

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
"""So that the web ACL stays below the capacity that its basic price covers; see `WebAcl`."""


def _check_group(value: object) -> object:
    known = get_args(_Group)
    if isinstance(value, str) and value not in known:
        raise refuse(
            f"{value!r} is no managed rule group of the web ACL ({', '.join(known)})",
            suggest_repair(value, known),
        )
    return value


def _check_window(value: int) -> int:
    if value not in _WINDOWS:
        raise refuse(
            f"{value} seconds is not a window that AWS WAF offers "
            f"({', '.join(map(str, _WINDOWS))})",
            f"the nearest is {min(_WINDOWS, key=lambda one: abs(one - value))}",
        )
    return value


def _check_prefix(value: str) -> str:
    if value == "/":
        raise refuse(
            "'/' would except every path",
            "put 'AWSManagedRulesCommonRuleSet' into count_only if nothing is to be blocked",
        )
    if "*" in value or "?" in value:
        raise refuse(
            f"{value!r} has a wildcard, but a prefix stands for all paths that begin with it",
            "write the part before the wildcard",
        )
    if re.fullmatch(r"""/[A-Za-z0-9_\-.$/~"'@:+&]{1,127}""", value) is None:
        raise refuse(
            f"{value!r} is not the beginning of a path",
            "start with a slash and use 2-128 of A-Z a-z 0-9 _ - . $ / ~ \" ' @ : + &",
        )
    if re.search(r"/\.{0,2}/|/\.{1,2}$", value):
        raise refuse(
            f"{value!r} matches no path, since paths are normalized before they are compared",
            "write it without '//', '/./' and '/../'",
        )
    return value


RuleGroup = Annotated[_Group, BeforeValidator(_check_group)]
"""A rule group that AWS maintains, by AWS's own name."""

EvaluationWindow = Annotated[int, AfterValidator(_check_window)]
"""Seconds over which requests are counted: 60, 120, 300 or 600."""

PathPrefix = Annotated[str, AfterValidator(_check_prefix)]
"""What the paths that are meant begin with: ``/api/uploads/``."""


class Waf(Settings):
    """A web ACL before the load balancer."""

    rate_limit: Annotated[int, between(10, 2_000_000_000, "a number of requests")] = 2000
    """Requests that one address may send within `rate_window_seconds` before it is blocked,
    10-2,000,000,000 (AWS WAF API, ``RateBasedStatement``)."""

    rate_window_seconds: EvaluationWindow = 300
    """Over how many seconds the requests of an address are counted: 60, 120, 300 or 600."""

    rate_limit_action: Literal["block", "count"] = "block"
    """What happens to requests over the limit: they are answered with 429, or counted only."""

    count_only: tuple[RuleGroup, ...] = ("AWSManagedRulesAnonymousIpList",)
    """Managed rule groups that only count what they would block. Anonymous addresses are counted
    from the start: the list names VPNs and hosting providers, where real users and partners are."""

    body_size_exceptions: tuple[PathPrefix, ...] = ()
    """Beginnings of paths that take bodies over 8 KB, such as uploads. The firewall reads the first
    8 KB of a body and refuses longer ones on every other path."""

    @rule
    def _each_group_once(self) -> Iterator[SettingsProblem]:
        for name, count in Counter(self.count_only).items():
            if count > 1:
                yield SettingsProblem(
                    "count_only", f"{name!r} is named {count} times", "name it once"
                )

    @rule
    def _exceptions_are_few_and_distinct(self) -> Iterator[SettingsProblem]:
        given = self.body_size_exceptions
        if len(given) > MAXIMUM_BODY_SIZE_EXCEPTIONS:
            yield SettingsProblem(
                "body_size_exceptions",
                f"{len(given)} prefixes (at most {MAXIMUM_BODY_SIZE_EXCEPTIONS}, "
                "for the capacity of the web ACL)",
                "name a prefix that several have in common",
            )
        for index, prefix in enumerate(given):
            wider = next(
                (o for at, o in enumerate(given) if at != index and prefix.startswith(o)), None
            )
            if wider is not None and (wider != prefix or given.index(prefix) != index):
                yield SettingsProblem(
                    "body_size_exceptions",
                    f"{prefix!r} is covered by {wider!r} already",
                    "leave it out",
                )
