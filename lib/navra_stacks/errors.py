"""Errors caused by users: invalid settings, arguments or environment names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["NavraError", "SettingsError", "SettingsProblem", "UnknownEnvironmentError", "suggest"]


class NavraError(Exception):
    """Base class of the errors that a user can repair, in the settings or on the command line.

    The command prints the message without a traceback and exits with status 2.
    """


class SettingsProblem(NamedTuple):
    """One problem in the settings: the field, what is wrong with its value, and the repair."""

    field: str
    """The path of the field: ``services.backend.port``."""

    message: str
    """The value, why it is invalid, and what is allowed: ``87870 is not a port (1-65535)``."""

    repair: str = ""
    """How to repair it, as an instruction; empty if the message says enough."""

    def with_prefix(self, prefix: str) -> SettingsProblem:
        """Return the problem with `prefix` prepended to its path."""
        return SettingsProblem(
            f"{prefix}.{self.field}" if self.field else prefix, self.message, self.repair
        )

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        repair = f"; {self.repair}" if self.repair else ""
        return f"{where}{self.message}{repair}"


class SettingsError(NavraError):
    """Invalid settings, which cannot be synthesized; contains all of their problems."""

    def __init__(self, subject: str, problems: Iterable[SettingsProblem]) -> None:
        self.subject = subject
        self.problems = tuple(problems)
        count = len(self.problems)
        title = f"{subject}: {count} problem{'s' if count != 1 else ''} in the settings"
        super().__init__("\n".join([title, *(f"  {problem}" for problem in self.problems)]))


class UnknownEnvironmentError(NavraError):
    """A command names an environment that does not exist."""


def suggest(given: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the known name that is most similar to an unknown one; None if none is similar.

    Args:
        given: The unknown name.
        known: The known names.
        cutoff: The similarity required, from 0 (any name) to 1 (only the same name); see
            `difflib.get_close_matches`.
    """
    import difflib  # imported only when an error is reported

    return next(iter(difflib.get_close_matches(given, sorted(known), n=1, cutoff=cutoff)), None)
