"""Secrets, the database, the cache and the backups of an environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cdktf import ITerraformDependable
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.data.backup_plan import DatabaseBackups
from navra_stacks.constructs.data.cache import ReplicationGroup
from navra_stacks.constructs.data.database import RdsDatabase
from navra_stacks.constructs.data.secrets import Secrets, recovery_window_days
from navra_stacks.constructs.networking.existing_vpc import VpcNetwork
from navra_stacks.settings.data.cache import Cache
from navra_stacks.settings.data.database import Database
from navra_stacks.settings.environment import Environment
from navra_stacks.settings.existing.data_stores import ExistingDatabase
from navra_stacks.stacks.web.connectivity import SecurityGroups

__all__ = ["Data"]


class Data:
    """The secrets of the services, and the database, cache and backups that the stack manages.

    The URLs of a managed database or cache are stored in secrets that services inject.
    """

    def __init__(
        self,
        scope: Construct,
        environment: Environment,
        *,
        env: EnvironmentContext,
        vpc: VpcNetwork,
        security_groups: SecurityGroups,
    ) -> None:
        self._scope = scope
        self._environment = environment
        self._env = env
        self._vpc = vpc
        self._security_groups = security_groups
        self.secrets = Secrets(
            scope,
            "secrets",
            settings=environment.secrets,
            env=env,
            managed=self._managed_secrets(),
        )
        self.database = self._database()
        self.cache = self._cache()
        self.backups = self._backups()

    def secret_values(self, injected_secrets: Iterable[str]) -> list[ITerraformDependable]:
        """Return the secret versions with the values of managed data stores.

        The result contains only the versions of secrets that are in `injected_secrets`.
        """
        stores = [store for store in (self.database, self.cache) if store is not None]
        values = {name: value for store in stores for name, value in store.secret_values.items()}
        return [values[name] for name in sorted(set(injected_secrets) & values.keys())]

    def variables(self, injected_secrets: Iterable[str]) -> Mapping[str, str]:
        """Return the environment variables of a container with `injected_secrets`."""
        given = {} if self.database is None else self.database.variables
        return {
            name: value
            for secret in injected_secrets
            for name, value in given.get(secret, {}).items()
        }

    def _is_protected(self, settings: Database | Cache) -> bool:
        return settings.deletion_protection or self._env.deletion_protection

    def _managed_secrets(self) -> dict[str, int]:
        """Return the names of the secrets to create, with their default recovery window in days."""
        protected = {
            secret.name: self._env.deletion_protection
            for secret in self._environment.secrets
            if secret.managed
        }
        for _, settings in self._environment.managed_data_stores():
            protected |= dict.fromkeys(settings.secret_names, self._is_protected(settings))
        return {
            name: recovery_window_days(protected=is_protected)
            for name, is_protected in protected.items()
        }

    def _database(self) -> RdsDatabase | None:
        settings, group = self._environment.database, self._security_groups.database
        if not isinstance(settings, Database) or group is None:
            return None
        return RdsDatabase(
            self._scope,
            "database",
            settings=settings,
            env=self._env,
            vpc=self._vpc,
            security_group=group,
            secrets=self.secrets.by_name,
            protected=self._is_protected(settings),
        )

    def _cache(self) -> ReplicationGroup | None:
        settings, group = self._environment.cache, self._security_groups.cache
        if not isinstance(settings, Cache) or group is None:
            return None
        return ReplicationGroup(
            self._scope,
            "cache",
            settings=settings,
            env=self._env,
            vpc=self._vpc,
            security_group=group,
            secrets=self.secrets.by_name,
            protected=self._is_protected(settings),
        )

    def _backups(self) -> DatabaseBackups | None:
        settings, database = self._environment.hardening.backups, self._environment.database
        if settings is None:
            return None
        existing = database.arn if isinstance(database, ExistingDatabase) else None
        return DatabaseBackups(
            self._scope,
            "backups",
            settings=settings,
            env=self._env,
            database_arn=str(existing) if self.database is None else self.database.arn,
            protected=(
                self._is_protected(database)
                if isinstance(database, Database)
                else self._env.deletion_protection
            ),
        )
