"""Recognize the API operation of a request to the emulator, and its parameters."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["operation_name", "request_parameters", "service_name"]

SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]*/([^/]+)/aws4_request")
"""The service in the scope of a signature (AWS Signature Version 4, "Elements of an AWS API request
signature").
"""

ACTION_PREFIXES = {"monitoring": "cloudwatch"}
"""Services whose name in a signature is not that in the actions of IAM policies."""

RPC_PATH = re.compile(r"/service/\w+/operation/(\w+)")
"""The path of a request in the protocol Smithy RPC v2 (https://smithy.io/2.0/additional-specs)."""


def service_name(request: dict[str, Any]) -> str:
    """Return the service of a request, as in the actions of IAM policies, for example ``ecs``."""
    if (found := SERVICE.search(request.get("HTTP_AUTHORIZATION", ""))) is None:
        return ""
    return ACTION_PREFIXES.get(found[1], found[1])


def operation_name(request: dict[str, Any], body: bytes) -> str:
    """Return the operation of a request; for REST, the method and the path of the URL."""
    path = request.get("PATH_INFO", "")
    if target := request.get("HTTP_X_AMZ_TARGET"):
        return str(target.rpartition(".")[2])
    if action := re.search(rb"(?:^|&)Action=(\w+)", body):
        return action[1].decode()
    if operation := RPC_PATH.search(path):
        return operation[1]
    return f"{request.get('REQUEST_METHOD', 'GET')} {path}"


def request_parameters(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return the parameters in the body of a request; for REST, none."""
    if "HTTP_X_AMZ_TARGET" in request:
        return dict(json.loads(body or b"{}"))
    if re.search(rb"(?:^|&)Action=\w+", body):
        fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return {name: value for name, value in fields.items() if name not in ("Action", "Version")}
    return {}
