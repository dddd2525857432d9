"""Evaluate the conditions of listener rules, as the ELB API's ``RuleCondition`` defines them.

A condition matches if one of its values matches. ``*`` matches any number of characters, and ``?``
matches exactly one. Paths and methods are case-sensitive; hosts, headers and queries are not.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from navra_stacks.local.load_balancer.request_head import RequestHead
from navra_stacks.settings.load_balancing import path_pattern

__all__ = [
    "Condition",
    "HostHeader",
    "HttpHeader",
    "HttpRequestMethod",
    "PathPattern",
    "QueryString",
    "SourceIp",
]


@dataclass(frozen=True, slots=True)
class PathPattern:
    """The path matches a pattern or a regular expression."""

    values: tuple[str, ...] = ()
    regex_values: tuple[str, ...] = ()

    def matches(self, request: RequestHead) -> bool:
        return any(path_pattern.matches(value, request.path) for value in self.values) or any(
            _regex(value, ignore_case=False).search(request.path) for value in self.regex_values
        )


@dataclass(frozen=True, slots=True)
class HostHeader:
    """The host matches a pattern or a regular expression."""

    values: tuple[str, ...] = ()
    regex_values: tuple[str, ...] = ()

    def matches(self, request: RequestHead) -> bool:
        return _any_matches(self.values, self.regex_values, request.host)


@dataclass(frozen=True, slots=True)
class HttpHeader:
    """One of the values of a header matches a pattern or a regular expression."""

    name: str
    values: tuple[str, ...] = ()
    regex_values: tuple[str, ...] = ()

    def matches(self, request: RequestHead) -> bool:
        return any(
            _any_matches(self.values, self.regex_values, value)
            for value in request.values_of(self.name)
        )


@dataclass(frozen=True, slots=True)
class HttpRequestMethod:
    """The method is one of the values; wildcards are not supported."""

    values: tuple[str, ...]

    def matches(self, request: RequestHead) -> bool:
        return request.method in self.values


@dataclass(frozen=True, slots=True)
class QueryString:
    """A parameter of the query matches one of the pairs of key and value."""

    values: tuple[tuple[str | None, str], ...]
    """Patterns of key and value. A key that is None matches every key."""

    def matches(self, request: RequestHead) -> bool:
        parameters = parse_qsl(request.query, keep_blank_values=True)
        return any(
            (key is None or _wildcards(key).fullmatch(name)) and _wildcards(value).fullmatch(given)
            for key, value in self.values
            for name, given in parameters
        )


@dataclass(frozen=True, slots=True)
class SourceIp:
    """The address of the client's connection, not of ``X-Forwarded-For``, is in a CIDR block."""

    values: tuple[str, ...]

    def matches(self, request: RequestHead) -> bool:
        address = ipaddress.ip_address(request.source_ip)
        return any(address in ipaddress.ip_network(value, strict=False) for value in self.values)


Condition = PathPattern | HostHeader | HttpHeader | HttpRequestMethod | QueryString | SourceIp
"""A condition of a listener rule."""


def _any_matches(values: tuple[str, ...], regex_values: tuple[str, ...], text: str) -> bool:
    return any(_wildcards(value).fullmatch(text) for value in values) or any(
        _regex(value, ignore_case=True).search(text) for value in regex_values
    )


@lru_cache(maxsize=1024)
def _wildcards(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern; a backslash makes a wildcard literal."""
    parts = re.findall(r"\\[*?\\]|.", pattern, re.DOTALL)
    regex = {"*": ".*", "?": "."}
    return re.compile(
        "".join(regex.get(part) or re.escape(part[-1]) for part in parts),
        re.IGNORECASE | re.DOTALL,
    )


@lru_cache(maxsize=1024)
def _regex(pattern: str, *, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE if ignore_case else 0)
