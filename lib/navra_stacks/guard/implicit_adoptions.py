"""Detect creations that adopt or overwrite an existing resource instead of creating one."""

from __future__ import annotations

from navra_stacks.terraform.plan import Change

__all__ = ["implicitly_adopted"]

_VPC_DEFAULTS = {
    "aws_default_network_acl": "default_network_acl_id",
    "aws_default_route_table": "default_route_table_id",
    "aws_default_security_group": "vpc_id",
}
"""Types of the defaults that every VPC has, with the argument that identifies their owner."""


def implicitly_adopted(change: Change) -> tuple[str, str] | None:
    """Return what a creation does to an existing resource and what is lost, or None.

    A default of a VPC that the same apply creates is new: the VPC's id is known only after the
    apply. So is a record whose name is known only after the apply: it validates a new certificate.
    """
    argument = _VPC_DEFAULTS.get(change.type)
    if argument is not None and (owner := change.after.get(argument)):
        return (
            f"it adopts the existing default of {owner}",
            "rules that the configuration does not contain are deleted",
        )
    # Names that begin with an underscore are not hosts. Their records prove the ownership of a
    # domain.
    name = str(change.after.get("name") or "_")
    if change.after.get("allow_overwrite") is True and not name.startswith("_"):
        return "allow_overwrite is true", f"an existing record of {name} is overwritten"
    return None
