"""The fields of an environment, without the validation rules between them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self, TypedDict, Unpack

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
    """All fields of an environment, and values derived from them.

    The rules between the fields are in `settings.validation`, which imports this class and never
    `Environment`: that would be a circular import.
    """

    renamed_fields: ClassVar[Mapping[str, str]] = {"recorded": "existing_ids"}

    project: Name
    """The name of the project, first part of most resource names: ``shop``."""

    name: Name
    """The name of the environment, second part of most resource names."""

    account: AccountId | None
    """The AWS account, the only one in which Terraform changes anything. None if it is not known
    yet: the account is then a Terraform variable, to be entered at each plan, and the provider is
    still restricted to it."""

    region: Region
    """The AWS Region."""

    network: Network
    """The VPC and its subnets."""

    domain: Domain
    """The host and its hosted zone."""

    services: tuple[Service, ...]
    """The ECS services."""

    routing: Routing
    """The routes: path patterns, and the service that handles each."""

    logs: Logs
    """The names and the retention of the services' log groups."""

    load_balancer: LoadBalancer = LoadBalancer()
    """TLS policy and timeouts of the load balancer."""

    secrets: tuple[Secret, ...] = ()
    """The secrets that can be injected into containers."""

    database: Database | ExistingDatabase | None = None
    """The database, created by Terraform or existing elsewhere; None for no database."""

    cache: Cache | ExistingCache | None = None
    """The cache, created by Terraform or existing elsewhere; None for no cache."""

    registry: EcrRepositories | None = None
    """ECR repositories to create for the services' images; None if they exist elsewhere."""

    delivery: GitHubDeployRole | None = None
    """The IAM role with which a pipeline deploys; None for no role."""

    hardening: Hardening = Hardening.relaxed()
    """The hardenings that are turned on."""

    state: State = LocalState()
    """Where Terraform stores the state."""

    tags: FrozenMapping[str, str] = EMPTY
    """Tags of every resource, in addition to Project, Environment and ManagedBy."""

    existing_ids: ExistingIds | None = None
    """The ids of existing resources, for an environment that was created by hand."""

    inventory: ImportInventory | None = None
    """The existing resources that `navra discover` found in the account; Terraform imports them.
    None if the account was not searched."""

    @property
    def names(self) -> Names:
        """The physical names of this environment."""
        return Names(self.project, self.name)

    @property
    def service_names(self) -> frozenset[str]:
        """The names of its services."""
        return frozenset(service.name for service in self.services)

    @property
    def own_repositories(self) -> tuple[str, ...]:
        """The ECR repositories in this account and Region whose images are used, sorted."""
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
    def unknown_settings(self) -> tuple[str, ...]:
        """The paths of the settings that are not known yet (None): Terraform variables instead."""
        unknown = ["account"] if self.account is None else []
        if self.hardening.alarms is not None and self.hardening.alarms.emails_unknown:
            unknown.append("hardening.alarms.emails")
        if self.delivery is not None and self.delivery.repository is None:
            unknown.append("delivery.repository")
        return tuple(unknown)

    def autoscaling_of(self, service: Service) -> Autoscaling | None:
        """Return a service's own autoscaling, else the environment's; None if neither is set."""
        if service.autoscaling is not None:
            return service.autoscaling
        return self.hardening.autoscaling

    def service(self, name: str) -> Service:
        """Return the service with that name.

        Raises:
            KeyError: no service has that name.
        """
        for service in self.services:
            if service.name == name:
                return service
        raise KeyError(name)

    if TYPE_CHECKING:

        def replace(self, **changes: "Unpack[EnvironmentFieldsChanges]") -> Self: ...


if TYPE_CHECKING:
    # The fields, for type checkers and editors. A test compares them with the classes.

    class EnvironmentFieldsChanges(TypedDict, total=False):
        project: Name
        name: Name
        account: AccountId | None
        region: Region
        network: Network
        domain: Domain
        services: tuple[Service, ...]
        routing: Routing
        logs: Logs
        load_balancer: LoadBalancer
        secrets: tuple[Secret, ...]
        database: Database | ExistingDatabase | None
        cache: Cache | ExistingCache | None
        registry: EcrRepositories | None
        delivery: GitHubDeployRole | None
        hardening: Hardening
        state: State
        tags: FrozenMapping[str, str]
        existing_ids: ExistingIds | None
        inventory: ImportInventory | None
