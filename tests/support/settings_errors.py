"""What is said about faulty settings, line by line."""

from collections.abc import Callable
from typing import Any

import pytest

from navra_stacks import (
    Environment,
    Route,
    Routing,
    Secret,
    Service,
    SettingsError,
)
from navra_stacks.settings.model.base import Settings
from tests.support.shop import shop, web, web_container

Build = Callable[[], object]


def complaints(build: Build) -> list[str]:
    """Every problem that is told when an environment is built; none where it builds."""
    try:
        build()
    except SettingsError as error:
        return [str(problem) for problem in error.problems]
    return []


def told_by(part: Settings) -> list[str]:
    """Every problem that a part keeps for its owner."""
    return [str(problem) for problem in part.problems()]


def case(id_: str, build: Build, *lines: str) -> Any:
    """One row of a table of refusals: the change, and all that is then said, to the letter."""
    return pytest.param(build, list(lines), id=id_.replace(" ", "_"))


def with_web(**changes: Any) -> Environment:
    """A valid environment but for `changes` of its only service."""
    return shop(web(**changes))


def with_container(**changes: Any) -> Environment:
    return shop(web(container=web_container(**changes)))


def with_routes(*routes: Route, default: str = "web") -> Environment:
    """A valid environment of two services, `web` and `api`, but for its routes."""
    return shop(web(), api(), routing=Routing(default=default, routes=routes))


def api(**changes: Any) -> Service:
    return web(**({"name": "api"} | changes))


def with_secrets(*names: str) -> Environment:
    return shop(
        web(container=web_container(secrets=tuple(dict.fromkeys(names)))),
        secrets=tuple(Secret(name=name) for name in names),
    )


RETENTIONS = (
    "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, "
    "3288, 3653"
)
