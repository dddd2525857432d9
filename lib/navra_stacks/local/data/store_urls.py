"""The URLs of a data store in a document, from which the settings of its server follow."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import SplitResult, unquote, urlsplit

from navra_stacks.errors import NavraError
from navra_stacks.local.data.composed import Connection
from navra_stacks.local.data.consumers import Variable
from navra_stacks.local.data.data_stores import DataStore, Kind
from navra_stacks.local.data.servers import generate_password

__all__ = ["password_of", "url_of"]

PROBE = "navra-probe"
"""The password of a URL that is rendered to read its other parts."""


def url_of(store: DataStore, variable: Variable) -> SplitResult | None:
    """Return the URL of a variable with probes for parts; None if its value is not a URL."""
    if variable.composed is None:
        return None
    probe = Connection(
        "host.invalid", store.port, store.username or "", PROBE, store.database or ""
    )
    try:
        value = variable.composed.render({one.address: probe for one in variable.composed.stores})
        url = urlsplit(value)
        _ = url.port
    except (NavraError, ValueError):
        return None
    return url if "://" in value and url.hostname == "host.invalid" else None


def password_of(store: DataStore, kind: Kind, urls: Sequence[SplitResult]) -> str:
    """Return the password of a server; empty for a cache without one."""
    found = [unquote(url.password) for url in urls if url.password]
    # A password that the document writes into the URL, which is no secret.
    literal = next((password for password in found if password != PROBE), None)
    if literal is not None:
        return literal
    return generate_password() if kind == "postgres" or found or store.password else ""
