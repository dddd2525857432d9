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
from navra_stacks.settings.delivery import GithubDelivery, Registry
from navra_stacks.settings.edge import Domain, LoadBalancer
from navra_stacks.settings.frozen_mapping import EMPTY, FrozenMapping
from navra_stacks.settings.hardening import Hardening
from navra_stacks.settings.network import DefaultVpc, Network, PrivateVpc
from navra_stacks.settings.observability import Logs
from navra_stacks.settings.recorded import Recorded
from navra_stacks.settings.rollout import (
    autoscaling_problems,
    one_off_task_problems,
    shift_problems,
)
from navra_stacks.settings.routing import Routing
from navra_stacks.settings.scalars import AccountId, Name, Region, close_to, region_of
from navra_stacks.settings.service import EcrImage, Service
from navra_stacks.settings.state import LocalState, S3State, State

__all__ = ["Environment"]

MAXIMUM_TAGS = 50
ROLE_NAME_LIMIT = 64
ROLE_NAME_LIMIT = 64
BUCKET_NAME_LIMIT = 63
RESERVED_SERVICE_NAMES = ("alb", "anywhere", "cache", "database", "endpoints", "s3")
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

    registry: Registry | None = None
    """ECR repositories of the services' images; None where they exist elsewhere."""

    delivery: GithubDelivery | None = None
    """The role with which a pipeline deploys; None where there is none."""

    hardening: Hardening = Hardening.relaxed()
    """The hardenings that are on."""

    state: State = LocalState()
    """Where Terraform keeps the state."""

    tags: FrozenMapping[str, str] = EMPTY
    """Tags of every resource, besides Project, Environment and ManagedBy."""

    recorded: Recorded | None = None
    """What exists already, for an environment that was made by hand."""

    @property
    def names(self) -> Names:
        """The physical names of this environment."""
        return Names(self.project, self.name)

    @property
    def own_repositories(self) -> tuple[str, ...]:
        """The ECR repositories of this account and Region that containers take images from."""
        images = [c.image for service in self.services for c in service.containers]
        return tuple(
            sorted(
                {
                    image.repository
                    for image in images
                    if isinstance(image, EcrImage)
                    and image.account in (None, self.account)
                    and image.region in (None, self.region)
                }
            )
        )

    @property
    def still_to_fill_in(self) -> tuple[str, ...]:
        """The settings that nobody could know yet, by name."""
        unknown = ["account"] if self.account is None else []
        if self.hardening.alarms is not None and self.hardening.alarms.asks_for_emails:
            unknown.append("hardening.alarms.emails")
        return tuple(unknown)

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

    @rule
    def _names_fit(self) -> Iterator[Problem]:
        names, balancers = self.names, "load balancers and target groups"
        checked = [("name", names.load_balancer, LOAD_BALANCER_NAME_LIMIT, balancers)]
        for service in self.services:
            place = f"services.{service.name}.name"
            if service.health_check is not None:
                group = names.target_group(service.name)
                checked.append((place, group, LOAD_BALANCER_NAME_LIMIT, balancers))
            role = names.execution_role(service.name)
            checked.append((place, role, ROLE_NAME_LIMIT, "roles"))
        for place, name, limit, what in checked:
            if len(name) > limit:
                yield Problem(
                    place,
                    f"makes the name {name!r} of {len(name)} characters ({what}: {limit} at most)",
                    "shorten the project, the environment or the service",
                )

    @rule
    def _names_are_not_reserved(self) -> Iterator[Problem]:
        # Elastic Load Balancing, CreateLoadBalancer; EC2, CreateSecurityGroup.
        for prefix, what in (("internal-", "a load balancer"), ("sg-", "a security group")):
            if self.names.stack.startswith(prefix):
                yield Problem(
                    "project",
                    f"{self.project!r} makes the name of {what} begin with {prefix!r}, which AWS "
                    "keeps for itself",
                    "choose another",
                )
        for service in self.services:
            if service.name == "alb":
                yield Problem(
                    "services.alb.name",
                    "'alb' is what the load balancer's own resources are called",
                    "choose another",
                )

    @rule
    def _access_log_bucket_is_its_own(self) -> Iterator[Problem]:
        logs = self.hardening.access_logs
        if logs is None:
            return
        field = "hardening.access_logs.bucket_name"
        name = logs.bucket_name or self.names.access_log_bucket("0" * 12, self.region)
        if len(name) > BUCKET_NAME_LIMIT:
            yield Problem(
                field,
                f"is missing, and the name made for it, {name!r} with 12 digits of the account, "
                f"has {len(name)} characters (S3 buckets: {BUCKET_NAME_LIMIT} at most)",
                "give a name",
            )
        if isinstance(self.state, S3State) and name == self.state.bucket:
            yield Problem(
                field,
                f"{name!r} is the bucket of the state, where logs would expire and others write",
                "give the logs a bucket of their own",
            )

    @rule
    def _addresses_are_distinct(self) -> Iterator[Problem]:
        # Names become Terraform addresses, in which case and signs are folded.
        for field, all_of_them in (("services", self.services), ("secrets", self.secrets)):
            alike: dict[str, list[str]] = {}
            for one in all_of_them:
                alike.setdefault(slug(one.name), []).append(one.name)
            for names in alike.values():
                for name, count in Counter(names).items():
                    if count > 1:
                        yield Problem(field, f"{count} are named {name!r}", "name each differently")
                if len(set(names)) > 1:
                    yield Problem(
                        field,
                        f"{' and '.join(map(repr, dict.fromkeys(names)))} differ in case and signs "
                        "only, and would share one Terraform address",
                        "name each differently",
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
            # A route that leads nowhere may be the one that is missed here.
            lost = service.name not in routed and routed <= self._service_names
            if lost and service.health_check is not None:
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
            (f"services.{service.name}.{place}.secrets", name)
            for service in self.services
            for place, container in service.placed_containers
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
    def _registry_has_images(self) -> Iterator[Problem]:
        if self.registry is not None and not self.own_repositories:
            yield Problem(
                "registry",
                "would be empty: no container takes an image from this account and Region",
                "leave it out, or use EcrImage without account and region",
            )

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
    def _exec_can_write(self) -> Iterator[Problem]:
        # ECS, "Monitor Amazon ECS containers with ECS Exec": the agent writes to the root.
        if not self.hardening.audited_exec:
            return
        for service in self.services:
            for container in service.containers:
                if container.read_only_root:
                    yield Problem(
                        "hardening.audited_exec",
                        f"cannot open sessions in {service.container_name(container)!r} of "
                        f"{service.name!r}, whose root file system is read-only",
                        "choose one of the two",
                    )

    @rule
    def _running_services_keep_their_capacity(self) -> Iterator[Problem]:
        # Provider: launch_type forces replacement, and so may its change to a strategy
        # (terraform-provider-aws #22823).
        for service in self.services:
            if self.recorded is not None and service.capacity is not None:
                yield Problem(
                    f"services.{service.name}.capacity",
                    "would replace the service that runs, which was recorded with Fargate alone",
                    "leave it out here, and try Spot in an environment that is not recorded",
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
            if key.lower().startswith("aws:") or value.lower().startswith("aws:"):
                yield Problem(
                    f"tags.{key}",
                    "has the prefix 'aws:' in its key or value, which AWS keeps for itself",
                    "choose another",
                )
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
    def _alarms_fit(self) -> Iterator[Problem]:
        alarms = self.hardening.alarms
        if alarms is None:
            return
        budget = alarms.budget_rejections
        if budget is not None and budget.service not in self._service_names:
            yield Problem(
                "hardening.alarms.budget_rejections.service",
                f"{budget.service!r} is no service",
                close_to(budget.service, self._service_names),
            )
        # CloudWatch, "Alarm actions": a topic of the alarm's own Region.
        if alarms.topic_arn is not None and alarms.topic_arn.split(":")[3] != self.region:
            yield Problem(
                "hardening.alarms.topic_arn",
                f"{alarms.topic_arn!r} is not in {self.region}, and alarms reach no other Region",
                f"give a topic of {self.region}",
            )

    @rule
    def _alarms_lie_above_autoscaling(self) -> Iterator[Problem]:
        alarms = self.hardening.alarms
        if alarms is None:
            return
        for service in self.services:
            scaling = service.autoscaling
            scaling = self.hardening.autoscaling if scaling is None else scaling
            for field in ("cpu_percent", "memory_percent"):
                held = None if scaling is None else getattr(scaling, field)
                if held is not None and getattr(alarms, field) <= held:
                    yield Problem(
                        f"hardening.alarms.{field}",
                        f"{getattr(alarms, field)} is not above the {held} percent that "
                        f"autoscaling holds {service.name!r} at, so it would ring all the time",
                        "raise it, or lower autoscaling's target",
                    )

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
    def _services_scale(self) -> Iterator[Problem]:
        yield from autoscaling_problems(self)

    @rule
    def _traffic_can_shift(self) -> Iterator[Problem]:
        yield from shift_problems(self)

    @rule
    def _one_off_tasks_are_distinct(self) -> Iterator[Problem]:
        yield from one_off_task_problems(self)

    @rule
    def _stays_in_its_vpc(self) -> Iterator[Problem]:
        if self.recorded is None:
            return
        recorded = self.recorded.vpc_id
        vpc = None if isinstance(self.network, PrivateVpc) else self.network.vpc_id
        stays = vpc is not None and vpc == recorded
        if self.recorded.leaves_vpc:
            if stays:
                yield Problem(
                    "recorded.leaves_vpc",
                    f"is True, but the network is the recorded VPC {recorded!r}",
                    "leave it out, so that a later mistake is refused",
                )
            return
        if isinstance(self.network, PrivateVpc):
            wrong = "PrivateVpc makes a VPC of its own, and what is recorded is in "
            wrong += "another" if recorded is None else repr(recorded)
        elif recorded is None or stays:
            return
        elif vpc is None:
            wrong = f"names no VPC, so that it may be another than the recorded {recorded!r}"
        else:
            wrong = f"{vpc!r} is another VPC than the recorded {recorded!r}"
        keep = f"stay in {recorded!r}" if recorded is not None else "stay in the VPC that exists"
        yield Problem(
            "network",
            f"{wrong}: the load balancer, the target groups and the security groups would be "
            "replaced, and the host be down meanwhile",
            f"{keep}, or set `recorded.leaves_vpc=True` if that is meant",
        )

    @rule
    def _images_are_reached(self) -> Iterator[Problem]:
        if not isinstance(self.network, PrivateVpc) or self.network.has_nat:
            return
        # An endpoint for ECR leads to the private registries of its own Region.
        for service in self.services:
            for container in service.containers:
                image = container.image
                if isinstance(image, EcrImage) and image.region in (None, self.region):
                    continue
                yield Problem(
                    f"services.{service.name}.{service.container_name(container)}.image",
                    f"{image.repository!r} is outside the Region's own ECR, which is all that "
                    "tasks reach without NAT",
                    "copy the image there, or choose a NAT in `network.nat`",
                )
