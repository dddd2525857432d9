"""The route compiler: path patterns become ordered listener rules, and a path finds its service."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, NamedTuple

from pydantic import AfterValidator

from navra_stacks.errors import SettingsProblem
from navra_stacks.naming import slug
from navra_stacks.settings.load_balancing.path_pattern import ALLOWED, covered, matches, wildcards
from navra_stacks.settings.model.base import Settings, refuse, rule
from navra_stacks.settings.model.field_types import Name, between, matching

__all__ = ["Route", "RouteMatch", "Routing"]

# Quotas of an Application Load Balancer (AWS, "Quotas for your Application Load Balancers").
MAXIMUM_RULES = 100
MAXIMUM_VALUES = 5
MAXIMUM_WILDCARDS = 5
MAXIMUM_PRIORITY = 50000


def _check_pattern(value: str) -> str:
    if ALLOWED.fullmatch(value) is None:
        bad = sorted({c for c in value if ALLOWED.fullmatch(c) is None})
        why = f"holds {', '.join(map(repr, bad))}" if bad else "is not 1-128 characters long"
        raise refuse(
            f"{value!r} {why}",
            "a path pattern has 1-128 of A-Z a-z 0-9 _ - . $ / ~ \" ' @ : + & and the wildcards "
            "* and ?",
        )
    if value[0] not in "/*?":
        raise refuse(f"{value!r} matches no path", f"did you mean {'/' + value!r}?")
    return value


PathPattern = Annotated[str, AfterValidator(_check_pattern)]


RouteName = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9_]{0,63}",
        "is not the name of a route",
        "use 1-64 lower-case letters, digits and underscores, starting with a letter",
    ),
]


class Route(Settings):
    """Requests whose path matches one of the patterns go to one service."""

    priority: Annotated[int, between(1, MAXIMUM_PRIORITY, "the priority of a listener rule")]
    """The listener rule's priority, 1-50000: lower ones are asked first. Explicit, because a
    priority counted from a position would shift, and so replace rules, when a route is added."""

    paths: tuple[PathPattern, ...]
    """One to five path patterns; `*` is any number of characters, `?` exactly one."""

    service: Name
    """The service that answers."""

    name: RouteName | None = None
    """The rule's name in its Terraform address; made of the first pattern where absent."""

    @property
    def label(self) -> str:
        """The rule's name in its Terraform address."""
        return self.name or slug(self.paths[0]) or f"priority_{self.priority}"

    @classmethod
    def _label(cls, sound: Mapping[str, Any]) -> str | None:
        return sound.get("name") or next((slug(str(p)) for p in sound.get("paths", ())), "") or None

    @rule
    def _within_quotas(self) -> Iterator[SettingsProblem]:
        count = len(self.paths)
        if not 1 <= count <= MAXIMUM_VALUES:
            yield SettingsProblem(
                "paths",
                f"{count} patterns in one rule (1-{MAXIMUM_VALUES})",
                "split them over several routes" if count else "give a pattern",
            )
        total = sum(map(wildcards, self.paths))
        if total > MAXIMUM_WILDCARDS:
            yield SettingsProblem(
                "paths",
                f"{total} wildcards in one rule (at most {MAXIMUM_WILDCARDS})",
                "split the patterns over several routes",
            )


class RouteMatch(NamedTuple):
    """Which service answers a path, and because of which pattern."""

    service: str
    pattern: str | None
    """The pattern that matched; None where the default service answers."""
    priority: int | None
    """The priority of its rule; None where the default service answers."""


class Routing(Settings):
    """All routes of an environment, and the service that answers everything else."""

    renamed_fields: ClassVar[Mapping[str, str]] = {"rules": "routes"}

    default: Name
    """The service that answers every path that no route takes."""

    routes: tuple[Route, ...] = ()
    """The routes, in any order: their priorities decide."""

    @property
    def in_order(self) -> tuple[Route, ...]:
        """The routes in the order in which the load balancer asks them."""
        return tuple(sorted(self.routes, key=lambda route: route.priority))

    @property
    def catch_all(self) -> Route:
        """The default as a rule of its own, asked last.

        It exists where the default service has its traffic shifted: ECS shifts a rule that has an
        ARN, which a listener's default rule has not.
        """
        return Route(
            name="everything_else", priority=MAXIMUM_PRIORITY, paths=("/*",), service=self.default
        )

    def resolve(self, path: str) -> RouteMatch:
        """Which service answers a request for `path`, as the load balancer would decide.

        Only the path of a URL is compared: a query string or fragment is left out.

        Raises:
            ValueError: `path` does not start with a slash.
        """
        if not path.startswith("/"):
            raise ValueError(f"{path!r} is not a path: it starts with a slash")
        bare = path.partition("?")[0].partition("#")[0]
        for route in self.in_order:
            for pattern in route.paths:
                if matches(pattern, bare):
                    return RouteMatch(route.service, pattern, route.priority)
        return RouteMatch(self.default, None, None)

    @rule
    def _few_enough(self) -> Iterator[SettingsProblem]:
        if len(self.routes) > MAXIMUM_RULES:
            yield SettingsProblem(
                "routes",
                f"{len(self.routes)} rules (a load balancer takes {MAXIMUM_RULES})",
                "put up to five patterns of one service into one route",
            )

    @rule
    def _distinct(self) -> Iterator[SettingsProblem]:
        for priority, count in Counter(route.priority for route in self.routes).items():
            if count > 1:
                yield SettingsProblem(
                    "routes",
                    f"priority {priority} is given to {count} routes",
                    "give each route a priority of its own",
                )
        for label, count in Counter(route.label for route in self.routes).items():
            if count > 1:
                yield SettingsProblem(
                    "routes", f"{count} routes are named {label!r}", "give one a `name` of its own"
                )

    @rule
    def _reachable(self) -> Iterator[SettingsProblem]:
        earlier: list[tuple[str, Route]] = []
        for route in self.in_order:
            for pattern in route.paths:
                yield from _hidden(pattern, route, earlier)
                earlier.append((pattern, route))
        if earlier and covered("*", (pattern for pattern, _ in earlier)):
            yield SettingsProblem(
                "default",
                f"{self.default!r} would never be asked: the routes take every path",
                "leave out the route that matches everything, and name its service as default",
            )


def _hidden(
    pattern: str, route: Route, earlier: list[tuple[str, Route]]
) -> Iterator[SettingsProblem]:
    for other_pattern, other in earlier:
        if pattern == other_pattern:
            yield SettingsProblem(
                f"routes.{route.label}",
                f"{pattern!r} is given to {other.service!r} already (priority {other.priority})",
                "name a pattern once",
            )
            return
    single = next(((p, r) for p, r in earlier if covered(pattern, (p,))), None)
    if single is None and not covered(pattern, (one for one, _ in earlier)):
        return
    by = (
        f"{single[0]!r} (priority {single[1].priority}, {single[1].service!r})"
        if single
        else "the routes before it together"
    )
    yield SettingsProblem(
        f"routes.{route.label}",
        f"{pattern!r} (priority {route.priority}) is never reached, it is shadowed by {by}",
        "give the narrower pattern the lower priority, or leave it out",
    )
