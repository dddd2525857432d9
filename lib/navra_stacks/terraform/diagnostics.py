"""Errors and warnings of Terraform, from its machine-readable output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["errors_by_address", "format_diagnostic"]

Diagnostic = Mapping[str, Any]


def format_diagnostic(diagnostic: Diagnostic) -> str:
    """Return a diagnostic, an error or a warning, as text."""
    context = (diagnostic.get("snippet") or {}).get("context")
    location = f" in {context}" if context else ""
    return f"{diagnostic['severity']}{location}: {_message(diagnostic)}"


def errors_by_address(diagnostics: Iterable[Diagnostic]) -> dict[str, str]:
    """Return the errors that Terraform attributes to a resource, by its address."""
    found: dict[str, str] = {}
    for diagnostic in diagnostics:
        if diagnostic["severity"] == "error" and (address := _address(diagnostic)):
            message = " ".join(_message(diagnostic).split())
            found[address] = f"{found[address]}; {message}" if address in found else message
    return found


def _message(diagnostic: Diagnostic) -> str:
    return ": ".join(filter(None, (diagnostic["summary"], diagnostic.get("detail"))))


def _address(diagnostic: Diagnostic) -> str:
    """Return the address of the resource; empty if Terraform does not name one.

    An error of a plan has an address. An error in a document has the block in its context, in the
    form ``resource.aws_lb.load_balancer``.
    """
    if address := diagnostic.get("address"):
        return str(address)
    context = (diagnostic.get("snippet") or {}).get("context") or ""
    prefix, _, address = str(context).partition(".")
    return address if prefix == "resource" and address.count(".") == 1 else ""
