"""Errors that a user can repair: invalid settings, arguments or environment names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = [
    "NavraError",
    "SettingsError",
    "SettingsProblem",
    "UnknownEnvironmentError",
    "did_you_mean",
    "suggest",
]


class NavraError(Exception):
    """Base class of the errors that a user can repair, in the settings or on the command line.

    The `navra` command prints the message without a traceback and exits with status 2.
    """


class SettingsProblem(NamedTuple):
    """One problem in the settings: the field, what is wrong with its value, and the repair."""

    field: str
    """The path of the field, for example ``services.backend.port``; empty if the problem
    concerns the settings as a whole."""

    message: str
    """The value, why it is invalid, and what is allowed, for example ``87870 is not a valid port
    (1-65535)``. The message can also continue the path of the field, for example ``is missing``."""

    repair: str = ""
    """The repair, as an instruction; empty if the message is sufficient."""

    def with_prefix(self, prefix: str) -> SettingsProblem:
        """Return a copy of the problem in which `prefix` is prepended to the field path."""
        return SettingsProblem(
            f"{prefix}.{self.field}" if self.field else prefix, self.message, self.repair
        )

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        repair = f"; {self.repair}" if self.repair else ""
        return f"{where}{self.message}{repair}"


class SettingsError(NavraError):
    """Raised for invalid settings, with all of their problems."""

    def __init__(
        self, subject: str, problems: Iterable[SettingsProblem], *, source: str = "settings"
    ) -> None:
        """Create the error.

        Args:
            subject: The name of the invalid settings, or the path of the invalid file.
            problems: All problems of the subject.
            source: The word for the subject in the title, for example ``inventory`` in
                ``1 problem in the inventory``.
        """
        self.subject = subject
        self.problems = tuple(problems)
        count = len(self.problems)
        title = f"{subject}: {count} problem{'s' if count != 1 else ''} in the {source}"
        super().__init__("\n".join([title, *(f"  {problem}" for problem in self.problems)]))


class UnknownEnvironmentError(NavraError):
    """Raised if a command names an environment that does not exist."""


def suggest(given: str, known: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the name in `known` that is most similar to `given`; None if no name is similar.

    Upper and lower case are not distinguished.

    Args:
        given: The unknown name.
        known: The known names.
        cutoff: The similarity required, from 0 (any name) to 1 (only an equal name); see
            `difflib.get_close_matches`.
    """
    import difflib  # imported only when an error is reported

    names = {name.casefold(): name for name in sorted(known)}
    close = difflib.get_close_matches(given.casefold(), names, n=1, cutoff=cutoff)
    return names[close[0]] if close else None


def did_you_mean(
    given: str, known: Iterable[str], otherwise: str = "", *, cutoff: float = 0.6
) -> str:
    """Return a question that names the similar name, or `otherwise` if no name is similar.

    The arguments are those of `suggest`.
    """
    close = suggest(given, known, cutoff=cutoff)
    return otherwise if close is None else f"did you mean {close!r}?"
