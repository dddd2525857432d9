"""AWS WAF for the load balancer: rate limit, managed rule groups, exceptions."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.settings.load_balancing.managed_rules import ManagedRule, RuleGroup, group_of
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import WholeNumber, int_range

__all__ = ["EvaluationWindow", "PathPrefix", "Waf", "WafException"]

# AWS WAF Developer Guide, "Rate-based rule high-level settings".
_WINDOWS = (60, 120, 300, 600)

BODY_SIZE_RULE = "SizeRestrictions_BODY"
"""The rule of the common rule set that blocks request bodies over 8 KB."""

MAXIMUM_CAPACITY = 1500
"""Web ACL capacity units (WCU) that the base price includes (AWS WAF, "Pricing")."""

RULES_CAPACITY = 1177
"""Capacity of the rules without exceptions: reputation 25, anonymous addresses 50, rate 2, common
rules 700, known bad inputs 200, SQL injection 200 (AWS WAF Developer Guide, "AWS Managed Rules rule
groups list")."""

LABEL_CAPACITY = 1
PREFIX_CAPACITY = 22
"""Capacity of the comparison of a path with a prefix: 2, and 10 for each of two transformations
(AWS WAF Developer Guide, "String match rule statement")."""


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
            "'/' matches every path",
            "use a longer prefix, or add the rule group to count_only, so that the group blocks "
            "nothing",
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


EvaluationWindow = Annotated[WholeNumber, AfterValidator(_check_window)]
"""An evaluation window in seconds: 60, 120, 300 or 600."""

PathPrefix = Annotated[str, AfterValidator(_check_prefix)]
"""A prefix of paths, for example ``/api/uploads/``."""


def _prefix_problems(field: str, prefixes: tuple[str, ...]) -> Iterator[SettingsProblem]:
    for index, prefix in enumerate(prefixes):
        wider = next(
            (o for i, o in enumerate(prefixes) if i != index and prefix.startswith(o)), None
        )
        if wider is not None and (wider != prefix or prefixes.index(prefix) != index):
            yield SettingsProblem(
                field,
                *(
                    (f"{prefix!r} is listed more than once", "list each prefix once")
                    if wider == prefix
                    else (
                        f"{prefix!r} is already covered by {wider!r}",
                        "remove the entry that is covered",
                    )
                ),
            )


class WafException(Settings):
    """Single rules of the managed rule groups that only count requests on certain paths.

    On all other paths, the rules block.
    """

    rules: tuple[ManagedRule, ...]
    """The rules, for example ``GenericLFI_BODY``. The AWS WAF log contains the names of the rules
    that match a request."""

    paths: tuple[PathPrefix, ...] = ()
    """Prefixes of the paths, for example ``/api/``; empty for all paths."""

    @rule
    def _check_rules(self) -> Iterator[SettingsProblem]:
        if not self.rules:
            yield SettingsProblem("rules", "is empty", "list the rules that only count requests")
        if BODY_SIZE_RULE in self.rules:
            yield SettingsProblem(
                "rules",
                f"contains {BODY_SIZE_RULE!r}, which has a setting of its own",
                "list the paths in Waf.body_size_exceptions instead",
            )

    @rule
    def _check_paths(self) -> Iterator[SettingsProblem]:
        yield from _prefix_problems("paths", self.paths)

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[WafExceptionChanges]") -> Self: ...


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
    """Prefixes of the paths on which request bodies over 8 KB are allowed, for example for uploads.
    AWS WAF inspects the first 8 KB of a body, and blocks larger bodies on all other paths."""

    exceptions: tuple[WafException, ...] = ()
    """Single rules that only count requests, on certain paths or on all paths: rules that match
    legitimate requests, for example text that contains code. Each rule is in at most one
    exception."""

    logs: Literal["matched", "all"] = "matched"
    """Requests that are logged: those that a rule blocked or counted, or all requests. CloudWatch
    Logs bills for each logged request."""

    @rule
    def _check_count_only(self) -> Iterator[SettingsProblem]:
        for name, count in Counter(self.count_only).items():
            if count > 1:
                yield SettingsProblem(
                    "count_only", f"{name!r} is listed {count} times", "list each rule group once"
                )

    @rule
    def _check_body_size_exceptions(self) -> Iterator[SettingsProblem]:
        yield from _prefix_problems("body_size_exceptions", self.body_size_exceptions)

    @rule
    def _check_exceptions(self) -> Iterator[SettingsProblem]:
        listed = Counter(name for exception in self.exceptions for name in exception.rules)
        for name, count in listed.items():
            if count > 1:
                yield SettingsProblem(
                    "exceptions",
                    f"{name!r} is listed {count} times",
                    "list each rule in one exception, with all its paths",
                )
            if group_of(name) in self.count_only:
                yield SettingsProblem(
                    "exceptions",
                    f"{name!r} only counts already, because count_only contains its rule group "
                    f"{group_of(name)!r}",
                    "remove the rule, or remove the group from count_only",
                )

    @rule
    def _check_capacity(self) -> Iterator[SettingsProblem]:
        if self.capacity > MAXIMUM_CAPACITY:
            others = sum(len(exception.paths) for exception in self.exceptions)
            yield SettingsProblem(
                "exceptions" if others > len(self.body_size_exceptions) else "body_size_exceptions",
                f"the rules and their exceptions use {self.capacity} web ACL capacity units (the "
                f"base price includes {MAXIMUM_CAPACITY}, and each path uses {PREFIX_CAPACITY})",
                "replace several prefixes, in exceptions or body_size_exceptions, with a common "
                "prefix",
            )

    @property
    def capacity(self) -> int:
        """The web ACL capacity units (WCU) that the rules use."""
        compared = [
            (1, self.body_size_exceptions),
            *((len(exception.rules), exception.paths) for exception in self.exceptions),
        ]
        return RULES_CAPACITY + sum(
            labels * LABEL_CAPACITY + len(paths) * PREFIX_CAPACITY
            for labels, paths in compared
            if paths
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
        exceptions: tuple[WafException, ...]
        logs: Literal["matched", "all"]

    class WafExceptionChanges(TypedDict, total=False):
        rules: tuple[ManagedRule, ...]
        paths: tuple[PathPrefix, ...]
