"""The transforms of a listener rule, which rewrite a request before it is forwarded."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Transform"]

_GROUP = re.compile(r"\$(\d)")


@dataclass(frozen=True, slots=True)
class Transform:
    """Replace the part of the URL or of the host that matches a regular expression.

    A request without a match is not changed (ELB's documentation of transforms for listener rules).
    """

    kind: str
    """``url-rewrite``, for the path with its query, or ``host-header-rewrite``."""
    regex: str
    replace: str
    """The replacement, in which ``$1`` is the first group of the regular expression."""

    def apply(self, text: str) -> str:
        """Return the rewritten text."""
        return re.sub(self.regex, self._replacement, text, count=1)

    def _replacement(self, found: re.Match[str]) -> str:
        return _GROUP.sub(lambda group: found[int(group[1])] or "", self.replace)
