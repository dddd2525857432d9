"""Detect creations that adopt or overwrite an existing resource instead of creating a new one."""

from __future__ import annotations

from navra_stacks.terraform.plan import Change

__all__ = ["implicitly_adopted"]

_VPC_DEFAULTS = {
    "aws_default_network_acl": "default_network_acl_id",
    "aws_default_route_table": "default_route_table_id",
    "aws_default_security_group": "vpc_id",
}
"""Terraform types for the default resources that each VPC has, each with the argument that
identifies the default resource or its VPC.
"""


def implicitly_adopted(change: Change) -> tuple[str, str] | None:
    """Return the effect of a creation on an existing resource, and the resulting loss.

    Return None if no existing resource is affected. If the identifying value is known only after
    the apply, no existing resource is assumed to be affected, because the same apply then creates
    the VPC, or the record validates a new certificate.
    """
    argument = _VPC_DEFAULTS.get(change.type)
    if argument is not None and (owner := change.after.get(argument)):
        return (
            f"it adopts an existing resource ({argument} = {owner})",
            "rules and routes that the configuration does not contain would be deleted",
        )
    # A name that begins with an underscore is not the name of a host. Such a record proves the
    # ownership of a domain.
    name = str(change.after.get("name") or "_")
    if change.after.get("allow_overwrite") is True and not name.startswith("_"):
        return "`allow_overwrite` is true", f"an existing record for {name} would be overwritten"
    return None
