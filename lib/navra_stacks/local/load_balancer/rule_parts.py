"""Read the actions and conditions of listeners and listener rules from a document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from navra_stacks.local.load_balancer.actions import (
    Action,
    FixedResponse,
    Forward,
    Redirect,
    WeightedTargetGroup,
)
from navra_stacks.local.load_balancer.conditions import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    PathPattern,
    QueryString,
    SourceIp,
)
from navra_stacks.local.load_balancer.document_values import (
    DocumentValues,
    UnreadableArgumentError,
)
from navra_stacks.local.load_balancer.transforms import Transform
from navra_stacks.terraform.document import Block, nested_blocks

__all__ = ["RuleParts"]

_TRANSFORMS = {
    "host-header-rewrite": "host_header_rewrite_config",
    "url-rewrite": "url_rewrite_config",
}
"""The block of each kind of transform."""
_TARGET_GROUPS = ("aws_lb_target_group.", "aws_alb_target_group.")


class RuleParts:
    """Reads actions and conditions, and notes what is not supported on this machine."""

    def __init__(self, values: DocumentValues, omissions: list[str]) -> None:
        """Create a reader.

        Args:
            values: The values of the document.
            omissions: The list to which sentences about unsupported parts are appended.
        """
        self._values = values
        self._omissions = omissions

    def action(self, blocks: Sequence[Mapping[str, Any]], address: str) -> Action | None:
        """Return the action that ends the evaluation; None if none of the actions is supported.

        Raises:
            UnreadableArgumentError: a value is not known before a plan, or is not valid.
        """
        ordered = sorted(
            enumerate(blocks),
            # Without an order, actions have the order in which they are written.
            key=lambda item: self._values.integer(item[1], "order", address, item[0] + 1),
        )
        for _, block in ordered:
            kind = self._values.argument(block, "type", address)
            if kind == "forward":
                return self._forward(block, address)
            if kind == "redirect":
                return self._redirect(block, address)
            if kind == "fixed-response":
                return self._fixed_response(block, address)
            self._omissions.append(f"{address}: requests pass its action {kind} unchecked")
        return None

    def conditions(self, block: Block) -> tuple[Condition, ...]:
        """Return the conditions of a rule.

        Raises:
            UnreadableArgumentError: a value is not known before a plan, or is not valid.
        """
        return tuple(
            self._condition(kind, settings, block.address)
            for condition in nested_blocks(block.body, "condition")
            for kind, settings in self._kinds(condition, block.address)
        )

    def transforms(self, block: Block) -> tuple[Transform, ...]:
        """Return the transforms of a rule.

        Raises:
            UnreadableArgumentError: a value is not known before a plan, or is not valid.
        """
        return tuple(
            self._transform(kind, rewrite, block.address)
            for transform in nested_blocks(block.body, "transform")
            for kind, argument in _TRANSFORMS.items()
            for settings in nested_blocks(transform, argument)
            for rewrite in nested_blocks(settings, "rewrite")
        )

    def _transform(self, kind: str, rewrite: Mapping[str, Any], address: str) -> Transform:
        regex, replace = (
            str(self._values.argument(rewrite, name, address, "")) for name in ("regex", "replace")
        )
        _check_regex(regex, address)
        return Transform(kind, regex, replace)

    def _forward(self, block: Mapping[str, Any], address: str) -> Forward:
        values = self._values
        groups = [
            (group, "arn")
            for forward in nested_blocks(block, "forward")
            for group in nested_blocks(forward, "target_group")
        ]
        for forward in nested_blocks(block, "forward"):
            for stickiness in nested_blocks(forward, "stickiness"):
                if values.boolean(stickiness, "enabled", address, False):
                    self._omissions.append(
                        f"{address}: each request chooses its target group, without stickiness"
                    )
        return Forward(
            tuple(
                WeightedTargetGroup(
                    values.reference(group, argument, address, _TARGET_GROUPS),
                    values.integer(group, "weight", address, 1),
                )
                for group, argument in groups or [(block, "target_group_arn")]
            )
        )

    def _redirect(self, block: Mapping[str, Any], address: str) -> Redirect:
        settings = _only(nested_blocks(block, "redirect"), address, "redirect")
        given = {
            name: str(value)
            for name in ("protocol", "host", "port", "path", "query")
            if (value := self._values.argument(settings, name, address)) is not None
        }
        status = str(self._values.argument(settings, "status_code", address)).removeprefix("HTTP_")
        if status not in ("301", "302"):
            raise UnreadableArgumentError(
                f"{address}: redirect.status_code is {status}; use HTTP_301 or HTTP_302"
            )
        return Redirect(int(status), **given)

    def _fixed_response(self, block: Mapping[str, Any], address: str) -> FixedResponse:
        settings = _only(nested_blocks(block, "fixed_response"), address, "fixed_response")
        argument = self._values.argument
        return FixedResponse(
            self._values.integer(settings, "status_code", address, 200),
            str(argument(settings, "content_type", address, "text/plain")),
            str(argument(settings, "message_body", address, "")),
        )

    def _kinds(
        self, condition: Mapping[str, Any], address: str
    ) -> Sequence[tuple[str, Sequence[Mapping[str, Any]]]]:
        kinds = [
            (kind, blocks)
            for kind in (
                "path_pattern host_header http_header http_request_method query_string source_ip"
            ).split()
            if (blocks := nested_blocks(condition, kind))
        ]
        if not kinds:
            raise UnreadableArgumentError(
                f"{address}: a condition has no known kind; use path_pattern, host_header, "
                "http_header, http_request_method, query_string or source_ip"
            )
        return kinds

    def _condition(self, kind: str, blocks: Sequence[Mapping[str, Any]], address: str) -> Condition:
        if kind == "query_string":
            return QueryString(tuple(self._parameter(block, address) for block in blocks))
        block = _only(blocks, address, kind)
        values = self._values.texts(block, "values", address)
        regex_values = self._values.texts(block, "regex_values", address)
        for regex in regex_values:
            _check_regex(regex, address)
        match kind:
            case "path_pattern":
                return PathPattern(values, regex_values)
            case "host_header":
                return HostHeader(values, regex_values)
            case "http_header":
                name = self._values.argument(block, "http_header_name", address)
                return HttpHeader(str(name), values, regex_values)
            case "http_request_method":
                return HttpRequestMethod(values)
            case _:
                self._omissions.append(
                    f"{address}: its source_ip condition is evaluated with the address of the "
                    "client on this machine"
                )
                return SourceIp(values)

    def _parameter(self, block: Mapping[str, Any], address: str) -> tuple[str | None, str]:
        key = self._values.argument(block, "key", address)
        return None if key is None else str(key), str(
            self._values.argument(block, "value", address, "")
        )


def _only(blocks: Sequence[Mapping[str, Any]], address: str, name: str) -> Mapping[str, Any]:
    if len(blocks) != 1:
        raise UnreadableArgumentError(
            f"{address}: has {len(blocks)} {name} blocks where one is required; write one"
        )
    return blocks[0]


def _check_regex(regex: str, address: str) -> None:
    try:
        re.compile(regex)
    except re.error as error:
        raise UnreadableArgumentError(
            f"{address}: the regular expression {regex!r} cannot be read: {error}; repair it"
        ) from error
