"""A synthesized environment, with queries for tests."""

from __future__ import annotations

# Imported before cdktf, so that node comes from a package and not from the machine.
import navra_stacks.bindings  # noqa: F401

# isort: split
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from navra_stacks.terraform.document import Block, TerraformDocument


class Built(TerraformDocument):
    """A synthesized environment, with queries for tests."""

    text: str
    """The exact content of the file."""

    @classmethod
    def at(cls, path: Path) -> Built:
        text = path.read_bytes().decode()
        built = cls(json.loads(text))
        built.text = text
        return built

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

    def referred(self, reference: str) -> Block:
        """Return the block that a reference such as ``${aws_lb.load_balancer.arn}`` refers to."""
        match = re.fullmatch(r"\$\{((?:data\.)?\w+\.\w+)\.\w+\}", reference)
        assert match is not None, f"{reference} is not a reference"
        (found,) = (
            block for block in (*self.resources, *self.data_sources) if block.address == match[1]
        )
        return found

    def containers(self, family: str) -> dict[str, dict[str, Any]]:
        """Return the container definitions of a task definition family, by name."""
        text = self.one("aws_ecs_task_definition", family=family)["container_definitions"]
        return {container["name"]: container for container in json.loads(text)}

    def execution_policy(self, family: str) -> list[dict[str, Any]]:
        """Return the policy statements of a family's execution role."""
        role = self.referred(
            self.one("aws_ecs_task_definition", family=family)["execution_role_arn"]
        )
        policies = self.all("aws_iam_role_policy", role=ref(role, "name"))
        return [
            statement
            for policy in policies
            for statement in json.loads(policy["policy"])["Statement"]
        ]

    def rules(self, direction: str, group: str) -> list[str]:
        """Return the rules of a security group, as ``tcp 80-80 0.0.0.0/0`` or with a group name."""
        owner = self.one("aws_security_group", name=group)
        rules = self.all(
            f"aws_vpc_security_group_{direction}_rule", security_group_id=ref(owner, "id")
        )
        return sorted(map(self._rule, rules))

    def _rule(self, rule: Block) -> str:
        arguments = {
            name: value
            for name, value in rule.body.items()
            if name not in ("//", "description", "lifecycle", "security_group_id")
        }
        peers = [arguments.pop("cidr_ipv4", None)]
        if (group := arguments.pop("referenced_security_group_id", None)) is not None:
            peers.append(self.referred(group)["name"])
        (peer,) = (found for found in peers if found is not None)
        protocol = arguments.pop("ip_protocol")
        ports = ""
        if "from_port" in arguments:
            ports = f" {arguments.pop('from_port')}-{arguments.pop('to_port')}"
        assert not arguments, f"{rule.address} has unexpected arguments: {arguments}"
        return f"{protocol}{ports} {peer}"

    def listener(self, port: int) -> Block:
        return self.one("aws_lb_listener", port=port)

    def listener_rules(self, port: int = 443) -> list[Block]:
        """Return the rules of the listener on `port`, in the order of evaluation."""
        rules = self.all("aws_lb_listener_rule", listener_arn=ref(self.listener(port)))
        return sorted(rules, key=lambda rule: rule["priority"])

    def target_group_of(self, action_owner: Block, argument: str) -> str:
        """Return the name of the target group to which a listener or rule forwards all requests."""
        (action,) = action_owner[argument]
        (reference,) = (group for group, weight in weights(action).items() if weight)
        return str(self.referred(reference)["name"])

    def target_group_for(self, path: str) -> str:
        """Return the name of the target group to which the HTTPS listener forwards a path."""
        for rule in self.listener_rules():
            (condition,) = rule["condition"]
            for pattern in condition["path_pattern"]["values"]:
                escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
                if re.fullmatch(escaped, path):
                    return self.target_group_of(rule, "action")
        return self.target_group_of(self.listener(443), "default_action")


def weights(action: Mapping[str, Any]) -> dict[str, int]:
    """Return the weights of the target groups to which an action forwards."""
    assert action["type"] == "forward"
    if "target_group_arn" in action:
        return {action["target_group_arn"]: 100}
    return {group["arn"]: group["weight"] for group in action["forward"]["target_group"]}


def ref(block: Block, attribute: str = "arn") -> str:
    """Return a reference to an attribute of a block."""
    return f"${{{block.address}.{attribute}}}"


def difference(before: Built, after: Built) -> tuple[set[str], set[str], set[str]]:
    """Return the addresses that were added, removed and changed."""
    old, new = before.bodies, after.bodies
    changed = {address for address in old.keys() & new.keys() if old[address] != new[address]}
    return new.keys() - old.keys(), old.keys() - new.keys(), changed


Build = Callable[..., Built]
