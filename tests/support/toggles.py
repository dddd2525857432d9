"""Every hardening as one change to an environment that has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations, product
from typing import Any

from environments.staging import STAGING
from navra_stacks import (
    AccessLogs,
    Alarms,
    Autoscaling,
    Backups,
    Cache,
    CapacityProviderStrategy,
    Database,
    DefaultVpc,
    Deployment,
    EcrRepositories,
    Environment,
    ExistingCache,
    ExistingDatabase,
    GitHubDeployRole,
    OneOffTask,
    PrivateVpc,
    ResponseHeaders,
    Routing,
    S3State,
    Secret,
    Service,
    Waf,
)

# Staging, of which nothing is recorded, so that it may also move and change its capacity; and of
# which it is known where its database and cache are.
RELAXED = STAGING.replace(
    existing_ids=None,
    database=ExistingDatabase(
        url_secret="DATABASE_URL",
        port=5432,
        cidr="172.31.0.0/16",
        arn="arn:aws:rds:us-east-1:625847798833:db:aep-staging",
    ),
    cache=ExistingCache(url_secret="REDIS_URL", port=6379, cidr="172.31.0.0/16"),
)

# The least of that to which every toggle can be applied: one service, of which a toggle's service
# and another's are the same one. Every two of them are then as near to each other as can be.
_ONE = STAGING.service("backend")
_SECRETS = ("DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY")
SMALL = RELAXED.replace(
    network=DefaultVpc(availability_zones=("us-east-1a", "us-east-1b")),
    services=(_ONE.replace(container=_ONE.container.replace(secrets=_SECRETS)),),
    routing=Routing(default="backend"),
    secrets=tuple(secret for secret in STAGING.secrets if secret.name in _SECRETS),
)

Toggle = Callable[[Environment], Environment]


def _hardening(**changes: Any) -> Toggle:
    return lambda environment: environment.replace(
        hardening=environment.hardening.replace(**changes)
    )


def _settings(**changes: Any) -> Toggle:
    return lambda environment: environment.replace(**changes)


def _first(change: Callable[[Service], Service]) -> Toggle:
    return lambda environment: environment.replace(
        services=(change(environment.services[0]), *environment.services[1:])
    )


def _last(change: Callable[[Service], Service]) -> Toggle:
    return lambda environment: environment.replace(
        services=(*environment.services[:-1], change(environment.services[-1]))
    )


def _locked(service: Service) -> Service:
    container = service.container.replace(user="101", read_only_root=True, writable_paths=("/tmp",))
    return service.replace(container=container)


def _managed(environment: Environment) -> Environment:
    urls = {"DATABASE_URL", "REDIS_URL"}
    return environment.replace(
        secrets=tuple(
            secret if secret.name in urls else Secret(name=secret.name, managed=True)
            for secret in environment.secrets
        )
    )


def _private(environment: Environment) -> Environment:
    zones = environment.network.availability_zones
    return environment.replace(network=PrivateVpc(cidr="10.20.0.0/16", availability_zones=zones))


TOGGLES: dict[str, Toggle] = {
    "private_vpc": _private,
    "restricted_egress": _hardening(restricted_egress=True),
    "waf": _hardening(waf=Waf()),
    "access_logs": _hardening(access_logs=AccessLogs()),
    "response_headers": _hardening(response_headers=ResponseHeaders()),
    "deletion_protection": _hardening(deletion_protection=True),
    "autoscaling": _hardening(autoscaling=Autoscaling(requests_per_target=None)),
    "container_insights": _hardening(container_insights=True),
    "alarms": _hardening(alarms=Alarms(emails=("platform@example.com",))),
    "dashboard": _hardening(dashboard=True),
    "customer_managed_keys": _hardening(customer_managed_keys=True),
    "audited_exec": _hardening(audited_exec=True),
    "backups": _hardening(backups=Backups()),
    "database": _settings(database=Database.relaxed(url_secret="DATABASE_URL")),
    "cache": _settings(cache=Cache.relaxed(url_secret="REDIS_URL")),
    "managed_secrets": _managed,
    "blue_green": _first(lambda one: one.replace(deployment=Deployment.blue_green())),
    "one_off_task": _last(
        lambda one: one.replace(
            one_off_tasks=(OneOffTask(name="migrate", command=("alembic", "upgrade", "head")),)
        ),
    ),
    "locked_tasks": _first(_locked),
    "arm": _last(lambda one: one.replace(architecture="ARM64")),
    "spot": _last(lambda one: one.replace(capacity=CapacityProviderStrategy())),
    "registry": _settings(registry=EcrRepositories()),
    "delivery": _settings(delivery=GitHubDeployRole.from_branch("navralabs/aep", "main")),
    "state": _settings(state=S3State(bucket="navralabs-aep-state", bootstrapped=True)),
}

EXCLUSIVE = {
    # A session writes to the root file system, which is read-only here.
    frozenset({"audited_exec", "locked_tasks"}),
}

PAIRS = [pair for pair in combinations(sorted(TOGGLES), 2) if frozenset(pair) not in EXCLUSIVE]


def with_toggles(*names: str, environment: Environment = RELAXED) -> Environment:
    """`environment` with these toggles on."""
    for name in names:
        environment = TOGGLES[name](environment)
    return environment


def of_its_own(environment: Environment, project: str, number: int) -> Environment:
    """`environment` as another project's, in another account: many are synthesized in one go."""
    state = environment.state
    if isinstance(state, S3State):
        state = state.replace(bucket=f"{state.bucket}-{project}")
    return environment.replace(project=project, account=f"{number:012}", state=state)


def _without_what_cannot_be(names: Iterable[str], number: int) -> tuple[str, ...]:
    """`names` without one of each two that cannot be together, by turns."""
    left = list(names)
    for pair in EXCLUSIVE:
        if pair <= set(left):
            left.remove(sorted(pair)[number % 2])
    return tuple(left)


def _meetings() -> list[tuple[str, ...]]:
    """Which few toggles are on, so that every two of them meet, and nearly all of them twice.

    They are the points of a square of 5 by 5. Through two of them that are not above each other
    goes one line and one parabola, and a line and a parabola have no third point in common.
    """
    side = next(n for n in (5, 7) if n * n >= len(TOGGLES))
    square = range(side)
    curves = [[(x, y) for y in square] for x in square]
    curves += [
        [(x, (bend * x * x + slope * x + start) % side) for x in square]
        for bend, slope, start in product((0, 1), square, square)
    ]
    at = dict(zip(product(square, square), TOGGLES, strict=False))
    few = [tuple(at[point] for point in curve if point in at) for curve in curves]
    return list(dict.fromkeys(_without_what_cannot_be(on, turn) for on in few for turn in (0, 1)))


def _mixtures() -> list[tuple[str, ...]]:
    """Which toggles are on, so that every three of them meet in all eight ways, several times.

    An orthogonal array of strength 3: the rows of Paley's Hadamard matrix, and their opposites.
    """
    prime = next(n for n in (23, 31, 43, 47) if n >= len(TOGGLES) - 1)
    squares = {n * n % prime for n in range(1, prime)}
    rows = [[True] * (prime + 1)]
    rows += [[True, *((i - j) % prime in squares for j in range(prime))] for i in range(prime)]
    mixtures = []
    for number, row in enumerate([*rows, *([not on for on in row] for row in rows)]):
        names = [name for name, on in zip(TOGGLES, row, strict=False) if on]
        mixtures.append(_without_what_cannot_be(names, number))
    return mixtures


MEETINGS = _meetings()
MIXTURES = _mixtures()
