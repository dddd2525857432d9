"""Faults of selected API calls, set by tests."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["SCRIPTED_KINDS", "ScriptedFault"]

SCRIPTED_KINDS = ("denied", "throttle", "error", "lost")
"""How a selected call fails: access is denied, AWS throttles the call, AWS returns status 500 and
does nothing else, or the call takes effect and the response is lost.
"""


@dataclass
class ScriptedFault:
    """A fault of one call, or of all calls from one on.

    Args:
        operation: The operation, for example ``ecs:UpdateService``, or ``*`` for any.
        kind: One of :data:`SCRIPTED_KINDS`, or ``expired``: the credentials have expired, so that
            this call and all later ones of any operation fail.
        occurrence: Which call of the operation fails, counted from 1 since the fault was scripted.
            The retries of an SDK are attempts of the same call.
        attempts: The number of attempts that fail; None for all. A lost call takes effect once.
    """

    operation: str
    kind: str
    occurrence: int = 1
    attempts: int | None = None
    _attempts_by_call: dict[object, int] = field(default_factory=dict)
    _is_expired: bool = False

    def kind_for(self, operation: str, call: object) -> str | None:
        """Count a request, and return how it fails; None if it does not.

        Args:
            operation: The operation of the request.
            call: What the attempts of a call have in common.

        Returns:
            The kind; ``lost again`` for an attempt of a lost call that has taken effect already.
        """
        if self._is_expired:
            return self.kind
        if self.operation not in ("*", operation):
            return None
        attempt = self._attempts_by_call[call] = self._attempts_by_call.get(call, 0) + 1
        if list(self._attempts_by_call).index(call) + 1 != self.occurrence:
            return None
        if self.kind == "expired":
            self._is_expired = True
        if self.attempts is not None and attempt > self.attempts:
            return None
        return "lost again" if self.kind == "lost" and attempt > 1 else self.kind
