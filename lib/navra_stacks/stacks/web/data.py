"""What services keep and share: secrets, a database, a cache, and the backups."""

from __future__ import annotations

from collections.abc import Iterable

from cdktf import ITerraformDependable
from constructs import Construct

from navra_stacks.constructs.common.account_region import Location
from navra_stacks.constructs.data.backup_plan import Backups
from navra_stacks.constructs.data.cache import Cache
from navra_stacks.constructs.data.database import Database
from navra_stacks.constructs.data.secrets import Secrets, recovery_window_days
from navra_stacks.constructs.networking.existing_vpc import Network
from navra_stacks.settings.data.cache import Cache as CacheSettings
from navra_stacks.settings.data.database import Database as DatabaseSettings
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.existing.data_stores import ExistingDatabase
from navra_stacks.stacks.web.connectivity import Access

__all__ = ["DataLayer"]


class DataLayer:
    """Secrets found or made, and the database and the cache where they are not somebody else's.

    The URL of what is made here is written into the secret that the services inject.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        location: Location,
        network: Network,
        access: Access,
        kms_key_arn: str | None,
    ) -> None:
        self._scope = scope
        self._environment = environment
        self._location = location
        self._subnet_ids = network.isolated_subnet_ids
        self._groups = access.groups
        self._kms_key_arn = kms_key_arn
        self.secrets = Secrets(
            scope,
            "secrets",
            settings=environment.secrets,
            names=environment.names,
            made=self._made_secrets(),
            kms_key_arn=kms_key_arn,
        )
        self.database = self._database()
        self.cache = self._cache()
        self.backups = self._backups()

    def urls_among(self, injected: Iterable[str]) -> list[ITerraformDependable]:
        """The URLs that are written into these secrets, without which a task cannot start."""
        made = ((self._environment.database, self.database), (self._environment.cache, self.cache))
        return [
            part.url
            for settings, part in made
            if settings is not None and part is not None and settings.url_secret in injected
        ]

    def _protects(self, part: DatabaseSettings | CacheSettings) -> bool:
        return part.deletion_protection or self._environment.hardening.deletion_protection

    def _made_secrets(self) -> dict[str, int]:
        """The secrets that are made rather than looked up, with their recovery window."""
        protected = {
            secret.name: self._environment.hardening.deletion_protection
            for secret in self._environment.secrets
            if secret.managed
        }
        for part in (self._environment.database, self._environment.cache):
            if isinstance(part, DatabaseSettings | CacheSettings):
                protected[part.url_secret] = self._protects(part)
        return {name: recovery_window_days(protected=kept) for name, kept in protected.items()}

    def _database(self) -> Database | None:
        settings = self._environment.database
        if not isinstance(settings, DatabaseSettings):
            return None
        return Database(
            self._scope,
            "database",
            settings=settings,
            names=self._environment.names,
            location=self._location,
            subnet_ids=self._subnet_ids,
            security_group_id=str(self._groups["database"].security_group_id),
            url_secret=self.secrets.by_name[settings.url_secret],
            log_retention_days=self._environment.logs.retention_days,
            protected=self._protects(settings),
            kms_key_arn=self._kms_key_arn,
        )

    def _cache(self) -> Cache | None:
        settings = self._environment.cache
        if not isinstance(settings, CacheSettings):
            return None
        return Cache(
            self._scope,
            "cache",
            settings=settings,
            names=self._environment.names,
            subnet_ids=self._subnet_ids,
            security_group_id=str(self._groups["cache"].security_group_id),
            url_secret=self.secrets.by_name[settings.url_secret],
            protected=self._protects(settings),
            kms_key_arn=self._kms_key_arn,
        )

    def _backups(self) -> Backups | None:
        settings, database = self._environment.hardening.backups, self._environment.database
        if settings is None:
            return None
        existing = database.arn if isinstance(database, ExistingDatabase) else None
        return Backups(
            self._scope,
            "backups",
            settings=settings,
            names=self._environment.names,
            database_arn=str(existing) if self.database is None else self.database.arn,
            protected=(
                self._protects(database)
                if isinstance(database, DatabaseSettings)
                else self._environment.hardening.deletion_protection
            ),
            kms_key_arn=self._kms_key_arn,
        )
