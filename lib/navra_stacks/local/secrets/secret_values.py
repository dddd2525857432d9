"""A mapping of secret values that no representation shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["SecretValues"]


class SecretValues(Mapping[str, str]):
    """Values by name. The representation contains the names only.

    Tracebacks and messages show representations, so these must not contain a value.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def __getitem__(self, name: str) -> str:
        if name not in self._values:
            raise KeyError(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"SecretValues({', '.join(self._values)})"
