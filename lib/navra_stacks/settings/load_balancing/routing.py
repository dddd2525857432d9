"""Routing: path patterns in order of priority, and the service that each path is routed to."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, Self, TypedDict, Unpack

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import address_start
from navra_stacks.settings.load_balancing.path_pattern import (
    ALLOWED,
    EarlierPatterns,
    count_wildcards,
    is_covered,
    matches,
)
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.field_types import Name, int_range, str_pattern

__all__ = ["Route", "RouteMatch", "Routing"]

# Quotas of an Application Load Balancer (AWS, "Quotas for your Application Load Balancers").
MAXIMUM_RULES = 100
MAXIMUM_VALUES = 5
MAXIMUM_WILDCARDS = 5
MAXIMUM_PRIORITY = 50000


def _check_pattern(value: str) -> str:
    if ALLOWED.fullmatch(value) is None:
        bad = sorted({c for c in value if ALLOWED.fullmatch(c) is None})
        why = f"contains {', '.join(map(repr, bad))}" if bad else "is not 1-128 characters long"
        raise invalid(
            f"{value!r} {why}",
            "use 1-128 characters from A-Z a-z 0-9 _ - . $ / ~ \" ' @ : + & and the wildcards "
            "* and ?",
        )
    if value[0] not in "/*?":
        raise invalid(
            f"{value!r} matches no path, because paths start with a slash",
            f"did you mean {'/' + value!r}?",
        )
    return value


PathPattern = Annotated[str, AfterValidator(_check_pattern)]


RouteName = Annotated[
    str,
    str_pattern(
        r"[a-z][a-z0-9_]{0,63}",
        "is not a valid name of a route",
        "use 1-64 lower-case letters, digits and underscores, starting with a letter",
    ),
]


class Route(Settings):
    """A listener rule that routes requests to one service, selected by the path of the request."""

    priority: Annotated[int, int_range(1, MAXIMUM_PRIORITY, "priority of a listener rule")]
    """The priority of the listener rule, 1-50000; lower numbers are evaluated first. The
    priority is explicit, because a priority derived from the position would change when a route
    is added. A changed priority is a change in place, and fails as long as another rule has the
    priority: two rules cannot swap their priorities in one apply."""

    paths: tuple[PathPattern, ...]
    """One to five path patterns, with at most five wildcards in total. The wildcard ``*`` matches
    any number of characters, ``?`` exactly one."""

    service: Name
    """The name of the service to which the requests are routed."""

    name: RouteName | None = None
    """The name of the listener rule in its Terraform address; None to derive the name from the
    first pattern, or from the priority if the pattern contains no letter or digit."""

    @property
    def label(self) -> str:
        """The name of the listener rule in its Terraform address."""
        return self.name or address_start(self.paths[0]) or f"priority_{self.priority}"

    @classmethod
    def _label(cls, fields: Mapping[str, Any]) -> str | None:
        paths = fields.get("paths", ())
        return fields.get("name") or next((address_start(str(path)) for path in paths), "") or None

    @rule
    def _check_quotas(self) -> Iterator[SettingsProblem]:
        count = len(self.paths)
        if not 1 <= count <= MAXIMUM_VALUES:
            yield SettingsProblem(
                "paths",
                f"contains {count} patterns (1-{MAXIMUM_VALUES} in one rule)",
                "split the patterns across several routes" if count else "add a pattern",
            )
        total = sum(map(count_wildcards, self.paths))
        if total > MAXIMUM_WILDCARDS:
            yield SettingsProblem(
                "paths",
                f"contains {total} wildcards (at most {MAXIMUM_WILDCARDS} in one rule)",
                "split the patterns across several routes, or use fewer wildcards in a pattern",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[RouteChanges]") -> Self: ...


class RouteMatch(NamedTuple):
    """The service to which a path is routed, and the listener rule that matches the path."""

    service: str
    pattern: str | None
    """The pattern that matches the path; None for the default service."""
    priority: int | None
    """The priority of the listener rule; None for the default service."""


class Routing(Settings):
    """All routes of an environment, and the default service for every other path."""

    former_names: ClassVar[Mapping[str, str]] = {"rules": "routes", "in_order": "by_priority"}

    default: Name
    """The service for every path that no route matches."""

    routes: tuple[Route, ...] = ()
    """The routes, in any order; they are evaluated by priority."""

    @property
    def by_priority(self) -> tuple[Route, ...]:
        """The routes in the order in which the load balancer evaluates them."""
        return tuple(sorted(self.routes, key=lambda route: route.priority))

    @property
    def catch_all(self) -> Route:
        """A route that is evaluated last and routes all paths to the default service.

        Its listener rule is created only if deployments of the default service shift traffic,
        because ECS then needs the ARN of a listener rule, and the listener's default action has no
        ARN.
        """
        return Route(
            name="everything_else", priority=MAXIMUM_PRIORITY, paths=("/*",), service=self.default
        )

    def resolve(self, path: str) -> RouteMatch:
        """Return the service and the listener rule that the load balancer selects for `path`.

        A query string or a fragment is ignored.

        Raises:
            ValueError: `path` does not start with a slash.
        """
        if not path.startswith("/"):
            raise ValueError(f"{path!r} is not a path: a path starts with a slash")
        path = path.partition("?")[0].partition("#")[0]
        for route in self.by_priority:
            for pattern in route.paths:
                if matches(pattern, path):
                    return RouteMatch(route.service, pattern, route.priority)
        return RouteMatch(self.default, None, None)

    @rule
    def _check_route_count(self) -> Iterator[SettingsProblem]:
        if len(self.routes) > MAXIMUM_RULES:
            yield SettingsProblem(
                "routes",
                f"contains {len(self.routes)} routes (a load balancer allows {MAXIMUM_RULES} "
                "rules)",
                "combine up to five patterns of the same service in one route",
            )

    @rule
    def _check_duplicates(self) -> Iterator[SettingsProblem]:
        for priority, count in Counter(route.priority for route in self.routes).items():
            if count > 1:
                yield SettingsProblem(
                    "routes",
                    f"priority {priority} is used by {count} routes",
                    "give each route a different priority",
                )
        for label, count in Counter(route.label for route in self.routes).items():
            if count > 1:
                yield SettingsProblem(
                    "routes",
                    f"{count} routes are named {label!r}",
                    "give each of these routes a different `name`",
                )

    @rule
    def _check_reachability(self) -> Iterator[SettingsProblem]:
        earlier: list[tuple[str, Route]] = []
        patterns = EarlierPatterns()
        for route in self.by_priority:
            for pattern in route.paths:
                if patterns.may_cover(pattern):
                    yield from _shadowing_problems(pattern, route, earlier)
                earlier.append((pattern, route))
                patterns.add(pattern)
        if earlier and is_covered("*", (pattern for pattern, _ in earlier)):
            yield SettingsProblem(
                "default",
                f"{self.default!r} would never receive a request, because the routes match every "
                "path",
                "use narrower patterns, or remove the route that is evaluated last and make its "
                "service the default",
            )

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[RoutingChanges]") -> Self: ...


def _shadowing_problems(
    pattern: str, route: Route, earlier: list[tuple[str, Route]]
) -> Iterator[SettingsProblem]:
    for other_pattern, other in earlier:
        if pattern == other_pattern:
            yield SettingsProblem(
                f"routes.{route.label}",
                f"{pattern!r} is already routed to {other.service!r} (priority {other.priority})",
                "use each pattern once",
            )
            return
    single = next(((p, r) for p, r in earlier if is_covered(pattern, (p,))), None)
    if single is None and not is_covered(pattern, (other for other, _ in earlier)):
        return
    reason = (
        f"it is shadowed by {single[0]!r} (priority {single[1].priority}, "
        f"service {single[1].service!r})"
        if single
        else "the routes that are evaluated earlier match all paths of this pattern"
    )
    repair = f"remove {pattern!r}"
    if single is None or single[1] is not route:
        repair = f"give the narrower pattern the lower priority number, or {repair}"
    yield SettingsProblem(
        f"routes.{route.label}",
        f"{pattern!r} (priority {route.priority}) is never reached, because {reason}",
        repair,
    )


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class RouteChanges(TypedDict, total=False):
        priority: int
        paths: tuple[PathPattern, ...]
        service: Name
        name: RouteName | None

    class RoutingChanges(TypedDict, total=False):
        default: Name
        routes: tuple[Route, ...]
