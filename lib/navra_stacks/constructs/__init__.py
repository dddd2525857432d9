"""Constructs that create AWS resources from settings and from handles of other constructs."""

# Before cdktf is imported anywhere below: the AWS bindings must load lazily.
from navra_stacks import bindings as _bindings  # noqa: F401
