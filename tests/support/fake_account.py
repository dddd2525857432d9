"""An AWS account with prepared responses, for reads that the emulator does not have."""

from __future__ import annotations

from typing import Any

from navra_stacks.account.aws_reader import AccessDeniedError, AccountError, AwsAccount

__all__ = ["FakeAccount", "denied"]


def denied(action: str) -> AccessDeniedError:
    """Return the error of a missing permission."""
    return AccessDeniedError(action, "not authorized")


class FakeAccount(AwsAccount):
    """An account that returns `responses`, by operation; an exception in it is raised.

    Each other operation finds nothing.
    """

    def __init__(self, responses: dict[str, Any] | None = None, region: str = "eu-west-1") -> None:
        super().__init__(region, account_id="111122223333")
        self.responses = {"get_caller_identity": {"Account": "111122223333"}, **(responses or {})}

    def in_region(self, region: str) -> FakeAccount:
        return FakeAccount(self.responses, region)

    def assume_role(self, role: str) -> FakeAccount:
        self._response("assume_role", {"RoleArn": role})
        other = FakeAccount(self.responses, self.region)
        other.responses["get_caller_identity"] = {"Account": role.split(":")[4]}
        other.expected_id = role.split(":")[4]
        return other

    def find(self, service: str, operation: str, **arguments: Any) -> dict[str, Any] | None:
        response = self._response(operation, arguments)
        return None if response is None else dict(response)

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        response = self.find(service, operation, **arguments)
        if response is None:
            raise AccountError(f"{service} {operation} found nothing")
        return response

    def list_all(self, service: str, operation: str, **arguments: Any) -> list[Any]:
        response = self._response(operation, arguments) or ()
        (items,) = response.values() if isinstance(response, dict) else (response,)
        return list(items)

    def _response(self, operation: str, arguments: dict[str, Any]) -> Any:
        response = self.responses.get(operation)
        if isinstance(response, Exception):
            raise response
        return response(**arguments) if callable(response) else response
