"""Routes become ordered rules, and a path finds its service."""

import re
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from navra_stacks import Environment, Route, Routing
from navra_stacks.settings.load_balancing.routing import RouteMatch
from tests.support.settings_errors import Build, api, case, complaints, told_by, with_routes
from tests.support.shop import shop, web

ALLOWED = (
    "a path pattern has 1-128 of A-Z a-z 0-9 _ - . $ / ~ \" ' @ : + & and the wildcards * and ?"
)


def with_routes_of(**routing: Any) -> Environment:
    return shop(web(), api(), routing=Routing(**routing))


def to_api(priority: int, *paths: str, **more: str) -> Route:
    return Route(priority=priority, paths=paths, service="api", **more)


ROUTES = [
    case(
        "an unknown service",
        lambda: with_routes(Route(priority=1, paths=("/api/*",), service="apii")),
        "routing.routes.api.service: 'apii' is no service; did you mean 'api'?",
    ),
    case(
        "an unknown default",
        lambda: with_routes(to_api(1, "/api/*"), to_api(2, "/x"), default="wbe"),
        "routing.default: 'wbe' is no service; did you mean 'web'?",
    ),
    case(
        "no default",
        lambda: with_routes_of(routes=(to_api(1, "/api/*"),)),
        "routing.default: is missing; give it: the service that answers every path that no route "
        "takes",
    ),
    case(
        "two defaults",
        lambda: with_routes_of(default=("web", "api"), routes=(to_api(1, "/api/*"),)),
        "routing.default: a tuple is not text",
    ),
    case(
        "a pattern of two services",
        lambda: with_routes(
            to_api(1, "/api/*"), Route(priority=2, paths=("/api/*",), service="web", name="mine")
        ),
        "routing.routes.mine: '/api/*' is given to 'api' already (priority 1); name a pattern once",
    ),
    case(
        "a pattern twice for one service",
        lambda: with_routes(to_api(1, "/api/*", "/api/*")),
        "routing.routes.api: '/api/*' is given to 'api' already (priority 1); name a pattern once",
    ),
    case(
        "a pattern behind a broader one",
        lambda: with_routes(
            Route(priority=7, paths=("/api/v1/*",), service="web"), to_api(3, "/api/*")
        ),
        "routing.routes.api_v1: '/api/v1/*' (priority 7) is never reached, it is shadowed by "
        "'/api/*' (priority 3, 'api'); give the narrower pattern the lower priority, or leave it "
        "out",
    ),
    case(
        "a pattern behind several that cover it together",
        lambda: with_routes(
            to_api(1, "/x/"), to_api(2, "/x/?*", name="rest"), to_api(3, "/x/*", name="all_x")
        ),
        "routing.routes.all_x: '/x/*' (priority 3) is never reached, it is shadowed by the routes "
        "before it together; give the narrower pattern the lower priority, or leave it out",
    ),
    case(
        "everything taken",
        lambda: with_routes(to_api(1, "/*")),
        "routing.default: 'web' would never be asked: the routes take every path; leave out the "
        "route that matches everything, and name its service as default",
        "services.web.health_check.path: '/up' is answered by 'api' for everyone else (route "
        "'/*', priority 1); choose a path that this service answers, or route it here",
    ),
    case(
        "everything taken by several together",
        lambda: with_routes(to_api(1, "/"), to_api(2, "/?*", name="rest")),
        "routing.default: 'web' would never be asked: the routes take every path; leave out the "
        "route that matches everything, and name its service as default",
        "services.web.health_check.path: '/up' is answered by 'api' for everyone else (route "
        "'/?*', priority 2); choose a path that this service answers, or route it here",
    ),
    case(
        "one priority twice",
        lambda: with_routes(to_api(1, "/a"), to_api(1, "/b")),
        "routing.routes: priority 1 is given to 2 routes; give each route a priority of its own",
    ),
    case(
        "one address twice",
        lambda: with_routes(to_api(1, "/api-v1/*"), to_api(2, "/api/v1/*")),
        "routing.routes: 2 routes are named 'api_v1'; give one a `name` of its own",
    ),
    case(
        "a priority out of range",
        lambda: with_routes(to_api(50001, "/a")),
        "routing.routes.a.priority: 50001 is not the priority of a listener rule (1-50000)",
    ),
    case(
        "priority zero",
        lambda: with_routes(to_api(0, "/a")),
        "routing.routes.a.priority: 0 is not the priority of a listener rule (1-50000)",
    ),
    case(
        "no pattern",
        lambda: with_routes(to_api(1, name="empty")),
        "routing.routes.empty.paths: 0 patterns in one rule (1-5); give a pattern",
    ),
    case(
        "six patterns",
        lambda: with_routes(to_api(1, *(f"/{n}" for n in range(6)), name="many")),
        "routing.routes.many.paths: 6 patterns in one rule (1-5); split them over several routes",
    ),
    case(
        "six wildcards",
        lambda: with_routes(to_api(1, "/a/?/?/*", "/b/?/?/*", name="wild")),
        "routing.routes.wild.paths: 6 wildcards in one rule (at most 5); split the patterns over "
        "several routes",
    ),
    case(
        "bad characters",
        lambda: with_routes(to_api(1, "/a b#", name="bad")),
        f"routing.routes.bad.paths.0: '/a b#' holds ' ', '#'; {ALLOWED}",
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
        "routing.routes.bad.paths.0: 'api/*' matches no path; did you mean '/api/*'?",
    ),
    case(
        "a list of one without its comma",
        lambda: with_routes(Route(priority=1, paths="/api/*", service="api", name="bad")),  # type: ignore[arg-type]
        "routing.routes.bad.paths: '/api/*' is not a list; a list of one is written ('/api/*',)",
    ),
    case(
        "a name that makes no address",
        lambda: with_routes(to_api(1, "/api/*", name="my api")),
        "routing.routes.api.name: 'my api' is not the name of a route; use 1-64 lower-case "
        "letters, digits and underscores, starting with a letter",
    ),
    case(
        "over 100 rules",
        lambda: with_routes(*(to_api(n, f"/{n}") for n in range(1, 102))),
        "routing.routes: 101 rules (a load balancer takes 100); put up to five patterns of one "
        "service into one route",
    ),
    case(
        "a health check that another service answers",
        lambda: with_routes(to_api(1, "/up", "/api/*")),
        "services.web.health_check.path: '/up' is answered by 'api' for everyone else (route "
        "'/up', priority 1); choose a path that this service answers, or route it here",
    ),
]


@pytest.mark.parametrize(("build", "lines"), ROUTES)
def test_a_route_that_cannot_be_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


def test_a_narrow_pattern_before_a_broad_one_is_fine() -> None:
    routes = with_routes(
        to_api(1, "/api/v1/*"), Route(priority=2, paths=("/api/*",), service="web")
    )
    assert routes.routing.resolve("/api/v1/x").service == "api"
    assert routes.routing.resolve("/api/v2/x").service == "web"


def test_a_hundred_rules_of_five_patterns_are_fine() -> None:
    rules = tuple(
        to_api(n, *(f"/team{n}/{part}/" for part in "abcd"), f"/team{n}/e/*") for n in range(1, 101)
    )
    assert with_routes(*rules).routing.resolve("/team100/e/f").priority == 100


def test_the_limits_themselves_are_fine() -> None:
    with_routes(to_api(50000, "/a/*", "/b/*", "/c/*", "/d/?", "/e/?"))
    with_routes(to_api(1, "/" + "a" * 127))


def test_the_order_of_priorities_decides_not_the_order_of_writing() -> None:
    late, early = to_api(20, "/b/*"), to_api(10, "/a/*")
    assert Routing(default="web", routes=(late, early)).in_order == (early, late)


def test_adding_a_route_moves_no_other() -> None:
    before = (to_api(10, "/a/*"), to_api(20, "/b/*"), to_api(30, "/c/*"))
    new = to_api(15, "/a-b/*")
    after = Routing(default="web", routes=(new, *before)).in_order
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
    ("path", "answer"),
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
def test_a_path_is_answered_by_the_first_route_that_matches(path: str, answer: RouteMatch) -> None:
    assert ROUTING.resolve(path) == answer


def test_what_is_no_path_is_no_question() -> None:
    with pytest.raises(ValueError, match="'api/users' is not a path: it starts with a slash"):
        ROUTING.resolve("api/users")


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.text("ab*?/", max_size=4).map(lambda t: f"/{t}"), max_size=4),
    st.text("abc/", max_size=6).map(lambda t: f"/{t}"),
)
def test_resolving_is_asking_the_rules_one_by_one(patterns: list[str], path: str) -> None:
    rules = tuple(
        Route(priority=9 - n, paths=(pattern,), service=f"s{n}", name=f"r{n}")
        for n, pattern in enumerate(patterns)
    )
    routing = Routing(default="web", routes=rules)
    if routing.problems():
        return  # a table that is refused answers nothing
    expected = "web"
    for n, pattern in enumerate(patterns):  # from the highest priority to the lowest
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), path):
            expected = f"s{n}"
    assert routing.resolve(path).service == expected


def test_a_faulty_route_does_not_hide_the_others_mistakes() -> None:
    routing = Routing(
        default="Web", routes=(to_api(0, "/a"), to_api(1, "/b c", name="b"), to_api(2, "/c"))
    )
    assert [line.partition(": ")[0] for line in told_by(routing)] == [
        "default",
        "routes.a.priority",
        "routes.b.paths.0",
    ]
