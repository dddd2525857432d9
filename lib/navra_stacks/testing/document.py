"""A synthesized document with queries for tests."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

from navra_stacks.terraform.document import Block, DocumentError, TerraformDocument
from navra_stacks.terraform.json_template import parse_json_template

__all__ = ["SynthesizedDocument", "reference", "weights"]

_REFERENCE = re.compile(r"\$\{((?:data\.)?\w+\.\w+)\.\w+\}")

_IGNORED_IN_RULES = ("//", "description", "lifecycle", "security_group_id")

ALL_PORTS = (0, 65535)


class SynthesizedDocument(TerraformDocument):
    """A synthesized document, whose resources are found by type and physical name.

    Args:
        content: The document.
        text: The exact content of the file.
    """

    def __init__(self, content: Mapping[str, Any], text: str = "") -> None:
        super().__init__(content)
        self.text = text

    @classmethod
    def at(cls, path: Path) -> SynthesizedDocument:
        """Read the document in a file."""
        text = path.read_bytes().decode()
        return cls(json.loads(text), text)

    @property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """The arguments of every block by address, without CDKTF's metadata."""
        return {
            block.address: {name: value for name, value in block.body.items() if name != "//"}
            for block in (*self.resources, *self.data_sources)
        }

    @property
    def types(self) -> set[str]:
        """The types of all resources."""
        return {block.type for block in self.resources}

    def referred(self, text: str) -> Block:
        """Return the block that a reference such as ``${aws_lb.load_balancer.arn}`` refers to.

        Raises:
            DocumentError: the text is not a reference to a block of the document.
        """
        match = _REFERENCE.fullmatch(text)
        for block in (*self.resources, *self.data_sources):
            if match is not None and block.address == match[1]:
                return block
        raise DocumentError(f"{text} is not a reference to a block of the document")

    # Tasks

    def containers(self, family: str) -> dict[str, dict[str, Any]]:
        """Return the container definitions of a task definition family, by name."""
        text = self.one("aws_ecs_task_definition", family=family)["container_definitions"]
        return {container["name"]: container for container in parse_json_template(text)}

    def role_statements(
        self, family: str, role: str = "execution_role_arn"
    ) -> list[dict[str, Any]]:
        """Return the statements of the policies of a role of a task definition family.

        Args:
            family: The family.
            role: ``execution_role_arn`` or ``task_role_arn``.
        """
        owner = self.referred(self.one("aws_ecs_task_definition", family=family)[role])
        return [
            statement
            for policy in self.all("aws_iam_role_policy", role=reference(owner, "name"))
            for statement in parse_json_template(policy["policy"])["Statement"]
        ]

    def injected_secrets(self, family: str) -> dict[str, str]:
        """Return what each secret of a family's containers refers to, by the name of the variable.

        The same variable in two containers must have the same secret.
        """
        return {
            secret["name"]: secret["valueFrom"]
            for container in self.containers(family).values()
            for secret in container.get("secrets", ())
        }

    def allowed_actions(self, family: str, role: str = "execution_role_arn") -> set[str]:
        """Return the actions that the policies of a role of a family allow.

        Args:
            family: The family.
            role: ``execution_role_arn`` or ``task_role_arn``.
        """
        return {
            action
            for statement in self.role_statements(family, role)
            if statement["Effect"] == "Allow"
            for action in _listed(statement["Action"])
        }

    def allowed_resources(
        self, family: str, action: str, role: str = "execution_role_arn"
    ) -> set[str]:
        """Return the resources on which the policies of a role of a family allow an action.

        Args:
            family: The family.
            action: The action as in the policies, for example ``ecr:BatchGetImage``. Wildcards are
                not expanded.
            role: ``execution_role_arn`` or ``task_role_arn``.
        """
        return {
            resource
            for statement in self.role_statements(family, role)
            if statement["Effect"] == "Allow" and action in _listed(statement["Action"])
            for resource in _listed(statement["Resource"])
        }

    def readable_secrets(self, family: str) -> set[str]:
        """Return the ARNs of the secrets that the execution role of a family can read."""
        return self.allowed_resources(family, "secretsmanager:GetSecretValue")

    # Traffic

    def security_group_rules(self, direction: str, group: str) -> list[str]:
        """Return the rules of a security group, as ``tcp 80-80 0.0.0.0/0`` or with a group's name.

        Args:
            direction: ``ingress`` or ``egress``.
            group: The name of the security group.
        """
        owner = self.one("aws_security_group", name=group)
        rules = self.all(
            f"aws_vpc_security_group_{direction}_rule", security_group_id=reference(owner, "id")
        )
        return sorted(map(self._rule, rules))

    def internet_ports(self) -> dict[str, set[str]]:
        """Return the ports that the internet reaches, by the name of the security group.

        A network counts if it is not private. A security group that is not in the document has its
        ID as its name.
        """
        found: dict[str, set[str]] = {}
        for rule in self.all("aws_vpc_security_group_ingress_rule"):
            if any(map(_is_public, _networks(rule))):
                found.setdefault(self._group_name(rule), set()).add(str(_ports(rule)))
        return found

    def reachable_ports(self, source: str, target: str) -> set[str]:
        """Return the ports of a security group to which another one can connect.

        Both the egress rules of `source` and the ingress rules of `target` must allow the traffic.
        A network as the peer of a rule counts, because the other side can be in it.

        Args:
            source: The name of the security group of the client.
            target: The name of the security group of the server.
        """
        client, server = (
            reference(self.one("aws_security_group", name=name), "id") for name in (source, target)
        )
        sent = self._allowed("egress", client, server)
        accepted = self._allowed("ingress", server, client)
        both = {one.common(other) for one in sent for other in accepted}
        return {str(ports) for ports in both if ports is not None}

    def _allowed(self, direction: str, group: str, peer: str) -> list[_Ports]:
        return [
            _ports(rule)
            for rule in self.all(
                f"aws_vpc_security_group_{direction}_rule", security_group_id=group
            )
            if rule.get("referenced_security_group_id") == peer or _networks(rule)
        ]

    def _group_name(self, rule: Block) -> str:
        group = str(rule["security_group_id"])
        return str(self.referred(group)["name"]) if group.startswith("${") else group

    def _rule(self, rule: Block) -> str:
        arguments = {
            name: value for name, value in rule.body.items() if name not in _IGNORED_IN_RULES
        }
        peers = [arguments.pop(name, None) for name in ("cidr_ipv4", "cidr_ipv6", "prefix_list_id")]
        if (group := arguments.pop("referenced_security_group_id", None)) is not None:
            peers.append(self.referred(group)["name"])
        (peer,) = (found for found in peers if found is not None)
        protocol = arguments.pop("ip_protocol")
        ports = ""
        if "from_port" in arguments:
            ports = f" {arguments.pop('from_port')}-{arguments.pop('to_port')}"
        if arguments:
            raise DocumentError(f"{rule.address} has unexpected arguments: {arguments}")
        return f"{protocol}{ports} {peer}"

    # Routes

    def listener(self, port: int) -> Block:
        """Return the listener on a port."""
        return self.one("aws_lb_listener", port=port)

    def listener_rules(self, port: int = 443) -> list[Block]:
        """Return the rules of the listener on a port, in the order of evaluation."""
        rules = self.all("aws_lb_listener_rule", listener_arn=reference(self.listener(port)))
        return sorted(rules, key=lambda rule: rule["priority"])

    def target_group_of(self, action_owner: Block, argument: str) -> str:
        """Return the name of the target group to which a listener or rule forwards all requests.

        Args:
            action_owner: The listener or the rule.
            argument: ``default_action`` or ``action``.
        """
        (action,) = action_owner[argument]
        (found,) = (group for group, weight in weights(action).items() if weight)
        return str(self.referred(found)["name"])

    def target_group_for(self, path: str) -> str:
        """Return the name of the target group to which the HTTPS listener forwards a path.

        It is that of a request without special headers: rules with other conditions than path
        patterns, such as those of test traffic, are ignored.
        """
        for rule in self.listener_rules():
            conditions = rule["condition"]
            if any("path_pattern" not in condition for condition in conditions):
                continue
            (condition,) = conditions
            for pattern in condition["path_pattern"]["values"]:
                escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
                if re.fullmatch(escaped, path):
                    return self.target_group_of(rule, "action")
        return self.target_group_of(self.listener(443), "default_action")


def weights(action: Mapping[str, Any]) -> dict[str, int]:
    """Return the weights of the target groups to which an action forwards.

    Raises:
        DocumentError: the action does not forward.
    """
    if action["type"] != "forward":
        raise DocumentError(f"the action has the type {action['type']}, not forward")
    if "target_group_arn" in action:
        return {action["target_group_arn"]: 100}
    return {group["arn"]: group["weight"] for group in action["forward"]["target_group"]}


def reference(block: Block, attribute: str = "arn") -> str:
    """Return a reference to an attribute of a block."""
    return f"${{{block.address}.{attribute}}}"


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


class _Ports(NamedTuple):
    """The protocol and the ports of a security group rule."""

    protocol: str
    first: int
    last: int

    def common(self, other: _Ports) -> _Ports | None:
        """Return the ports that both have; None if there is none."""
        if "-1" not in (self.protocol, other.protocol) and self.protocol != other.protocol:
            return None
        protocol = other.protocol if self.protocol == "-1" else self.protocol
        first, last = max(self.first, other.first), min(self.last, other.last)
        return _Ports(protocol, first, last) if first <= last else None

    def __str__(self) -> str:
        """Return ``443``, ``8000-8080`` or ``all``; with the protocol if it is not TCP."""
        if (self.first, self.last) == ALL_PORTS:
            return "all" if self.protocol == "-1" else f"{self.protocol} all"
        ports = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return ports if self.protocol == "tcp" else f"{self.protocol} {ports}"


def _ports(rule: Block) -> _Ports:
    first, last = ALL_PORTS
    return _Ports(rule["ip_protocol"], rule.get("from_port", first), rule.get("to_port", last))


def _networks(rule: Block) -> list[str]:
    """Return the networks on the other side of a rule."""
    found = (rule.get(name) for name in ("cidr_ipv4", "cidr_ipv6"))
    return [network for network in found if network is not None]


def _is_public(network: str) -> bool:
    try:
        return not ip_network(network, strict=False).is_private
    except ValueError:  # a reference
        return False
