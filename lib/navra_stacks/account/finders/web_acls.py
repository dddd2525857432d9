"""Finders for AWS WAF web ACLs, associations and logging configurations."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["association", "logging", "web_acl"]


def web_acl(target: LookupTarget) -> Iterator[Candidate]:
    """Find a web ACL by its name and scope."""
    name, scope = target["name"], target["scope"]
    marker: dict[str, str] = {}
    while True:
        response = target.account.call("wafv2", "list_web_acls", Scope=scope, **marker)
        for live in response["WebACLs"]:
            if live["Name"] == name:
                yield Candidate(
                    f"{live['Id']}/{name}/{scope}",
                    {"arn": live["ARN"], "id": live["Id"], "name": name},
                    live.get("Description", ""),
                    live,
                )
        # boto3 has no paginator for this operation.
        if not response.get("NextMarker") or not response["WebACLs"]:
            return
        marker = {"NextMarker": response["NextMarker"]}


def association(target: LookupTarget) -> Iterator[Candidate]:
    """Find the association of a resource with any web ACL."""
    resource = target["resource_arn"]
    response = target.account.find("wafv2", "get_web_acl_for_resource", ResourceArn=resource)
    if response is not None and (live := response.get("WebACL")):
        yield Candidate(f"{live['ARN']},{resource}", description=live["Name"])


def logging(target: LookupTarget) -> Iterator[Candidate]:
    """Find the logging configuration of a web ACL."""
    arn = target["resource_arn"]
    if target.account.find("wafv2", "get_logging_configuration", ResourceArn=arn) is not None:
        yield Candidate(arn)
