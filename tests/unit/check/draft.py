"""A copy of a document that a misconfiguration edits."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any


class NotApplicableError(Exception):
    """The document has no resource to which the misconfiguration applies."""


class Draft:
    """A copy of a document that a misconfiguration edits."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content: dict[str, Any] = copy.deepcopy(dict(content))

    def of(self, type_: str) -> dict[str, dict[str, Any]]:
        """Return the resources of a type, by name."""
        found: dict[str, dict[str, Any]] = self.content.get("resource", {}).get(type_, {})
        return found

    def first(
        self, type_: str, where: Callable[[dict[str, Any]], object] = lambda _: True
    ) -> tuple[str, dict[str, Any]]:
        """Return the address and the body of the first resource of a type that matches."""
        for name, body in sorted(self.of(type_).items()):
            if where(body):
                return f"{type_}.{name}", body
        raise NotApplicableError(type_)

    def body(self, address: str) -> dict[str, Any]:
        type_, _, name = address.partition(".")
        return self.of(type_)[name]

    def add(self, type_: str, name: str, /, **body: Any) -> str:
        self.content["resource"].setdefault(type_, {})[name] = body
        return f"{type_}.{name}"

    def remove(
        self, type_: str, where: Callable[[dict[str, Any]], object] = lambda _: True
    ) -> None:
        """Remove the matching resources of a type, also from ``depends_on``."""
        removed = {f"{type_}.{name}" for name, body in self.of(type_).items() if where(body)}
        if not removed:
            raise NotApplicableError(type_)
        for named in self.content["resource"].values():
            for body in named.values():
                if "depends_on" in body:
                    body["depends_on"] = [one for one in body["depends_on"] if one not in removed]
        for address in removed:
            del self.of(type_)[address.partition(".")[2]]

    def replace_text(self, old: str, new: str) -> None:
        self.content = json.loads(json.dumps(self.content).replace(old, new))

    def service(self) -> tuple[str, dict[str, Any]]:
        """Return the first ECS service behind the load balancer."""
        return self.first("aws_ecs_service", lambda one: one.get("load_balancer"))

    def shifting_service(self) -> tuple[str, dict[str, Any]]:
        """Return the first ECS service whose deployments shift traffic."""
        return self.first("aws_ecs_service", lambda one: "advanced_configuration" in str(one))

    def task(self) -> tuple[str, dict[str, Any]]:
        """Return the task definition of `service`."""
        address = self.service()[1]["task_definition"][2:-1].rpartition(".")[0]
        return address, self.body(address)

    def edit_container(self, **changes: Any) -> str:
        """Change fields of the first container of `task`; a field that is None is removed."""
        address, task = self.task()
        containers = json.loads(task["container_definitions"])
        for name, value in changes.items():
            containers[0].pop(name, None)
            if value is not None:
                containers[0][name] = value
        task["container_definitions"] = json.dumps(containers)
        return address

    def injecting_role(self) -> tuple[str, str, list[dict[str, Any]]]:
        """Return the role, the policy and its statements of a task that injects secrets."""
        task = self.first(
            "aws_ecs_task_definition", lambda one: "valueFrom" in one["container_definitions"]
        )[1]
        role = task["execution_role_arn"][2:-1].rpartition(".")[0]
        address, policy = self.first("aws_iam_role_policy", lambda one: f"{role}." in one["role"])
        return role, address, json.loads(policy["policy"])["Statement"]

    def set_policy(
        self, address: str, statements: list[dict[str, Any]], argument: str = "policy"
    ) -> str:
        body = {"Version": "2012-10-17", "Statement": statements}
        self.body(address)[argument] = json.dumps(body)
        return address

    def add_statement(self, **statement: Any) -> str:
        """Add a statement to the policy of the first role."""
        _, address, statements = self.injecting_role()
        return self.set_policy(address, [*statements, {"Effect": "Allow", **statement}])


def reference(address: str, attribute: str = "arn") -> str:
    return f"${{{address}.{attribute}}}"
