"""The exit codes of one-off tasks in the emulator, which runs no containers."""

from __future__ import annotations

from typing import Any

__all__ = ["exit_code_of", "set_exit_code"]

ATTRIBUTE = "exit_codes"
"""The attribute of moto's ECS backend with the exit codes by family. A reset of the emulator
removes it.
"""


def set_exit_code(account: str, region: str, family: str, exit_code: int | None) -> None:
    """Set the exit code of the tasks of a family that are started from now on.

    Args:
        account: The ID of the account.
        region: The Region.
        family: The task definition family.
        exit_code: The exit code of all containers; None for containers that never start, for
            example because their image is missing. Without a call of this function it is 0.
    """
    from moto.ecs.models import ecs_backends

    vars(ecs_backends[account][region]).setdefault(ATTRIBUTE, {})[family] = exit_code


def exit_code_of(backend: Any, family: str) -> int | None:
    """Return the exit code of the tasks of a family in one backend of moto."""
    codes: dict[str, int | None] = vars(backend).get(ATTRIBUTE, {})
    return codes.get(family, 0)
