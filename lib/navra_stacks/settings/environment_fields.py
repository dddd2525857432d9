"""The fields of an environment, without the validation rules between them."""

from collections.abc import Iterator, Mapping
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
from navra_stacks.settings.load_balancing.hosted_zone import DelegatedZone
from navra_stacks.settings.load_balancing.load_balancer import LoadBalancer
from navra_stacks.settings.load_balancing.routing import Routing
from navra_stacks.settings.model.base import Settings
from navra_stacks.settings.model.field_types import (
    AccountId,
    LockFile,
    Name,
    PolicyFile,
    Region,
    StackClass,
)
from navra_stacks.settings.model.frozen_mapping import EMPTY, FrozenMapping
from navra_stacks.settings.networking.vpc import Network
from navra_stacks.settings.observability.alarms import Alarms
from navra_stacks.settings.observability.logs import Logs
from navra_stacks.settings.state import LocalState, S3State, State

__all__ = ["EnvironmentFields"]


class EnvironmentFields(Settings):
    """All fields of an environment, and values derived from them.

    The rules between the fields are in `settings.validation`, which imports this class and not
    `Environment`, because an import of `Environment` would be circular.
    """

    former_names: ClassVar[Mapping[str, str]] = {
        "recorded": "existing_ids",
        "still_to_fill_in": "unknown_settings",
    }

    project: Name
    """The name of the project, used as the first part of most resource names, for example
    ``shop``."""

    name: Name
    """The name of the environment, used as the second part of most resource names, for example
    ``live``."""

    account: AccountId | None
    """The id of the AWS account, the only account in which Terraform changes resources. None if
    the account is not known yet: the id is then a Terraform variable that must be set at each
    plan, and the provider is restricted to the value of that variable."""

    region: Region
    """The AWS Region of the environment."""

    network: Network
    """The VPC and its subnets."""

    domain: Domain
    """The host name and its Route 53 hosted zone."""

    services: tuple[Service, ...]
    """The ECS services."""

    routing: Routing
    """The routes by path pattern, and the default service for all other paths."""

    logs: Logs
    """The names and the retention of the services' log groups."""

    load_balancer: LoadBalancer = LoadBalancer()
    """The TLS policy and the timeouts of the load balancer."""

    secrets: tuple[Secret, ...] = ()
    """The secrets that can be injected into containers."""

    database: Database | ExistingDatabase | None = None
    """The database: a `Database` that Terraform creates, or an `ExistingDatabase` that is
    managed elsewhere; None for no database."""

    cache: Cache | ExistingCache | None = None
    """The cache: a `Cache` that Terraform creates, or an `ExistingCache` that is managed
    elsewhere; None for no cache."""

    registry: EcrRepositories | None = None
    """Settings of the ECR repositories that Terraform creates for the services' images; None to
    create no repositories."""

    delivery: GitHubDeployRole | None = None
    """The IAM role with which a pipeline deploys; None for no role."""

    hardening: Hardening = Hardening.relaxed()
    """The hardening of the environment; by default everything is turned off."""

    state: State = LocalState()
    """Where Terraform stores the state."""

    tags: FrozenMapping[str, str] = EMPTY
    """Tags of every resource, in addition to the default tags Project, Environment and
    ManagedBy."""

    not_secret: tuple[str, ...] = ()
    """Keys of `tags` whose values look like credentials but are not secret."""

    existing_ids: ExistingIds | None = None
    """The ids of existing resources, for an environment that was created by hand; None for an
    environment that Terraform creates."""

    inventory: ImportInventory | None = None
    """The existing resources that `navra discover` found in the account and that Terraform
    imports; None if there is no inventory."""

    lock_file: LockFile | None = None
    """Terraform's dependency lock file, committed beside the environment's module, for example
    ``Path(__file__).with_suffix(".lock.hcl")``. If the file exists, it is copied beside each
    document as ``.terraform.lock.hcl``; None or no file: `terraform init` selects the provider
    packages without comparing their hashes with committed ones."""

    policy_file: PolicyFile | None = None
    """The file with the pack of policy rules and the waivers of `navra check`, for example
    ``Path(__file__).with_suffix(".waivers.toml")``. With a file, `navra synth` checks the documents
    of the environment; None: it does not."""

    stack_class: StackClass | None = None
    """The class of the environment's stack as ``MODULE:CLASS``, for an environment whose stack
    extends `WebStack`, for example ``shop.stack:ShopStack``; None for `WebStack`. The module is
    imported when the environment is synthesized, from the current directory or the Python path."""

    @property
    def names(self) -> Names:
        """The physical names of this environment."""
        return Names(self.project, self.name)

    @property
    def stacks(self) -> tuple[str, ...]:
        """The names of the environment's stacks, in the order in which they are applied."""
        names, state = self.names, self.state
        return (
            *([names.state_stack] if isinstance(state, S3State) and state.bootstrapped else []),
            *([names.zone_stack] if isinstance(self.domain.hosted_zone, DelegatedZone) else []),
            names.stack,
        )

    def state_of(self, stack: str) -> State:
        """Return the settings of the state of one of the `stacks`.

        The bootstrap stack has a local file until `bootstrap_state` is ``bucket``. Each stack with
        its state in the bucket has a key of its own.
        """
        names, state = self.names, self.state
        if stack == names.stack or not isinstance(state, S3State):
            return state
        if stack == names.state_stack and state.bootstrap_state == "file":
            return LocalState()
        return state.replace(key=names.state_key(stack.removeprefix(f"{names.stack}-")))

    def managed_data_stores(self) -> Iterator[tuple[str, Database | Cache]]:
        """Yield the field and the settings of each data store that Terraform creates."""
        # One field after the other: a rule can report the database although the cache is invalid.
        if isinstance(self.database, Database):
            yield "database", self.database
        if isinstance(self.cache, Cache):
            yield "cache", self.cache

    @property
    def service_names(self) -> frozenset[str]:
        """The names of the environment's services."""
        return frozenset(service.name for service in self.services)

    @property
    def own_repositories(self) -> tuple[str, ...]:
        """The sorted names of the ECR repositories that contain the services' images.

        Only repositories in the environment's account and Region are included.
        """
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
        """The paths of the settings that are None because they are not known yet.

        Each of these settings is a Terraform variable.
        """
        unknown = ["account"] if self.account is None else []
        if self.hardening.alarms is not None and self.hardening.alarms.emails_unknown:
            unknown.append("hardening.alarms.emails")
        if self.delivery is not None and self.delivery.repository is None:
            unknown.append("delivery.repository")
        return tuple(unknown)

    @property
    def assumed_settings(self) -> Mapping[str, str]:
        """The assumption that is made for each setting that is None because it is not known yet.

        The key is the path of the setting. Unlike `unknown_settings`, these settings are not
        variables: the documents contain the assumed value.
        """
        database = self.database
        if not isinstance(database, Database) or not database.is_driver_unknown:
            return {}
        (_, query), name = database.urls[str(database.url_secret)], database.url_secret
        return {
            "database.driver": f"{name} contains a URL for the driver 'libpq' "
            f"(postgresql://...{query}), which SQLAlchemy uses with psycopg2 only"
        }

    @property
    def alarms(self) -> Alarms | None:
        """The alarms of `hardening` with the thresholds that follow from the database."""
        alarms, database = self.hardening.alarms, self.database
        if alarms is None or not isinstance(database, Database):
            return alarms
        limit = database.max_connections
        thresholds = alarms.database.with_defaults(
            free_storage_gib=database.low_storage_gib,
            connections=None if limit is None else limit * 7 // 10,
        )
        return alarms.replace(database=thresholds)

    def autoscaling_of(self, service: Service) -> Autoscaling | None:
        """Return the autoscaling of `service`, else that of `hardening`; None if neither is set.

        A singleton is never scaled.
        """
        if service.singleton:
            return None
        if service.autoscaling is not None:
            return service.autoscaling
        return self.hardening.autoscaling

    def service(self, name: str) -> Service:
        """Return the service named `name`.

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
        not_secret: tuple[str, ...]
        existing_ids: ExistingIds | None
        inventory: ImportInventory | None
        lock_file: LockFile | None
        policy_file: PolicyFile | None
        stack_class: StackClass | None
