"""The type of the fixture that finds the resources of a small document in the account."""

from __future__ import annotations

from collections.abc import Callable

from navra_stacks.account.lookup import FoundResources

Find = Callable[..., FoundResources]
