"""The whole of one environment; the rules that hold between its parts lie beside it, by noun."""

from collections.abc import Mapping
from typing import Any, ClassVar

from navra_stacks.naming import Names
from navra_stacks.settings import (
    data_rules,
    hardening_rules,
    image_rules,
    name_rules,
    network_rules,
    record_rules,
    rollout,
    routing_rules,
    secret_rules,
    tag_rules,
)
from navra_stacks.settings.base import Rule, Settings
from navra_stacks.settings.cache import Cache
from navra_stacks.settings.data import ExistingCache, ExistingDatabase, Secret
from navra_stacks.settings.database import Database
from navra_stacks.settings.delivery import GithubDelivery, Registry
from navra_stacks.settings.edge import Domain, LoadBalancer
from navra_stacks.settings.frozen_mapping import EMPTY, FrozenMapping
from navra_stacks.settings.hardening import Hardening
from navra_stacks.settings.images import EcrImage
from navra_stacks.settings.inventory import Inventory
from navra_stacks.settings.network import Network
from navra_stacks.settings.observability import Logs
from navra_stacks.settings.recorded import Recorded
from navra_stacks.settings.routing import Routing
from navra_stacks.settings.scalars import AccountId, Name, Region
from navra_stacks.settings.service import Service
from navra_stacks.settings.state import LocalState, State

__all__ = ["Environment"]


class Environment(Settings):
    """Everything about one environment of one project; `synthesize` turns it into Terraform JSON.

    Raises:
        SettingsError: naming everything that is wrong with it and with its parts.
    """

    is_root: ClassVar[bool] = True

    further_rules: ClassVar[tuple[Rule, ...]] = (
        *name_rules.RULES,
        *network_rules.RULES,
        *routing_rules.RULES,
        *secret_rules.RULES,
        *image_rules.RULES,
        *data_rules.RULES,
        *tag_rules.RULES,
        *hardening_rules.RULES,
        *record_rules.RULES,
        *rollout.RULES,
    )

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

    inventory: Inventory | None = None
    """What exists already in the account, as `navra discover` found it: it is imported. None where
    nobody looks."""

    @property
    def names(self) -> Names:
        """The physical names of this environment."""
        return Names(self.project, self.name)

    @property
    def service_names(self) -> frozenset[str]:
        """What its services are called."""
        return frozenset(service.name for service in self.services)

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
        if self.delivery is not None and self.delivery.repository is None:
            unknown.append("delivery.repository")
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
