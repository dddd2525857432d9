"""The fields of an environment, without the rules between them."""

from collections.abc import Mapping
from typing import ClassVar

from navra_stacks.naming import Names
from navra_stacks.settings.compute.autoscaling import Autoscaling
from navra_stacks.settings.compute.image import EcrImage
from navra_stacks.settings.compute.service import Service
from navra_stacks.settings.data.cache import Cache
from navra_stacks.settings.data.database import Database
from navra_stacks.settings.data.secrets import Secret
from navra_stacks.settings.delivery.ecr_repositories import EcrRepositories
from navra_stacks.settings.delivery.github import GitHubDeployRole
from navra_stacks.settings.existing.data_stores import ExistingCache, ExistingDatabase
from navra_stacks.settings.existing.existing_ids import ExistingIds
from navra_stacks.settings.existing.import_inventory import ImportInventory
from navra_stacks.settings.hardening import Hardening
from navra_stacks.settings.load_balancing.domain import Domain
from navra_stacks.settings.load_balancing.load_balancer import LoadBalancer
from navra_stacks.settings.load_balancing.routing import Routing
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import AccountId, Name, Region
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping
from navra_stacks.settings.networking.vpc import Network
from navra_stacks.settings.observability.logs import Logs
from navra_stacks.settings.state import LocalState, State

__all__ = ["EnvironmentFields"]


class EnvironmentFields(Settings):
    """Every field of an environment and the values derived from them.

    The rules between fields lie in `settings.validation`, which imports this class and never
    `Environment`.
    """

    renamed_fields: ClassVar[Mapping[str, str]] = {"recorded": "existing_ids"}

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

    registry: EcrRepositories | None = None
    """ECR repositories of the services' images; None where they exist elsewhere."""

    delivery: GitHubDeployRole | None = None
    """The role with which a pipeline deploys; None where there is none."""

    hardening: Hardening = Hardening.relaxed()
    """The hardenings that are on."""

    state: State = LocalState()
    """Where Terraform keeps the state."""

    tags: FrozenMapping[str, str] = EMPTY
    """Tags of every resource, besides Project, Environment and ManagedBy."""

    existing_ids: ExistingIds | None = None
    """What exists already, for an environment that was made by hand."""

    inventory: ImportInventory | None = None
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

    def autoscaling_of(self, service: Service) -> Autoscaling | None:
        """Return a service's own autoscaling, else the environment's; None where neither is set."""
        if service.autoscaling is not None:
            return service.autoscaling
        return self.hardening.autoscaling

    def service(self, name: str) -> Service:
        """The service of that name.

        Raises:
            KeyError: there is none.
        """
        for service in self.services:
            if service.name == name:
                return service
        raise KeyError(name)
