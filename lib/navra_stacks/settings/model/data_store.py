"""What databases and caches have in common: the secrets that give access to them."""

from abc import abstractmethod
from collections.abc import Mapping

from navra_stacks.settings.model.base import Settings

__all__ = ["DataStore"]


class DataStore(Settings):
    """A database or a cache.

    A service into which one of the data store's secrets is injected gets network access to it.
    """

    @property
    @abstractmethod
    def secret_fields(self) -> Mapping[str, str]:
        """The names of the data store's secrets, by the path of the field that sets each name."""

    @property
    def secret_names(self) -> frozenset[str]:
        """The names of the data store's secrets."""
        return frozenset(self.secret_fields.values())
