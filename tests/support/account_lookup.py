"""The signature of the fixture that looks up a small document in the account."""

from __future__ import annotations

from collections.abc import Callable

from navra_stacks.account.lookup import Found

Find = Callable[..., Found]
