"""A copy of a document that a misconfiguration edits."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

Resource = tuple[str, dict[str, Any]]
"""The address and the body of a resource."""


class NotApplicableError(Exception):
    """The document has no resource to which the misconfiguration applies."""


def edit(resource: Resource, /, **arguments: Any) -> str:
    """Set arguments, remove those that are None, and return the address of the resource."""
    address, body = resource
    for name, value in arguments.items():
        if value is None:
            del body[name]
        else:
            body[name] = value
    return address


def reference(address: str, attribute: str = "arn") -> str:
    return f"${{{address}.{attribute}}}"


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
    ) -> Resource:
        """Return the first resource of a type that matches."""
        for name, body in sorted(self.of(type_).items()):
            if where(body):
                return f"{type_}.{name}", body
        raise NotApplicableError(type_)

    def at(self, address: str) -> Resource:
        type_, _, name = address.partition(".")
        return address, self.of(type_)[name]

    def referred(self, reference: str) -> Resource:
        """Return the resource to which an expression such as ``${aws_lb.web.arn}`` refers."""
        return self.at(reference[2:-1].rpartition(".")[0])

    def add(self, type_: str, name: str, /, **body: Any) -> str:
        self.content["resource"].setdefault(type_, {})[name] = body
        return f"{type_}.{name}"

    def duplicate(self, resource: Resource, /, **changes: Any) -> str:
        """Add a copy of a resource with changes as in `edit`."""
        address, body = resource
        type_, _, _ = address.partition(".")
        return edit(self.at(self.add(type_, "zz_second", **copy.deepcopy(body))), **changes)

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

    def service(self) -> Resource:
        """Return the first ECS service behind the load balancer."""
        return self.first("aws_ecs_service", lambda one: one.get("load_balancer"))

    def shifting_service(self) -> Resource:
        """Return the first ECS service whose deployments shift traffic."""
        return self.first("aws_ecs_service", lambda one: "advanced_configuration" in str(one))

    def task(self) -> Resource:
        """Return the task definition of `service`."""
        return self.referred(self.service()[1]["task_definition"])

    def target_group(self) -> Resource:
        """Return the target group of `service`."""
        return self.referred(self.service()[1]["load_balancer"][0]["target_group_arn"])

    def edit_container(self, **changes: Any) -> str:
        """Change fields of the first container of `task`; a field that is None is removed."""
        address, task = self.task()
        containers = json.loads(task["container_definitions"])
        edit((address, containers[0]), **changes)
        return edit((address, task), container_definitions=json.dumps(containers))

    def injecting_role(self) -> tuple[str, str, list[dict[str, Any]]]:
        """Return the role, the policy and its statements of a task that injects secrets."""
        task = self.first(
            "aws_ecs_task_definition", lambda one: "valueFrom" in one["container_definitions"]
        )[1]
        role, _ = self.referred(task["execution_role_arn"])
        address, policy = self.first("aws_iam_role_policy", lambda one: f"{role}." in one["role"])
        return role, address, json.loads(policy["policy"])["Statement"]

    def set_policy(self, address: str, statements: list[dict[str, Any]]) -> str:
        written = json.dumps({"Version": "2012-10-17", "Statement": statements})
        return edit(self.at(address), policy=written)

    def add_statement(self, **statement: Any) -> str:
        """Add a statement to the policy of the first role."""
        _, address, statements = self.injecting_role()
        return self.set_policy(address, [*statements, {"Effect": "Allow", **statement}])
