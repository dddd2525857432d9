"""WAF: web ACLs, what they protect and where they write."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.account.lookup_types import Candidate, LookupTarget

__all__ = ["association", "logging", "web_acl"]


def web_acl(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its name and scope."""
    name, scope = wanted["name"], wanted["scope"]
    marker: dict[str, str] = {}
    while True:
        answer = wanted.account.call("wafv2", "list_web_acls", Scope=scope, **marker)
        for live in answer["WebACLs"]:
            if live["Name"] == name:
                yield Candidate(
                    f"{live['Id']}/{name}/{scope}",
                    {"arn": live["ARN"], "id": live["Id"], "name": name},
                    live.get("Description", ""),
                    live,
                )
        # WAF lists in pages, which boto3 does not turn by itself.
        if not answer.get("NextMarker") or not answer["WebACLs"]:
            return
        marker = {"NextMarker": answer["NextMarker"]}


def association(wanted: LookupTarget) -> Iterator[Candidate]:
    """By what is protected, which has one web ACL at most: the described one, or another."""
    resource = wanted["resource_arn"]
    answer = wanted.account.look("wafv2", "get_web_acl_for_resource", ResourceArn=resource)
    if answer is not None and (live := answer.get("WebACL")):
        yield Candidate(f"{live['ARN']},{resource}", told=live["Name"])


def logging(wanted: LookupTarget) -> Iterator[Candidate]:
    """By its web ACL, which has one at most."""
    arn = wanted["resource_arn"]
    if wanted.account.look("wafv2", "get_logging_configuration", ResourceArn=arn) is not None:
        yield Candidate(arn)
