"""The conditions of listener rules."""

from __future__ import annotations

import pytest

from navra_stacks.local.load_balancer.conditions import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    PathPattern,
    QueryString,
    SourceIp,
)
from navra_stacks.local.load_balancer.request_head import RequestHead


def get(path: str = "/", query: str = "", host: str = "example.com", **headers: str) -> RequestHead:
    given = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return RequestHead("GET", path, query, (("Host", host), *given), "192.0.2.7")


PATHS = PathPattern(("/api/*", "/v?/x"))
HOSTS = HostHeader(("*.example.com", "shop.test"))
AGENTS = HttpHeader("User-Agent", ("*Chrome*", "curl/?.*"))
QUERIES = QueryString((("version", "v1"), (None, "*example*"), ("literal", r"a\*b")))


@pytest.mark.parametrize(
    ("condition", "request_head", "matches"),
    [
        (PATHS, get("/api/"), True),
        (PATHS, get("/api/a/b"), True),
        (PATHS, get("/api"), False),
        (PATHS, get("/API/a"), False),
        (PATHS, get("/v2/x"), True),
        (PATHS, get("/v22/x"), False),
        (PATHS, get("/", "next=/api/"), False),
        (PathPattern(regex_values=(r"^/(a|b)/\d+$",)), get("/b/17"), True),
        (PathPattern(regex_values=(r"^/(a|b)/\d+$",)), get("/B/17"), False),
        (HOSTS, get(host="api.example.com"), True),
        (HOSTS, get(host="API.Example.COM:8443"), True),
        (HOSTS, get(host="api.example.com.localhost:8443"), True),
        (HOSTS, get(host="example.com"), False),
        (HOSTS, get(host="shop.test"), True),
        (HOSTS, get(host="shopxtest"), False),
        (HostHeader(regex_values=(r"^(.+)\.example\.com$",)), get(host="A.EXAMPLE.com"), True),
        (AGENTS, get(user_agent="Mozilla chrome 1"), True),
        (AGENTS, get(User_Agent="CURL/8.1"), True),
        (AGENTS, get(User_Agent="wget"), False),
        (AGENTS, get(), False),
        (HttpRequestMethod(("POST", "GET")), get(), True),
        (HttpRequestMethod(("get",)), get(), False),
        (QUERIES, get(query="a=b&VERSION=V1"), True),
        (QUERIES, get(query="version=v2"), False),
        (QUERIES, get(query="any=my-example-1"), True),
        (QUERIES, get(query="any=my%2Dexample%201"), True),
        (QUERIES, get(query="literal=a*b"), True),
        (QUERIES, get(query="literal=axb"), False),
        (QUERIES, get(), False),
        (SourceIp(("198.51.100.0/24", "192.0.2.0/24")), get(), True),
        (
            SourceIp(("198.51.100.0/24", "2001:db8::/32")),
            get(X_Forwarded_For="198.51.100.1"),
            False,
        ),
    ],
)
def test_a_condition_matches_as_the_elb_api_defines_it(
    condition: Condition, request_head: RequestHead, matches: bool
) -> None:
    assert bool(condition.matches(request_head)) is matches
