"""Toggles: each turns one hardening on in an environment without hardenings."""

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

# Staging without recorded ids, so that its VPC and its capacity can change, and with the port and
# the address of its database and cache, which restricted egress requires.
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

# The smallest environment to which every toggle can be applied. It has one service, so that all
# toggles change the same service and interact as much as possible.
_BACKEND = STAGING.service("backend")
_SECRETS = ("DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY")
SMALL = RELAXED.replace(
    network=DefaultVpc(availability_zones=("us-east-1a", "us-east-1b")),
    services=(_BACKEND.replace(container=_BACKEND.container.replace(secrets=_SECRETS)),),
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


def _first_service(change: Callable[[Service], Service]) -> Toggle:
    return lambda environment: environment.replace(
        services=(change(environment.services[0]), *environment.services[1:])
    )


def _last_service(change: Callable[[Service], Service]) -> Toggle:
    return lambda environment: environment.replace(
        services=(*environment.services[:-1], change(environment.services[-1]))
    )


def _locked_down(service: Service) -> Service:
    container = service.container.replace(user="101", read_only_root=True, writable_paths=("/tmp",))
    return service.replace(container=container)


def _managed_secrets(environment: Environment) -> Environment:
    url_secrets = {"DATABASE_URL", "REDIS_URL"}
    return environment.replace(
        secrets=tuple(
            secret if secret.name in url_secrets else Secret(name=secret.name, managed=True)
            for secret in environment.secrets
        )
    )


def _private_vpc(environment: Environment) -> Environment:
    zones = environment.network.availability_zones
    return environment.replace(network=PrivateVpc(cidr="10.20.0.0/16", availability_zones=zones))


TOGGLES: dict[str, Toggle] = {
    "private_vpc": _private_vpc,
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
    "managed_secrets": _managed_secrets,
    "blue_green": _first_service(
        lambda service: service.replace(deployment=Deployment.blue_green())
    ),
    "one_off_task": _last_service(
        lambda service: service.replace(
            one_off_tasks=(OneOffTask(name="migrate", command=("alembic", "upgrade", "head")),)
        ),
    ),
    "locked_tasks": _first_service(_locked_down),
    "arm": _last_service(lambda service: service.replace(architecture="ARM64")),
    "spot": _last_service(lambda service: service.replace(capacity=CapacityProviderStrategy())),
    "registry": _settings(registry=EcrRepositories()),
    "delivery": _settings(delivery=GitHubDeployRole.from_branch("navralabs/aep", "main")),
    "state": _settings(state=S3State(bucket="navralabs-aep-state", bootstrapped=True)),
}

EXCLUSIVE = {
    # ECS Exec writes to the root file system, which is read-only with locked_tasks.
    frozenset({"audited_exec", "locked_tasks"}),
}

PAIRS = [pair for pair in combinations(sorted(TOGGLES), 2) if frozenset(pair) not in EXCLUSIVE]


def with_toggles(*names: str, environment: Environment = RELAXED) -> Environment:
    """Return `environment` with the toggles of the given names turned on."""
    for name in names:
        environment = TOGGLES[name](environment)
    return environment


def as_separate_project(environment: Environment, project: str, number: int) -> Environment:
    """Return `environment` for another project, account and host, to synthesize many at once."""
    domain = environment.domain.replace(host=f"{project}.{environment.domain.zone}")
    state = environment.state
    if isinstance(state, S3State):
        state = state.replace(bucket=f"{state.bucket}-{project}")
    return environment.replace(project=project, account=f"{number:012}", state=state, domain=domain)


def _without_exclusive(names: Iterable[str], number: int) -> tuple[str, ...]:
    """Remove one toggle of each exclusive pair; which one depends on the parity of `number`."""
    remaining = list(names)
    for pair in EXCLUSIVE:
        if pair <= set(remaining):
            remaining.remove(sorted(pair)[number % 2])
    return tuple(remaining)


def _pairwise_sets() -> list[tuple[str, ...]]:
    """Return small sets of toggles that cover every pair of toggles, nearly all pairs twice.

    The toggles are the points of a square of 5 by 5. Exactly one line and one parabola go through
    two points in different columns, and that line and that parabola have no third common point.
    """
    side = next(n for n in (5, 7) if n * n >= len(TOGGLES))
    square = range(side)
    curves = [[(x, y) for y in square] for x in square]
    curves += [
        [(x, (bend * x * x + slope * x + start) % side) for x in square]
        for bend, slope, start in product((0, 1), square, square)
    ]
    at = dict(zip(product(square, square), TOGGLES, strict=False))
    sets = [tuple(at[point] for point in curve if point in at) for curve in curves]
    return list(dict.fromkeys(_without_exclusive(on, number) for on in sets for number in (0, 1)))


def _threewise_sets() -> list[tuple[str, ...]]:
    """Return sets of toggles in which every three toggles occur in all eight combinations.

    This is an orthogonal array of strength 3: the rows of Paley's Hadamard matrix and their
    complements.
    """
    prime = next(n for n in (23, 31, 43, 47) if n >= len(TOGGLES) - 1)
    squares = {n * n % prime for n in range(1, prime)}
    rows = [[True] * (prime + 1)]
    rows += [[True, *((i - j) % prime in squares for j in range(prime))] for i in range(prime)]
    sets = []
    for number, row in enumerate([*rows, *([not on for on in row] for row in rows)]):
        names = [name for name, on in zip(TOGGLES, row, strict=False) if on]
        sets.append(_without_exclusive(names, number))
    return sets


MEETINGS = _pairwise_sets()
"""Sets of toggles that cover every pair of toggles."""

MIXTURES = _threewise_sets()
"""Sets of toggles that cover every combination of three toggles."""
