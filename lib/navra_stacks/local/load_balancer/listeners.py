"""Read the Application Load Balancers of a Terraform document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from navra_stacks.local.load_balancer.actions import Forward
from navra_stacks.local.load_balancer.balancer import Listener, LoadBalancer, Rule
from navra_stacks.local.load_balancer.document_values import DocumentValues
from navra_stacks.local.load_balancer.rule_parts import RuleParts
from navra_stacks.local.load_balancer.target_groups import read_target_group
from navra_stacks.terraform.document import Block, TerraformDocument, nested_blocks
from navra_stacks.terraform.expressions import references

__all__ = ["load_balancers"]

_BALANCERS = ("aws_lb", "aws_alb")
_LISTENERS = ("aws_lb_listener", "aws_alb_listener")
_RULES = ("aws_lb_listener_rule", "aws_alb_listener_rule")

_RESPONSE_HEADER = ("routing_http_response_", "_header_value")


def load_balancers(
    document: TerraformDocument, variables: Mapping[str, Any] | None = None
) -> tuple[LoadBalancer, ...]:
    """Return the Application Load Balancers of a document, sorted by address.

    A load balancer that the document only looks up (``data.aws_lb``) is included if the document
    has listeners or rules for it. Network and gateway load balancers are omitted.

    Args:
        document: The document of any team.
        variables: Values of variables, which take precedence over defaults.

    Raises:
        UnreadableArgumentError: a value is not known before a plan, or is not valid.
    """
    return _Reader(DocumentValues(document, variables)).load_balancers()


class _Reader:
    """Reads the listeners of each load balancer, and the target groups to which they forward."""

    def __init__(self, values: DocumentValues) -> None:
        self._values = values
        self._omissions: dict[str, list[str]] = {}
        self._listeners: dict[str, list[Listener]] = {}
        self._owner_of_listener: dict[str, str] = {}

    def load_balancers(self) -> tuple[LoadBalancer, ...]:
        rules: dict[str, list[Block]] = {}
        for block in self._values.instances(*_RULES):
            listener = self._values.reference(
                block.body, "listener_arn", block.address, _dotted(_LISTENERS)
            )
            rules.setdefault(listener, []).append(block)
        owned = list(self._values.instances(*_BALANCERS))
        not_application = {
            block.address
            for block in owned
            if self._values.argument(block.body, "load_balancer_type", block.address, "application")
            != "application"
        }
        listeners = list(self._values.instances(*_LISTENERS))
        known = {block.address for block in listeners}
        looked_up = [
            found
            for address in rules
            if address not in known and (found := self._values.block(address)) is not None
        ]
        for block in (*listeners, *looked_up):
            balancer = self._values.reference(
                block.body, "load_balancer_arn", block.address, _dotted(_BALANCERS)
            )
            if balancer not in not_application:
                self._omissions.setdefault(balancer, [])
                self._listeners.setdefault(balancer, []).append(
                    self._listener(block, balancer, rules.get(block.address, []))
                )
        addresses = {block.address for block in owned} - not_application | set(self._listeners)
        return tuple(self._load_balancer(address) for address in sorted(addresses))

    def _load_balancer(self, address: str) -> LoadBalancer:
        values = self._values
        block = values.block(address)
        # A data source has no arguments of the load balancer except its name.
        body = block.body if block is not None else {}
        omissions = self._omissions.setdefault(address, [])
        if address.startswith("data."):
            omissions.append(
                f"{address}: the attributes of a load balancer that is looked up are not in the "
                "document; AWS's defaults are used"
            )
        for association in values.instances("aws_wafv2_web_acl_association"):
            protected = association.get("resource_arn")
            if any(found.startswith(f"{address}.") for found in references(protected)):
                omissions.append(f"{association.address}: no web ACL inspects the requests")
        if values.boolean(body, "enable_tls_version_and_cipher_suite_headers", address, False):
            omissions.append(f"{address}: headers with the TLS version and cipher are not added")
        listeners = tuple(sorted(self._listeners.get(address, []), key=lambda one: one.port))
        groups = {
            group.target_group: read_target_group(values, group.target_group, omissions)
            for listener in listeners
            for rule in listener.rules
            if isinstance(rule.action, Forward)
            for group in rule.action.target_groups
        }
        return LoadBalancer(
            address=address,
            name=str(body.get("name") or address.rpartition(".")[2]),
            listeners=listeners,
            target_groups=groups,
            idle_timeout=values.integer(body, "idle_timeout", address, 60),
            drop_invalid_header_fields=values.boolean(
                body, "drop_invalid_header_fields", address, False
            ),
            xff_header_processing_mode=values.argument(
                body, "xff_header_processing_mode", address, "append"
            ),
            xff_client_port=values.boolean(body, "enable_xff_client_port", address, False),
            omissions=tuple(dict.fromkeys(omissions)),
        )

    def _listener(self, block: Block, balancer: str, rules: list[Block]) -> Listener:
        values, address, body = self._values, block.address, block.body
        omissions = self._omissions[balancer]
        looked_up = block.kind == "data"
        port = values.integer(body, "port", address, 443 if looked_up else 80)
        # AWS's default for an Application Load Balancer is HTTP.
        protocol = values.argument(
            body, "protocol", address, "HTTPS" if looked_up and port == 443 else "HTTP"
        )
        parts = RuleParts(values, omissions)
        if looked_up:
            omissions.append(
                f"{address}: the default actions of a listener that is looked up are not in the "
                "document; requests that match no rule are answered with 503"
            )
            default = None
        else:
            default = parts.action(nested_blocks(body, "default_action"), address)
        if nested_blocks(body, "mutual_authentication"):
            omissions.append(f"{address}: mutual_authentication: client certificates are not used")
        ordered = sorted(
            (self._rule(rule, parts) for rule in rules), key=lambda rule: rule.priority or 0
        )
        return Listener(
            address=address,
            port=port,
            protocol=str(protocol).upper(),
            rules=(*ordered, Rule(address, None, (), default)),
            response_headers=self._response_headers(block),
            server_header=values.boolean(
                body, "routing_http_response_server_enabled", address, True
            ),
        )

    def _rule(self, block: Block, parts: RuleParts) -> Rule:
        priority = self._values.argument(block.body, "priority", block.address)
        return Rule(
            address=block.address,
            # Without a priority, the provider uses the next number after the highest.
            priority=50_000 if priority is None else int(priority),
            conditions=parts.conditions(block),
            action=parts.action(nested_blocks(block.body, "action"), block.address),
            transforms=parts.transforms(block),
        )

    def _response_headers(self, block: Block) -> dict[str, str]:
        """Return the headers that a listener sets, from arguments with the names of headers."""
        prefix, suffix = _RESPONSE_HEADER
        headers = {}
        for argument in block.body:
            if argument.startswith(prefix) and argument.endswith(suffix):
                name = argument.removeprefix(prefix).removesuffix(suffix)
                value = self._values.argument(block.body, argument, block.address)
                if value is not None:
                    headers["-".join(word.capitalize() for word in name.split("_"))] = str(value)
        return headers


def _dotted(types: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{type_}." for type_ in types)
