"""Creations that create nothing: they take over what exists, and empty it or write over it."""

from __future__ import annotations

from navra_stacks.terraform.plan import Change

__all__ = ["taken_over"]

_OF_A_VPC = {
    "aws_default_network_acl": "default_network_acl_id",
    "aws_default_route_table": "default_route_table_id",
    "aws_default_security_group": "vpc_id",
}
"""What every VPC has from the beginning, and the argument that says whose it is."""


def taken_over(change: Change) -> tuple[str, str] | None:
    """What a creation does instead, and what speaks against it; None where it makes a new thing.

    What belongs to a VPC that the same apply makes is new: only the apply tells its id. So is a
    record whose name only the apply tells: it proves a domain to a new certificate.
    """
    argument = _OF_A_VPC.get(change.type)
    if argument is not None and (owner := change.after.get(argument)):
        return f"it takes over that of {owner}", "the rules in it that are not described are lost"
    # Names that begin with an underscore are no hosts; records of them prove something.
    name = str(change.after.get("name") or "_")
    if change.after.get("allow_overwrite") is True and not name.startswith("_"):
        return "allow_overwrite is true", f"a record of {name} that exists is written over"
    return None
