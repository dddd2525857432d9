"""Validation of routes, their order of evaluation, and resolving a path to its service."""

import re
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from navra_stacks import Environment, Route, Routing
from navra_stacks.settings.load_balancing.routing import RouteMatch
from tests.support.counted_work import counted_work
from tests.support.settings_errors import (
    Build,
    api,
    case,
    problems_of,
    reported_problems,
    with_routes,
)
from tests.support.shop import shop, web

ALLOWED = "use 1-128 characters from A-Z a-z 0-9 _ - . $ / ~ \" ' @ : + & and the wildcards * and ?"


def with_routing(**routing: Any) -> Environment:
    return shop(web(), api(), routing=Routing(**routing))


def to_api(priority: int, *paths: str, **more: str) -> Route:
    return Route(priority=priority, paths=paths, service="api", **more)


INVALID_ROUTES = [
    case(
        "an unknown service",
        lambda: with_routes(Route(priority=1, paths=("/api/*",), service="apii")),
        "routing.routes.api.service: 'apii' is not a service of this environment; did you mean "
        "'api'?",
    ),
    case(
        "an unknown default",
        lambda: with_routes(to_api(1, "/api/*"), to_api(2, "/x"), default="wbe"),
        "routing.default: 'wbe' is not a service of this environment; did you mean 'web'?",
    ),
    case(
        "no default",
        lambda: with_routing(routes=(to_api(1, "/api/*"),)),
        "routing.default: is missing; set it: the service for every path that no route matches",
    ),
    case(
        "two defaults",
        lambda: with_routing(default=("web", "api"), routes=(to_api(1, "/api/*"),)),
        "routing.default: a tuple is not text",
    ),
    case(
        "the same pattern for two services",
        lambda: with_routes(
            to_api(1, "/api/*"), Route(priority=2, paths=("/api/*",), service="web", name="mine")
        ),
        "routing.routes.mine: '/api/*' is already routed to 'api' (priority 1); use each pattern "
        "once",
    ),
    case(
        "a duplicate pattern for one service",
        lambda: with_routes(to_api(1, "/api/*", "/api/*")),
        "routing.routes.api: '/api/*' is already routed to 'api' (priority 1); use each pattern "
        "once",
    ),
    case(
        "a pattern after a broader one",
        lambda: with_routes(
            Route(priority=7, paths=("/api/v1/*",), service="web"), to_api(3, "/api/*")
        ),
        "routing.routes.api_v1: '/api/v1/*' (priority 7) is never reached, because it is "
        "shadowed by '/api/*' (priority 3, service 'api'); give the narrower pattern the lower "
        "priority number, or remove '/api/v1/*'",
    ),
    case(
        "a pattern after a broader one of the same route",
        lambda: with_routes(to_api(3, "/api/*", "/api/v1/*")),
        "routing.routes.api: '/api/v1/*' (priority 3) is never reached, because it is shadowed by "
        "'/api/*' (priority 3, service 'api'); remove '/api/v1/*'",
    ),
    case(
        "a pattern after several that cover it together",
        lambda: with_routes(
            to_api(1, "/x/"), to_api(2, "/x/?*", name="rest"), to_api(3, "/x/*", name="all_x")
        ),
        "routing.routes.all_x: '/x/*' (priority 3) is never reached, because the routes that are "
        "evaluated earlier match all paths of this pattern; give the narrower pattern the lower "
        "priority number, or remove '/x/*'",
    ),
    case(
        "a route that matches every path",
        lambda: with_routes(to_api(1, "/*")),
        "routing.default: 'web' would never receive a request, because the routes match every "
        "path; use narrower patterns, or remove the route that is evaluated last and make its "
        "service the default",
        "services.web.health_check.path: requests of clients for '/up' do not reach this "
        "service: "
        "the listener rule with pattern '/*' and priority 1 routes these requests to 'api'; "
        "choose a path that is routed to 'web', or add a route with a lower priority number for "
        "the path",
    ),
    case(
        "routes that together match every path",
        lambda: with_routes(to_api(1, "/"), to_api(2, "/?*", name="rest")),
        "routing.default: 'web' would never receive a request, because the routes match every "
        "path; use narrower patterns, or remove the route that is evaluated last and make its "
        "service the default",
        "services.web.health_check.path: requests of clients for '/up' do not reach this "
        "service: "
        "the listener rule with pattern '/?*' and priority 2 routes these requests to 'api'; "
        "choose a path that is routed to 'web', or add a route with a lower priority number for "
        "the path",
    ),
    case(
        "a duplicate priority",
        lambda: with_routes(to_api(1, "/a"), to_api(1, "/b")),
        "routing.routes: priority 1 is used by 2 routes; give each route a different priority",
    ),
    case(
        "a duplicate address",
        lambda: with_routes(to_api(1, "/api-v1/*"), to_api(2, "/api/v1/*")),
        "routing.routes: 2 routes are named 'api_v1'; give each of these routes a different `name`",
    ),
    case(
        "a priority out of range",
        lambda: with_routes(to_api(50001, "/a")),
        "routing.routes.a.priority: 50001 is not a valid priority of a listener rule (1-50000)",
    ),
    case(
        "priority zero",
        lambda: with_routes(to_api(0, "/a")),
        "routing.routes.a.priority: 0 is not a valid priority of a listener rule (1-50000)",
    ),
    case(
        "no pattern",
        lambda: with_routes(to_api(1, name="empty")),
        "routing.routes.empty.paths: contains 0 patterns (1-5 in one rule); add a pattern",
    ),
    case(
        "six patterns",
        lambda: with_routes(to_api(1, *(f"/{n}" for n in range(6)), name="many")),
        "routing.routes.many.paths: contains 6 patterns (1-5 in one rule); split the patterns "
        "across several routes",
    ),
    case(
        "six wildcards",
        lambda: with_routes(to_api(1, "/a/?/?/*", "/b/?/?/*", name="wild")),
        "routing.routes.wild.paths: contains 6 wildcards (at most 5 in one rule); split the "
        "patterns across several routes, or use fewer wildcards in a pattern",
    ),
    case(
        "invalid characters",
        lambda: with_routes(to_api(1, "/a b#", name="bad")),
        f"routing.routes.bad.paths.0: '/a b#' contains ' ', '#'; {ALLOWED}",
    ),
    case(
        "an empty pattern",
        lambda: with_routes(to_api(1, "", name="bad")),
        f"routing.routes.bad.paths.0: '' is not 1-128 characters long; {ALLOWED}",
    ),
    case(
        "a pattern of 129 characters",
        lambda: with_routes(to_api(1, "/" + "a" * 128, name="bad")),
        f"routing.routes.bad.paths.0: '/{'a' * 128}' is not 1-128 characters long; {ALLOWED}",
    ),
    case(
        "a pattern without a slash",
        lambda: with_routes(to_api(1, "api/*", name="bad")),
        "routing.routes.bad.paths.0: 'api/*' matches no path, because paths start with a slash; "
        "did you mean '/api/*'?",
    ),
    case(
        "a one-element list without its comma",
        lambda: with_routes(Route(priority=1, paths="/api/*", service="api", name="bad")),  # type: ignore[arg-type]
        "routing.routes.bad.paths: '/api/*' is not a list; write a list with one element as "
        "('/api/*',)",
    ),
    case(
        "a name that is not valid in an address",
        lambda: with_routes(to_api(1, "/api/*", name="my api")),
        "routing.routes.api.name: 'my api' is not a valid name of a route; use 1-64 lower-case "
        "letters, digits and underscores, starting with a letter",
    ),
    case(
        "over 100 rules",
        lambda: with_routes(*(to_api(n, f"/{n}") for n in range(1, 102))),
        "routing.routes: contains 101 routes (a load balancer allows 100 rules); combine up to "
        "five patterns of the same service in one route",
    ),
    case(
        "a health check path that is routed to another service",
        lambda: with_routes(to_api(1, "/up", "/api/*")),
        "services.web.health_check.path: requests of clients for '/up' do not reach this "
        "service: "
        "the listener rule with pattern '/up' and priority 1 routes these requests to 'api'; "
        "choose a path that is routed to 'web', or add a route with a lower priority number for "
        "the path",
    ),
]


@pytest.mark.parametrize(("build", "lines"), INVALID_ROUTES)
def test_rejects_invalid_routes(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


def test_accepts_a_narrow_pattern_before_a_broad_one() -> None:
    routes = with_routes(
        to_api(1, "/api/v1/*"), Route(priority=2, paths=("/api/*",), service="web")
    )
    assert routes.routing.resolve("/api/v1/x").service == "api"
    assert routes.routing.resolve("/api/v2/x").service == "web"


def test_accepts_100_rules_of_five_patterns() -> None:
    rules = tuple(
        to_api(n, *(f"/team{n}/{part}/" for part in "abcd"), f"/team{n}/e/*") for n in range(1, 101)
    )
    assert with_routes(*rules).routing.resolve("/team100/e/f").priority == 100


def test_accepts_the_maximum_priority_wildcards_and_length() -> None:
    with_routes(to_api(50000, "/a/*", "/b/*", "/c/*", "/d/?", "/e/?"))
    with_routes(to_api(1, "/" + "a" * 127))


def test_routes_are_evaluated_by_priority() -> None:
    late, early = to_api(20, "/b/*"), to_api(10, "/a/*")
    assert Routing(default="web", routes=(late, early)).by_priority == (early, late)


def test_adding_a_route_changes_no_other_priority() -> None:
    before = (to_api(10, "/a/*"), to_api(20, "/b/*"), to_api(30, "/c/*"))
    new = to_api(15, "/a-b/*")
    after = Routing(default="web", routes=(new, *before)).by_priority
    assert after == (before[0], new, *before[1:])
    assert {route.label: route.priority for route in before}.items() <= {
        route.label: route.priority for route in after
    }.items()


@pytest.mark.parametrize(
    ("route", "label"),
    [
        (to_api(1, "/api/v1/*", "/z"), "api_v1"),
        (to_api(1, "/api/*", name="mine"), "mine"),
        (to_api(7, "/*"), "priority_7"),
    ],
)
def test_a_route_is_named_after_its_first_pattern(route: Route, label: str) -> None:
    assert route.label == label


ROUTING = Routing(
    default="web",
    routes=(
        Route(priority=20, paths=("/api/*",), service="api"),
        Route(priority=10, paths=("/api/admin/*", "/admin"), service="admin"),
    ),
)


@pytest.mark.parametrize(
    ("path", "match"),
    [
        ("/api/users", RouteMatch("api", "/api/*", 20)),
        ("/api/admin/x", RouteMatch("admin", "/api/admin/*", 10)),
        ("/admin", RouteMatch("admin", "/admin", 10)),
        ("/admin?next=/api/x", RouteMatch("admin", "/admin", 10)),
        ("/admin#top", RouteMatch("admin", "/admin", 10)),
        ("/?path=/api/x", RouteMatch("web", None, None)),
        ("/API/users", RouteMatch("web", None, None)),
        ("/", RouteMatch("web", None, None)),
    ],
)
def test_a_path_is_resolved_to_the_first_matching_route(path: str, match: RouteMatch) -> None:
    assert ROUTING.resolve(path) == match


def test_resolving_something_other_than_a_path_raises_value_error() -> None:
    with pytest.raises(ValueError, match="'api/users' is not a path: a path starts with a slash"):
        ROUTING.resolve("api/users")


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.text("ab*?/", max_size=4).map(lambda t: f"/{t}"), max_size=4),
    st.text("abc/", max_size=6).map(lambda t: f"/{t}"),
)
def test_resolving_equals_evaluating_the_rules_one_by_one(patterns: list[str], path: str) -> None:
    rules = tuple(
        Route(priority=9 - n, paths=(pattern,), service=f"s{n}", name=f"r{n}")
        for n, pattern in enumerate(patterns)
    )
    routing = Routing(default="web", routes=rules)
    if routing.problems():
        return  # invalid routing cannot be resolved
    expected = "web"
    for n, pattern in enumerate(patterns):  # from the highest priority to the lowest
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), path):
            expected = f"s{n}"
    assert routing.resolve(path).service == expected


def test_an_invalid_route_does_not_hide_problems_of_others() -> None:
    routing = Routing(
        default="Web", routes=(to_api(0, "/a"), to_api(1, "/b c", name="b"), to_api(2, "/c"))
    )
    assert [line.partition(": ")[0] for line in problems_of(routing)] == [
        "default",
        "routes.a.priority",
        "routes.b.paths.0",
    ]


def test_the_work_for_four_times_the_routes_is_four_times_the_work():
    def routing(count: int) -> Routing:
        return Routing(
            default="web",
            routes=tuple(to_api(n + 1, f"/area{n}/*", f"/area{n}.json") for n in range(count)),
        )

    routing(1)  # fills the caches of regular expressions
    small, large = (counted_work(lambda n=n: routing(n)) for n in (25, 100))
    assert 3 < large / small < 4.4
