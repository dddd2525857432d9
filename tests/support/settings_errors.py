"""Helpers for tests of invalid settings: small environments and their reported problems."""

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


def reported_problems(build: Build) -> list[str]:
    """Return the problems reported when an environment is built; empty if it is valid."""
    try:
        build()
    except SettingsError as error:
        return [str(problem) for problem in error.problems]
    return []


def problems_of(settings: Settings) -> list[str]:
    """Return the problems that are stored in invalid settings."""
    return [str(problem) for problem in settings.problems()]


def case(id_: str, build: Build, *lines: str) -> Any:
    """Return one row of a table of invalid settings: how to build them, and the exact problems."""
    return pytest.param(build, list(lines), id=id_.replace(" ", "_"))


def with_web(**changes: Any) -> Environment:
    """Build an environment with `changes` in its only service."""
    return shop(web(**changes))


def with_container(**changes: Any) -> Environment:
    """Build an environment with `changes` in the container of its only service."""
    return shop(web(container=web_container(**changes)))


def with_routes(*routes: Route, default: str = "web") -> Environment:
    """Build an environment with the services `web` and `api`, and with `routes`."""
    return shop(web(), api(), routing=Routing(default=default, routes=routes))


def api(**changes: Any) -> Service:
    return web(**({"name": "api"} | changes))


def with_secrets(*names: str) -> Environment:
    """Build an environment with secrets of the given `names`, injected into its only service."""
    return shop(
        web(container=web_container(secrets=tuple(dict.fromkeys(names)))),
        secrets=tuple(Secret(name=name) for name in names),
    )


RETENTIONS = (
    "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, "
    "3288, 3653"
)
