"""The whole of one environment, and the rules that hold between its parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from navra_stacks.errors import Problem
from navra_stacks.naming import LOAD_BALANCER_NAME_LIMIT, Names, slug
from navra_stacks.settings.base import Settings, rule, shown
from navra_stacks.settings.cache import Cache
from navra_stacks.settings.data import ExistingCache, ExistingDatabase, Secret
from navra_stacks.settings.data_rules import (
    backups_have_something_to_back_up,
    egress_reaches_what_exists,
    made_names_are_allowed,
    recovery_windows_apply,
    subnets_span_zones,
    urls_have_secrets_of_their_own,
)
from navra_stacks.settings.database import Database
from navra_stacks.settings.edge import Domain, LoadBalancer
from navra_stacks.settings.hardening import Hardening
from navra_stacks.settings.network import DefaultVpc, Network, PrivateVpc
from navra_stacks.settings.observability import Logs
from navra_stacks.settings.recorded import Recorded
from navra_stacks.settings.routing import Routing
from navra_stacks.settings.scalars import AccountId, Name, Region, close_to, region_of
from navra_stacks.settings.service import Service
from navra_stacks.settings.state import LocalState, State

__all__ = ["Environment"]

MAXIMUM_TAGS = 50
ROLE_NAME_LIMIT = 64
RESERVED_SERVICE_NAMES = ("alb", "anywhere", "cache", "database")
"""Names of the ends of connections, which become part of the addresses of rules."""


class Environment(Settings):
    """Everything about one environment of one project; `synthesize` turns it into Terraform JSON.

    Raises:
        SettingsError: naming everything that is wrong with it and with its parts.
    """

    is_root: ClassVar[bool] = True

    project: Name
    """The project, first part of most names: ``aep``."""

    name: Name
    """The environment, second part of most names."""

    account: AccountId | None
    """The AWS account, the only one that Terraform will touch. None where it is not known yet:
    Terraform then asks for it at each plan, and still touches no other."""

    region: Region
    """The AWS Region."""

    network: Network
    """The VPC and its subnets."""

    domain: Domain
    """The host and its hosted zone."""

    services: tuple[Service, ...]
    """The ECS services."""

    routing: Routing
    """Which service answers which path."""

    logs: Logs
    """Names and retention of the services' log groups."""

    load_balancer: LoadBalancer = LoadBalancer()
    """The load balancer's own values."""

    secrets: tuple[Secret, ...] = ()
    """The secrets that containers may have injected."""

    database: Database | ExistingDatabase | None = None
    """The database, made here or by somebody else; None where there is none."""

    cache: Cache | ExistingCache | None = None
    """The cache, made here or by somebody else; None where there is none."""

    hardening: Hardening = Hardening.relaxed()
    """The hardenings that are on."""

    state: State = LocalState()
    """Where Terraform keeps the state."""

    tags: Mapping[str, str] = {}
    """Tags of every resource, besides Project, Environment and ManagedBy."""

    recorded: Recorded | None = None
    """What exists already, for an environment that was made by hand."""

    @property
    def names(self) -> Names:
        """The physical names of this environment."""
        return Names(self.project, self.name)

    @property
    def still_to_fill_in(self) -> tuple[str, ...]:
        """The settings that nobody could know yet, by name."""
        return ("account",) if self.account is None else ()

    def service(self, name: str) -> Service:
        """The service of that name.

        Raises:
            KeyError: there is none.
        """
        for service in self.services:
            if service.name == name:
                return service
        raise KeyError(name)

    @classmethod
    def _subject(cls, sound: Mapping[str, Any]) -> str:
        parts = [str(sound[key]) for key in ("project", "name") if key in sound]
        return "-".join(parts) or cls.__name__

    @property
    def _service_names(self) -> set[str]:
        return {service.name for service in self.services}

    @rule
    def _has_services(self) -> Iterator[Problem]:
        if not self.services:
            yield Problem("services", "is empty", "describe at least one service")
        for name, count in Counter(service.name for service in self.services).items():
            if count > 1:
                yield Problem("services", f"{count} are named {name!r}", "name each differently")

    @rule
    def _names_fit(self) -> Iterator[Problem]:
        checked = [self.names.load_balancer]
        checked += [self.names.target_group(name) for name in sorted(self._service_names)]
        for name in checked:
            if len(name) > LOAD_BALANCER_NAME_LIMIT:
                yield Problem(
                    "name",
                    f"makes the name {name!r} of {len(name)} characters "
                    f"(load balancers and target groups: {LOAD_BALANCER_NAME_LIMIT} at most)",
                    "shorten the project, the environment or the service",
                )
        for service in sorted(self._service_names):
            role = self.names.execution_role(service)
            if len(role) > ROLE_NAME_LIMIT:
                yield Problem(
                    f"services.{service}.name",
                    f"makes the name {role!r} of {len(role)} characters "
                    f"(IAM roles: {ROLE_NAME_LIMIT} at most)",
                    "shorten the project, the environment or the service",
                )
            if service in RESERVED_SERVICE_NAMES:
                yield Problem(
                    f"services.{service}.name",
                    f"{service!r} is what the library calls a part of its own",
                    "choose another",
                )
        # Elastic Load Balancing, CreateLoadBalancer: a name must not begin with "internal-".
        if self.project == "internal":
            yield Problem(
                "project",
                "'internal' makes a load balancer's name begin with 'internal-', which AWS keeps "
                "for itself",
                "choose another",
            )

    @rule
    def _addresses_are_distinct(self) -> Iterator[Problem]:
        # Secrets become Terraform addresses, in which case and signs are folded.
        folded = Counter(slug(secret.name) for secret in self.secrets)
        for secret in self.secrets:
            if folded[slug(secret.name)] > 1:
                yield Problem(
                    "secrets",
                    f"{secret.name!r} is given more than once, or differs from another in case and "
                    "signs only",
                    "name each secret once",
                )

    @rule
    def _zones_lie_in_the_region(self) -> Iterator[Problem]:
        if isinstance(self.network, DefaultVpc | PrivateVpc):
            for zone in self.network.availability_zones:
                if region_of(zone) != self.region:
                    yield Problem(
                        "network.availability_zones",
                        f"{zone!r} is not a zone of {self.region}",
                        f"did you mean '{self.region}{zone[-1]}'?",
                    )

    @rule
    def _routes_lead_somewhere(self) -> Iterator[Problem]:
        wanted = [("routing.default", self.routing.default)]
        wanted += [(f"routing.rules.{r.label}.service", r.service) for r in self.routing.rules]
        for place, name in wanted:
            if name not in self._service_names:
                yield Problem(place, f"{name!r} is no service", close_to(name, self._service_names))

    @rule
    def _routed_services_take_traffic(self) -> Iterator[Problem]:
        routed = {self.routing.default, *(route.service for route in self.routing.rules)}
        for service in self.services:
            if service.name in routed and service.container.port is None:
                yield Problem(
                    f"services.{service.name}.container.port",
                    "is missing, but routes lead to the service",
                    "give the port that the container listens on",
                )
            if service.name in routed and service.health_check is None:
                yield Problem(
                    f"services.{service.name}.health_check",
                    "is missing, but routes lead to the service",
                    "tell the load balancer which path answers when a task is well",
                )
            if service.name not in routed and service.health_check is not None:
                yield Problem(
                    f"services.{service.name}.health_check",
                    "is given, but no route leads to the service",
                    "add a route, or leave the health check out",
                )

    @rule
    def _health_checks_are_not_swallowed(self) -> Iterator[Problem]:
        for service in self.services:
            if service.health_check is None:
                continue
            answer = self.routing.resolve(service.health_check.path)
            if answer.pattern is not None and answer.service != service.name:
                yield Problem(
                    f"services.{service.name}.health_check.path",
                    f"{service.health_check.path!r} is answered by {answer.service!r} for everyone "
                    f"else (route {answer.pattern!r}, priority {answer.priority})",
                    "choose a path that this service answers, or route it here",
                )

    @rule
    def _secrets_are_declared(self) -> Iterator[Problem]:
        declared = {secret.name for secret in self.secrets}
        wanted = [
            (f"services.{service.name}.{service.container_name(container)}.secrets", name)
            for service in self.services
            for container in service.containers
            for name in container.secrets
        ]
        for field, dependency in (("database", self.database), ("cache", self.cache)):
            if dependency is not None:
                wanted.append((f"{field}.url_secret", dependency.url_secret))
        for place, name in wanted:
            if name not in declared:
                repair = close_to(name, declared) or "declare it under `secrets`"
                yield Problem(place, f"{name!r} is no secret of this environment", repair)

    @rule
    def _secrets_are_used(self) -> Iterator[Problem]:
        used = {n for service in self.services for c in service.containers for n in c.secrets}
        for secret in self.secrets:
            if secret.name not in used:
                yield Problem(
                    f"secrets.{secret.name}",
                    "is injected into no container",
                    "name it under a container's `secrets`, or leave it out",
                )

    @rule
    def _backups_have_something_to_back_up(self) -> Iterator[Problem]:
        yield from backups_have_something_to_back_up(self)

    @rule
    def _egress_reaches_what_exists(self) -> Iterator[Problem]:
        yield from egress_reaches_what_exists(self)

    @rule
    def _urls_have_secrets_of_their_own(self) -> Iterator[Problem]:
        yield from urls_have_secrets_of_their_own(self)

    @rule
    def _recovery_windows_apply(self) -> Iterator[Problem]:
        yield from recovery_windows_apply(self)

    @rule
    def _made_names_are_allowed(self) -> Iterator[Problem]:
        yield from made_names_are_allowed(self)

    @rule
    def _subnets_span_zones(self) -> Iterator[Problem]:
        yield from subnets_span_zones(self)

    @rule
    def _tags_are_allowed(self) -> Iterator[Problem]:
        # Rules: AWS, "Tagging AWS resources", naming limits and requirements.
        total = len(self.names.tags(dict(self.tags)))
        if total > MAXIMUM_TAGS:
            yield Problem(
                "tags",
                f"{total} tags with the standing ones (AWS allows {MAXIMUM_TAGS})",
                "leave some out",
            )
        for key, value in self.tags.items():
            if key.lower().startswith("aws:"):
                yield Problem(f"tags.{key}", "has the prefix 'aws:', which is AWS's own", "rename")
            if not re.fullmatch(r"[\w\s.:/=+@-]{1,128}", key) or not re.fullmatch(
                r"[\w\s.:/=+@-]{0,256}", value
            ):
                yield Problem(
                    f"tags.{key}",
                    f"{shown(value)} or its key has characters or a length that AWS refuses",
                    "use letters, digits, spaces and _ . : / = + - @; 128 for a key, 256 a value",
                )

    @rule
    def _standing_tags_stand(self) -> Iterator[Problem]:
        for key in sorted(set(self.tags) & set(self.names.tags({}))):
            yield Problem(f"tags.{key}", "is set by the library", "leave it out")

    @rule
    def _records_name_services(self) -> Iterator[Problem]:
        if self.recorded is None:
            return
        for field in ("service_security_groups", "task_definition_revisions"):
            for name in getattr(self.recorded, field):
                if name not in self._service_names:
                    yield Problem(
                        f"recorded.{field}.{name}",
                        "is no service",
                        close_to(name, self._service_names),
                    )

    @rule
    def _is_built(self) -> Iterator[Problem]:
        repair = "choose another until the library builds it"
        if isinstance(self.network, PrivateVpc):
            yield Problem("network", "PrivateVpc is declared, but not built yet", repair)
        for service in self.services:
            if service.deployment.strategy != "rolling":
                yield Problem(
                    f"services.{service.name}.deployment",
                    f"{service.deployment.strategy!r} is declared, but not built yet",
                    repair,
                )
            if service.autoscaling is not None:
                yield Problem(
                    f"services.{service.name}.autoscaling",
                    "is declared, but not built yet",
                    "leave it out until the library builds it",
                )
