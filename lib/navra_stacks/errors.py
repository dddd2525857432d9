"""Every error that a user can cause, in the library's own words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["NavraError", "SettingsError", "SettingsProblem", "UnknownEnvironmentError", "suggest"]


class NavraError(Exception):
    """A mistake that the person who wrote the settings or typed the command can repair.

    The command prints the message without a traceback and exits with status 2.
    """


class SettingsProblem(NamedTuple):
    """One thing that is wrong: where, what is wrong with what was given, and how to repair it."""

    field: str
    """Where, as the settings spell it: ``services.backend.port``."""

    wrong: str
    """What was given, why it cannot be used, what is allowed: ``87870 is not a port (1-65535)``."""

    repair: str = ""
    """What to do about it, as an instruction."""

    def under(self, prefix: str) -> SettingsProblem:
        """The same problem seen from the settings that hold this part under `prefix`."""
        return SettingsProblem(
            f"{prefix}.{self.field}" if self.field else prefix, self.wrong, self.repair
        )

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        repair = f"; {self.repair}" if self.repair else ""
        return f"{where}{self.wrong}{repair}"


class SettingsError(NavraError):
    """Settings that cannot be synthesized; carries everything that is wrong with them at once."""

    def __init__(self, subject: str, problems: Iterable[SettingsProblem]) -> None:
        self.subject = subject
        self.problems = tuple(problems)
        count = len(self.problems)
        title = f"{subject}: {count} problem{'s' if count != 1 else ''} in the settings"
        super().__init__("\n".join([title, *(f"  {problem}" for problem in self.problems)]))


class UnknownEnvironmentError(NavraError):
    """A command names an environment that does not exist."""


def suggest(given: str, known: Iterable[str], *, likeness: float = 0.6) -> str | None:
    """Which of the known names is meant by one that is not known, where one is like it.

    Args:
        given: What is not known.
        known: What could be meant.
        likeness: From 0, all are, to 1, only the same is; see `difflib.get_close_matches`.
    """
    import difflib  # only where something is wrong

    return next(iter(difflib.get_close_matches(given, sorted(known), n=1, cutoff=likeness)), None)
