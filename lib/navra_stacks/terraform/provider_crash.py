"""Find the crash of a provider in the output of Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from navra_stacks.terraform.addresses import without_indexes

__all__ = ["NOT_RESPONDING", "ProviderCrash", "find_crash"]

NOT_RESPONDING = "Plugin did not respond"
"""The summary of the diagnostic for each operation that was in progress in a crashed provider."""

_PANIC = re.compile(r"^(?:panic|fatal error): .+$", re.MULTILINE)
_FRAME = re.compile(r"^\s+\S*?terraform-provider-[\w.-]+?(?:@[\w.-]+)?/(\S+\.go:\d+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProviderCrash:
    """A crash of a provider, which is a Go program: the panic, and the affected resources."""

    resources: tuple[str, ...]
    """The addresses of the resources that the provider was working on. If the source file of the
    panic belongs to the type of some of them, only those.
    """

    panic: str
    """The line with the panic, for example ``panic: runtime error: invalid memory address``; empty
    if Terraform did not report one.
    """

    location: str
    """The first line of the provider's own code in the stack trace, for example
    ``internal/service/elbv2/listener.go:614``; empty if there is none.
    """

    def __str__(self) -> str:
        resources = f" while it processed {', '.join(self.resources)}" if self.resources else ""
        panic = f": {self.panic}" if self.panic else ""
        location = f" ({self.location})" if self.location else ""
        return f"the provider crashed{resources}{panic}{location}"


def find_crash(diagnostics: Iterable[Mapping[str, Any]], output: str) -> ProviderCrash | None:
    """Return the crash of a provider during a Terraform command; None if no provider crashed.

    Args:
        diagnostics: The errors of the command.
        output: The text that the command printed besides its events. Terraform appends the stack
            trace of a provider to its error output.
    """
    interrupted = [found for found in diagnostics if found["summary"] == NOT_RESPONDING]
    panic = _PANIC.search(output) if "crashed!" in output else None
    if not interrupted and panic is None:
        return None
    frame = None if panic is None else _FRAME.search(output, panic.end())
    location = "" if frame is None else frame[1]
    addresses = tuple(
        sorted({str(found["address"]) for found in interrupted if found.get("address")})
    )
    file = location.rpartition("/")[2].partition(".go")[0]
    likely = tuple(address for address in addresses if file and _type(address).endswith(file))
    return ProviderCrash(likely or addresses, "" if panic is None else panic[0], location)


def _type(address: str) -> str:
    """Return the type of the resource with an address, which may be in a module."""
    parts = without_indexes(address).split(".")
    return parts[-2] if len(parts) > 1 else ""
